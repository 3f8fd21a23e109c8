"""`--check`: whether the entries of a folder keep the promises of causes/README.md. Needs no cluster."""

from __future__ import annotations

import importlib
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .bundled import bundled_folder, bundled_knowledge
from .cli import Failure
from .knowledge import COMMON, PLACEHOLDER, Knowledge, Signature, entry_of, placeholders
from .knowledge_form import ENTRY, FIX, SIGNATURE, Fault, Source, files_of, form_faults, read_source
from .search import matches

SLOW = 0.2
"""Seconds of processor time that a regex may take for a window of the worst lines."""
LONGEST = 4096
FILLS = ("a", " ", '"', "a ", ":", "0", "/", "a.")
_SHORT = range(8, 44, 4)
_CALL = re.compile(r"(?<![\w./{-])kubectl\s")
_PARSER: Any = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
REPEATS = ("MAX_REPEAT", "MIN_REPEAT")
_MANY = 20
"""Least and most of a repeat this far apart count as unbounded."""


def check(given: str) -> tuple[str, int]:
    """The text and the exit status for the folder `given`, or for the bundled entries."""
    if given:
        return _checked(Path(given), bundled_knowledge())
    with bundled_folder("causes") as folder:
        return _checked(folder, Knowledge())


def _checked(folder: Path, bundled: Knowledge) -> tuple[str, int]:
    if not folder.is_dir():
        raise Failure(f"error: {folder}: no such folder")
    files = files_of(folder)
    if not files:
        raise Failure(f"error: {folder}: no CODE.yaml in it")
    sources = [read_source(file, folder) for file in files]
    faults = faults_of(sources, bundled)
    if faults:
        return "\n".join(map(str, faults)), 1
    count = sum(len(s.raw.get("signatures") or ()) for s in sources)
    return f"{len({s.code for s in sources})} entries, {count} signatures: all hits match, no miss does", 0


def faults_of(sources: list[Source], bundled: Knowledge) -> list[Fault]:
    """Every fault of the files, in the order of files and lines."""
    codes = {s.code for s in sources if not s.part}
    names = {code: {s.name for s in entry.signatures} for code, entry in bundled.items() if code not in codes}
    found: list[Fault] = []
    for source in sources:
        wrong = [*form_faults(source), *_unknown_keys(source)]
        if source.part and source.code not in codes | bundled.keys():
            wrong.append(source.fault(f"there is no {source.code}.yaml that this could add to"))
        if isinstance(source.raw, dict):
            wrong += _repeated_keys(source, source.root)
        if not wrong:
            wrong = [*_signature_faults(source, names.setdefault(source.code, set()))]
            if not source.part:
                wrong += _entry_faults(source, [s for s in sources if s.code == source.code], codes | bundled.keys())
        found += sorted(set(wrong), key=lambda f: f.line)
    return found


def _unknown_keys(source: Source) -> Iterator[Fault]:
    raw = source.raw if isinstance(source.raw, dict) else {}
    allowed: Any = {"signatures": 0} if source.part else ENTRY
    for key in raw:
        if key not in allowed:
            hint = " in a file that adds signatures" if source.part and key in ENTRY else ""
            yield source.fault(f"unknown key {key}{hint}", key)
    for name, form in (("fixes", FIX), ("signatures", SIGNATURE)):
        items = raw.get(name)
        for i, item in enumerate(items if isinstance(items, list) else ()):
            for key in item if isinstance(item, dict) else ():
                if key not in form:
                    yield source.fault(f"unknown key {key}", name, i, key)


def _repeated_keys(source: Source, node: Any) -> Iterator[Fault]:
    """Keys that stand twice: YAML would silently take the last."""
    if node.id == "scalar":
        return
    seen = set()
    for item in node.value:
        key, value = item if node.id == "mapping" else (None, item)
        if key is not None and key.id == "scalar":
            if key.value in seen:
                yield Fault(source.file, key.start_mark.line + 1, f"the key {key.value} stands here a second time")
            seen.add(key.value)
        yield from _repeated_keys(source, value)


def _entry_faults(source: Source, together: list[Source], codes: set[str]) -> Iterator[Fault]:
    raw = source.raw
    if placeholders(raw["summary"]):
        yield source.fault("the summary is general: no placeholders", "summary")
    for code in _listed(raw.get("supersedes")):
        if code not in codes:
            yield source.fault(f"supersedes: there is no code {code}", "supersedes")
    values = [_values(item) for s in together if isinstance(s.raw, dict) for item in _dicts(s.raw.get("signatures"))]
    always = set(COMMON) | (set.intersection(*values) if values else set())
    for key in ("title", "why"):
        texts = _listed(raw[key])
        for name in sorted(placeholders(texts[-1]) - always):
            some = any(name in v for v in values)
            why = "not filled by every signature" if some else "filled by no named group, constant or common value"
            place = (key, len(texts) - 1) if isinstance(raw[key], list) else (key,)
            yield source.fault(f"the last {key} must always be filled: {{{{{name}}}}} is {why}", *place)
    yield from _command_faults(source)


def _command_faults(source: Source) -> Iterator[Fault]:
    checks = source.raw.get("checks")
    lists: list[tuple[tuple[str | int, ...], Any]] = [(("checks",), checks)]
    lists += [(("fixes", i, "commands"), fix.get("commands")) for i, fix in enumerate(source.raw.get("fixes") or ())]
    for place, commands in lists:
        for i, command in enumerate(_listed(commands)):
            if _CALL.search(PLACEHOLDER.sub("x", command)):
                where = (*place, i) if isinstance(commands, list) else place
                yield source.fault("write {{kubectl}} or {{kubectl_cluster}} in place of kubectl", *where)


def _signature_faults(source: Source, names: set[str]) -> Iterator[Fault]:
    plain = {"summary": "-", "family": "program", "title": "-", "why": "-", "signatures": source.raw.get("signatures")}
    for i, signature in enumerate(entry_of(source.code, plain).signatures):
        name, place = signature.name.partition("/")[2], ("signatures", i)
        if signature.name in names:
            yield source.fault(f"signature {name}: the name stands twice", *place, "name")
        names.add(signature.name)
        slow = is_slow(signature)
        if slow:
            yield source.fault(f"signature {name}: the regex is slow: {slow}", *place, "regex")
        yield from _example_faults(source, signature, i, not slow)


def _example_faults(source: Source, signature: Signature, i: int, search: bool) -> Iterator[Fault]:
    name = signature.name.partition("/")[2]
    for key, texts in (("hits", signature.hits), ("misses", signature.misses)):
        if len(texts) < 2:
            yield source.fault(f"signature {name}: fewer than two {key}", "signatures", i, key)
        for j, text in enumerate(texts if search else ()):
            if (matches(signature, text) is None) == (key == "hits"):
                wrong = "a hit that does not match" if key == "hits" else "a miss that matches"
                yield source.fault(f"signature {name}: {wrong}: {_short(text)}", "signatures", i, key, j)


def is_slow(signature: Signature) -> str:
    """Why the regex is not linear; empty where it is fast enough."""
    if _nested(_PARSER.parse(signature.regex), False):
        return "a repeat of nothing but a repeat, like (a+)+"
    taken = worst_seconds(signature)
    return f"it takes {taken:.1f} s for lines of {LONGEST} characters" if taken > SLOW else ""


def worst_seconds(signature: Signature) -> float:
    """Processor time for a window of near matches; short ones first, as an exponential regex never ends with long ones."""
    worst = 0.0
    for fill in (*FILLS, signature.needs[0]):
        length = 0
        while length < LONGEST and worst <= SLOW:
            length = next((n for n in _SHORT if n > length), min(LONGEST, max(44, length * 2)))
            line = (signature.needs[0] + fill * length)[: len(signature.needs[0]) + length][:LONGEST]
            text = "\n".join([line] * (1 if length < 44 else signature.before + signature.lines))
            worst = max(worst, min(_seconds(signature, text) for _ in range(1 if worst <= SLOW else 2)))
    return worst


def _seconds(signature: Signature, text: str) -> float:
    started = time.process_time()
    signature.pattern.search(text)
    return time.process_time() - started


def _nested(parsed: Any, inside: bool) -> bool:
    """True where a repeat holds, beside what may be empty, nothing but a repeat: the text can be split in many ways."""
    items = [(str(name), argument) for name, argument in parsed]
    needed = [item for item in items if item[0] != "AT" and not (item[0] in REPEATS and item[1][0] == 0)]
    for item in items:
        name, argument = item
        only = inside and (not needed or needed == [item])
        if name in REPEATS:
            many = argument[1] - argument[0] >= _MANY
            if (many and only) or _nested(argument[2], many or only):
                return True
        elif name in ("SUBPATTERN", "ASSERT", "ASSERT_NOT"):
            if _nested(argument[-1], only and name == "SUBPATTERN"):
                return True
        elif name == "BRANCH" and any(_nested(branch, only) for branch in argument[1]):
            return True
    return False


def _values(signature: dict[str, Any]) -> set[str]:
    try:
        groups = set(re.compile(str(signature.get("regex"))).groupindex)
    except re.error:
        groups = set()
    constants = signature.get("values")
    return {g.rstrip("0123456789") for g in groups} | set(constants if isinstance(constants, dict) else ())


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def _listed(value: Any) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else [str(value)] if value else []


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:57] + "..."
