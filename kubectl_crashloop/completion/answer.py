"""What may stand at the end of a line, in cobra's words: a candidate a line, a tab and what it is, then `:DIRECTIVE`.

Source: kubectl `pkg/cmd/plugin/plugin_completion.go` (how it calls `kubectl_complete-NAME` and reads the answer),
cobra `completions.go` (directives; behind `--flag=` only the value is asked for). The cluster is asked at most once.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Sequence

from ..kinds import KINDS, kind_of
from ..options import parser
from ..pflag import Line, is_boolean, split, values
from .sources import SOURCES, Candidates, live

FILES = 0
NO_SPACE = 2
NO_FILES = 4
KEEP_ORDER = 32
PLAIN = re.compile(r"[\w.:/@%+=,-]+")
"""Names that a shell takes as they stand. Others are not offered: they may come from a hostile server or kubeconfig."""


def answer(words: Sequence[str]) -> str:
    """The answer for a line; its last word is the one to complete. Never raises: a prompt is no place for errors."""
    try:
        candidates, directive = _fitting(list(words[:-1]), words[-1] if words else "")
    except Exception:
        candidates, directive = {}, NO_FILES
    lines = [f"{name}\t{text}" if text else name for name, text in candidates.items()]
    return "\n".join([*lines, f":{directive}"])


def _fitting(before: list[str], current: str) -> tuple[Candidates, int]:
    flags = parser()
    line = split(flags, before)
    if "--" in before and line.open is None:
        return _targets(flags, line, current)
    if current.startswith("-") and (line.open is None or line.open.nargs == "?"):
        return _at_flag(flags, line, current)
    if line.open is not None:
        return _values(flags, line, line.open, current, "")
    return _targets(flags, line, current)


def _at_flag(flags: argparse.ArgumentParser, line: Line, current: str) -> tuple[Candidates, int]:
    """The names of flags, or the value behind `--flag=`, `-f=` and `-fVALUE`."""
    known = {name: action for action in flags._actions for name in action.option_strings}
    name, equals, value = current.partition("=")
    if equals and name in known:
        return _values(flags, line, known[name], value, "")
    short = current[:2]
    if short in known and len(current) > 2 and not is_boolean(known[short]):
        return _values(flags, line, known[short], current[2:], short)
    given = [action for action, _ in line.flags if not isinstance(action.default, list)]
    names = {name: _first_sentence(action) for name, action in known.items() if action not in given}
    return _matching(names, current), NO_FILES


def _first_sentence(action: argparse.Action) -> str:
    return (action.help or "").partition(". ")[0].partition(";")[0].rstrip(".")


def _values(
    flags: argparse.ArgumentParser, line: Line, action: argparse.Action, value: str, glued: str
) -> tuple[Candidates, int]:
    """The values of one flag; `glued` is the `-o` that stands before the value in the same word."""
    if action.metavar == "PATH":
        return {}, FILES
    if action.choices is not None:
        found = dict.fromkeys(map(str, action.choices), "")
    elif is_boolean(action):
        found = {"true": "", "false": ""}
    else:
        source = SOURCES.get(str(action.metavar))
        found = dict(source(values(flags, line), value)) if source else {}
    chosen = _matching(found, value)
    return {glued + name: text for name, text in chosen.items()}, NO_FILES | KEEP_ORDER


def _targets(flags: argparse.ArgumentParser, line: Line, current: str) -> tuple[Candidates, int]:
    """Pods and `TYPE/`; the names of a type behind `TYPE/` and behind `TYPE`."""
    args = values(flags, line)
    if args.filename or args.demo is not None or args.explain is not None or args.check:
        return {}, NO_FILES
    first = kind_of(line.words[0]) if line.words else ""
    typed, slash, _ = current.partition("/")
    if first or slash:
        found = live(args, lambda names: names.of_kind(first or kind_of(typed)))
        prefix = "" if first else f"{typed}/"
        return _left(line, _matching({prefix + name: text for name, text in found.items()}, current)), NO_FILES | KEEP_ORDER
    pods = _left(line, _matching(live(args, lambda names: names.of_kind("Pod")), current))
    types = {f"{name}/": f"a {kind}" for kind, name in _types(current)}
    return {**pods, **types}, NO_FILES | KEEP_ORDER | (0 if pods else NO_SPACE)


def _types(current: str) -> Iterable[tuple[str, str]]:
    for kind, aliases in KINDS.items():
        fitting = [alias for alias in aliases if alias.startswith(current)]
        yield from ((kind, alias) for alias in fitting[:1])


def _matching(found: Candidates, current: str) -> Candidates:
    return {name: text for name, text in found.items() if name.startswith(current) and PLAIN.fullmatch(name)}


def _left(line: Line, found: Candidates) -> Candidates:
    """The candidates that the line does not name yet."""
    return {name: text for name, text in found.items() if name not in line.words}
