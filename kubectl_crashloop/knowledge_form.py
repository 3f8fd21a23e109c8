"""The form of an entry: which keys it has and what stands under them. Each fault knows its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from .knowledge import EFFECTS, FAMILIES, SOURCES, WEIGHTS
from .model import CONFIDENCES

CODE = re.compile(r"[A-Z][A-Za-z0-9]*\Z")
Place = tuple[str | int, ...]
"""The way to a value: keys and positions."""


class Fault(NamedTuple):
    """What is wrong, and where."""

    file: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


@dataclass(frozen=True)
class Source:
    """One YAML file with the places of what stands in it."""

    file: Path
    code: str
    part: bool
    """True for `CODE/*.yaml`: signatures only."""
    raw: Any = None
    root: Any = None
    broken: Fault | None = None

    def fault(self, text: str, *place: str | int) -> Fault:
        """A fault at the key or item that `place` leads to, or as near to it as the file has it."""
        node, mark = self.root, self.root.start_mark if self.root is not None else None
        for step in place:
            pairs = [(k.value, k, v) for k, v in node.value] if node.id == "mapping" else []
            pairs = [(i, v, v) for i, v in enumerate(node.value)] if node.id == "sequence" else pairs
            found = next(((k, v) for name, k, v in pairs if name == step), None)
            if found is None:
                break
            mark, node = found[0].start_mark, found[1]
        return Fault(self.file, mark.line + 1 if mark is not None else 1, text)


def files_of(folder: Path) -> list[Path]:
    """The entries' files: each `CODE.yaml` before the files of its folder."""
    found = [*folder.glob("*.y*ml"), *folder.glob("*/*.y*ml")]
    return sorted(found, key=lambda f: (f.stem, "") if f.parent == folder else (f.parent.name, f.name))


def read_source(file: Path, folder: Path) -> Source:
    """The file with its places; where it cannot be read, `broken` says why."""
    import yaml

    part = file.parent != folder
    source = Source(file, file.parent.name if part else file.stem, part)
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(file.read_text(encoding="utf-8"))
        root = loader.get_single_node()
        raw = loader.construct_document(root) if root is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = f"not YAML: {error.problem or error.context}"
        return Source(file, source.code, part, broken=Fault(file, mark.line + 1 if mark else 1, why))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return Source(file, source.code, part, broken=Fault(file, 1, f"not YAML: {' '.join(str(error).split())}"))
    except OSError as error:
        return Source(file, source.code, part, broken=Fault(file, 1, f"cannot be read: {error.strerror}"))
    return Source(file, source.code, part, raw, root)


def _is_texts(value: Any) -> bool:
    return _is_text(value) or (isinstance(value, list) and bool(value) and all(map(_is_text, value)))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1000


def _one_of(words: tuple[str, ...]) -> tuple[Callable[[Any], bool], str]:
    return (lambda value: isinstance(value, str) and value in words), f"one of {', '.join(words)}"


def _some_of(words: tuple[str, ...]) -> tuple[Callable[[Any], bool], str]:
    def fits(value: Any) -> bool:
        return _is_texts(value) and set([value] if isinstance(value, str) else value) <= set(words)

    return fits, f"one or a list of {', '.join(words)}"


def _is_list(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(fits, value))


TEXT = (_is_text, "a text (quote it where it holds `: `, `#` or `{`)")
TEXTS = (_is_texts, "a text or a list of texts (quote one that holds `: `, `#` or `{`)")
LIST = (_is_list(_is_text), "a list of texts (quote one that holds `: `, `#` or `{`)")
MAPPINGS = (_is_list(lambda v: isinstance(v, dict)), "a list of mappings")
YES = ((lambda value: isinstance(value, bool)), "true or false")
COUNT = (_is_count, "a number from 0 to 1000")
EXITS = (_is_list(lambda v: isinstance(v, int)), "a list of numbers")
VALUES = (
    (lambda value: isinstance(value, dict) and all(isinstance(x, str) for pair in value.items() for x in pair)),
    "a mapping of names to texts",
)
ENTRY = {
    "summary": TEXT, "family": _one_of(FAMILIES), "title": TEXTS, "why": TEXTS, "catch_all": YES, "checks": TEXTS,
    "fixes": MAPPINGS, "prevent": TEXTS, "supersedes": TEXTS, "links": TEXTS, "signatures": MAPPINGS,
}  # fmt: skip
FIX = {"title": TEXT, "effect": _one_of(EFFECTS), "needs": LIST, "patch": TEXT, "commands": LIST}
SIGNATURE = {
    "name": TEXT, "in": _some_of(SOURCES), "reason": TEXTS, "needs": TEXTS, "before": COUNT, "lines": COUNT, "regex": TEXT,
    "confidence": _one_of(CONFIDENCES), "weight": _one_of(WEIGHTS), "exit": EXITS, "values": VALUES,
    "hits": LIST, "misses": LIST,
}  # fmt: skip


def form_faults(source: Source) -> Iterator[Fault]:
    """Everything because of which the entry could not be used, in no order of lines."""
    if source.broken is not None:
        yield source.broken
        return
    if source.file.suffix != ".yaml":
        yield Fault(source.file, 1, "the name must end in .yaml")
    if not CODE.match(source.code):
        yield Fault(source.file, 1, f"{source.code} is no code: one word in CamelCase, letters and digits")
    if not isinstance(source.raw, dict):
        yield source.fault("not a mapping of keys to values")
        return
    needed = ("signatures",) if source.part else ("summary", "family", "title", "why")
    found = [*_mapping(source, (), ENTRY, needed)]
    yield from found
    for name, form, wanted in (("fixes", FIX, ("title", "effect")), ("signatures", SIGNATURE, ("name", "needs", "regex"))):
        items = source.raw.get(name)
        for i, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict):
                yield from _mapping(source, (name, i), form, wanted)
                yield from _regex(source, item, i) if name == "signatures" else _patch(source, item, i)


def _mapping(source: Source, place: Place, form: dict[str, Any], needed: tuple[str, ...]) -> Iterator[Fault]:
    raw = source.raw
    for step in place:
        raw = raw[step]
    what = f"signature {raw['name']}: " if form is SIGNATURE and raw.get("name") else "fix: " if form is FIX else ""
    for key in needed:
        if raw.get(key) in (None, "", []):
            yield source.fault(f"{what}{key} is missing", *place, key)
    for key, value in raw.items():
        if key in form and value not in (None, "", []) and not form[key][0](value):
            yield source.fault(f"{what}{key} must be {form[key][1]}", *place, key)


def _regex(source: Source, item: dict[str, Any], i: int) -> Iterator[Fault]:
    if not isinstance(item.get("regex"), str):
        return
    try:
        re.compile(item["regex"].strip())
    except (re.error, OverflowError, RecursionError) as error:
        yield source.fault(f"signature {item.get('name', '?')}: the regex does not compile: {error}", "signatures", i, "regex")


def _patch(source: Source, item: dict[str, Any], i: int) -> Iterator[Fault]:
    import yaml

    if not item.get("patch") and not item.get("commands"):
        yield source.fault("fix: neither patch nor commands: it does nothing", "fixes", i)
    if not isinstance(item.get("patch"), str):
        return
    try:
        patch = yaml.safe_load(re.sub(r"\{\{\s*\w+\s*\}\}", "x", item["patch"]))
    except (yaml.YAMLError, ValueError) as error:
        yield source.fault(f"fix: the patch is no YAML: {getattr(error, 'problem', None) or error}", "fixes", i, "patch")
        return
    if not isinstance(patch, dict):
        yield source.fault("fix: the patch is no YAML mapping of a pod's spec", "fixes", i, "patch")
