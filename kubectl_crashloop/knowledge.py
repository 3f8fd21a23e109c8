"""The knowledge base: one YAML file a cause code, loaded and filled in.

A text with `{{name}}` placeholders may stand as a list of variants: the first one whose
placeholders all have a value is taken, so that a sentence can name a host where one is
known and still read well where none is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from .confidence import LIKELY
from .literals import Index, index_of
from .placeholders import PLACEHOLDER as PLACEHOLDER

TYPE_CHECKING = False  # the module typing is not needed to read an entry
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

SOURCES = ("log", "status", "event")
WEIGHTS = ("strong", "normal", "weak", "guess")
EFFECTS = ("none", "restarts-pods", "changes-cluster")
FAMILIES = (
    "memory-disk-node", "lifecycle", "command-image", "configuration", "dependency", "program", "image-pull",
    "before-start", "healthy",
)  # fmt: skip
COMMON = (
    "container", "pod", "namespace", "image", "kubectl", "kubectl_cluster", "owner", "owner_kind", "owner_name", "editable",
    "rollout", "scalable", "deployment", "job", "cronjob", "node",
    "exit", "signal", "limit", "request", "ran", "restarts", "debug_image", "last_line",
)  # fmt: skip
"""Values that need no signature; all but the first six are not always there."""


@dataclass(frozen=True)
class Signature:
    """What a log line, a status message or an event of this cause looks like."""

    name: str
    where: tuple[str, ...]
    needs: tuple[str, ...]
    """Literals in lower case; one of them must stand in the anchor line."""
    regex: str
    reasons: tuple[str, ...] = ()
    """For status and event: the reasons that the text may stand under; empty for any."""
    before: int = 0
    lines: int = 1
    confidence: str = LIKELY
    weight: str = "normal"
    exits: tuple[int, ...] = ()
    values: dict[str, str] = field(default_factory=dict)
    """Values that this signature adds, beside its named groups."""
    hits: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when first needed: most runs need few."""
        return re.compile(self.regex)


@dataclass(frozen=True)
class Entry:
    """Everything that is known about one cause code."""

    code: str
    summary: str
    family: str
    title: tuple[str, ...]
    why: tuple[str, ...]
    catch_all: bool = False
    checks: tuple[str, ...] = ()
    fixes: tuple[dict[str, Any], ...] = ()
    prevent: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()


class Knowledge(dict[str, Entry]):
    """The entries by code."""

    @cached_property
    def index(self) -> Index:
        """The literals of all signatures."""
        return index_of(literal for entry in self.values() for s in entry.signatures for literal in s.needs)


class KnowledgeError(Exception):
    """An entry cannot be used; the message names the file and what is wrong in it."""


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(v).strip() for v in value) if isinstance(value, list) else (str(value).strip(),)


def _signature(code: str, raw: Mapping[str, Any]) -> Signature:
    try:
        return Signature(
            name=f"{code}/{raw['name']}",
            where=_texts(raw.get("in", "log")),
            needs=tuple(n.lower() for n in _needs(raw["needs"])),
            regex=raw["regex"].strip(),
            reasons=_texts(raw.get("reason")),
            before=int(raw.get("before", 0)),
            lines=int(raw.get("lines", 1)),
            confidence=raw.get("confidence", LIKELY),
            weight=raw.get("weight", "normal"),
            exits=tuple(raw.get("exit") or ()),
            values=dict(raw.get("values") or {}),
            hits=_needs(raw.get("hits") or []),
            misses=_needs(raw.get("misses") or []),
        )
    except KeyError as error:
        raise KnowledgeError(f"{code}: signature {raw.get('name', '?')}: {error.args[0]} is missing") from error


def _needs(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


def entry_of(code: str, raw: Mapping[str, Any]) -> Entry:
    """One entry from the parsed YAML; raises KnowledgeError."""
    for name in ("summary", "family", "title", "why"):
        if not raw.get(name):
            raise KnowledgeError(f"{code}: {name} is missing")
    return Entry(
        code=code,
        summary=raw["summary"].strip(),
        family=raw["family"],
        title=_texts(raw["title"]),
        why=_texts(raw["why"]),
        catch_all=bool(raw.get("catch_all", False)),
        checks=_texts(raw.get("checks")),
        fixes=tuple(raw.get("fixes") or ()),
        prevent=_texts(raw.get("prevent")),
        supersedes=_texts(raw.get("supersedes")),
        links=_texts(raw.get("links")),
        signatures=tuple(_signature(code, s) for s in raw.get("signatures") or ()),
    )


def parse_yaml(text: str) -> Any:
    """YAML by the C loader where PyYAML has it."""
    import yaml

    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def load(folder: str | Path) -> Knowledge:
    """The entries of `folder`: one `CODE.yaml` each, and `CODE/*.yaml` whose signatures add to it."""
    return Knowledge((code, entry_of(code, raw)) for code, raw in read_yaml(folder).items())


def read_yaml(place: str | Path) -> dict[str, Any]:
    """The entries of a folder as parsed YAML, by code."""
    from pathlib import Path

    folder = Path(place)
    entries = {}
    for file in sorted(folder.glob("*.yaml")):
        raw = parse_yaml(file.read_text(encoding="utf-8"))
        more = [parse_yaml(f.read_text(encoding="utf-8")) for f in sorted((folder / file.stem).glob("*.yaml"))]
        entries[file.stem] = {**raw, "signatures": [s for part in (raw, *more) for s in part.get("signatures") or ()]}
    return entries


def placeholders(text: str) -> set[str]:
    """The names that `text` wants filled."""
    return set(PLACEHOLDER.findall(text))


def fill(text: str, values: Mapping[str, str], quote: Any = str) -> str | None:
    """`text` with its placeholders filled, each value through `quote`; None where one has no value."""
    if any(not values.get(name) for name in placeholders(text)):
        return None
    return PLACEHOLDER.sub(lambda m: str(quote(values[m[1]])), text)


def first_filled(variants: Iterable[str], values: Mapping[str, str], quote: Any = str) -> str:
    """The first variant that can be filled; empty where none can."""
    return next((done for v in variants if (done := fill(v, values, quote)) is not None), "")


def confidence_limit(entry: Entry) -> str:
    """A catch-all is never certain of more than the exit code."""
    return LIKELY if entry.catch_all else "certain"
