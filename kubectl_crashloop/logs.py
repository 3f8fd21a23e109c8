"""Numbered log lines and how they are searched: by literal first, then by a pattern on a bounded window.

Time is linear in the log: a literal is looked up in the whole text, the pattern sees
only the lines around it, at most `MAX_TRIES` times a signature and `MAX_LINE` characters a line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

MAX_LINE = 4096
MAX_TRIES = 16
MAX_SEARCHED = 4 * 1024
"""Characters that the lines with one literal may hold together: long lines get fewer tries."""
REACH = 16 * 1024
"""Characters before one place of a literal in which the next one is looked for."""
GRAM = 4

_JSON_ESCAPES = (('\\"', '"'), ("\\u003c", "<"), ("\\u003e", ">"), ("\\u0026", "&"), ("\\n", " "), ("\\t", " "))
_LEVELS = (
    ("fatal", r"fatal|panic|emerg(?:ency)?|crit(?:ical)?|alert"),
    ("error", r"error|err|severe|eror|fail(?:ed|ure)?"),
    ("warn", r"warn(?:ing)?|wrn"),
    ("info", r"info(?:rmation)?|inf|notice|note|log"),
    ("debug", r"debug|dbg|trace|trc|verbose|fine(?:st|r)?"),
)
_WORDS = "fatal|panic|emerg|critical|crit|alert|error|err|severe|warning|warn|wrn|info|inf|notice|debug|dbg|trace|trc"
_LEVEL_FIELD = re.compile(
    r"""(?ix) ["']?(?:level|lvl|severity|log_level|loglevel|@level|levelname)["']?\s*[:=]\s*["']?(?P<field>[a-z]+)
      | ^[\s\[(]* (?P<start>"""
    + _WORDS
    + r""") [\])]?\s*[:\s\]|-]
      | [\[(<|]\s*(?P<bracket>"""
    + _WORDS
    + r""")\s*[\])>|]
    """
)
_LEVEL_UPPER = re.compile(r"\b(FATAL|PANIC|CRITICAL|CRIT|EMERG|ERROR|SEVERE|WARNING|WARN|INFO|NOTICE|DEBUG|TRACE|LOG)\b")
_KLOG = re.compile(r"^(?:\S+ )?([IWEF])\d{4} \d\d:\d\d:\d\d")


def plain(line: str) -> str:
    """The line as patterns see it: quotes of JSON strings unescaped, at most `MAX_LINE` characters."""
    if len(line) > MAX_LINE:
        line = line[: MAX_LINE // 2] + " … " + line[-MAX_LINE // 2 :]
    if "\\" in line:
        for old, new in _JSON_ESCAPES:
            line = line.replace(old, new)
    return line


def level(line: str) -> str:
    """The level a line gives itself: `fatal`, `error`, `warn`, `info`, `debug`, or empty where it gives none."""
    line = line[:400]
    klog = _KLOG.match(line)
    if klog:
        return {"I": "info", "W": "warn", "E": "error", "F": "fatal"}[klog[1]]
    found = _LEVEL_FIELD.search(line) or _LEVEL_UPPER.search(line)
    if not found:
        return ""
    word = (found.groupdict().get("field") or found[found.lastindex or 0]).lower()
    return next((name for name, pattern in _LEVELS if re.fullmatch(pattern, word)), "")


@dataclass(frozen=True)
class Window:
    """The lines around one place of a literal, as a pattern sees them."""

    first: int
    """Index of the window's first line, from 0."""
    anchor: int
    """Index of the line that holds the literal."""
    text: str


@dataclass(frozen=True)
class LogText:
    """One log, split into lines. `path` is its place in a report: `app (previous)`."""

    path: str
    text: str
    truncated: bool = False
    previous: bool = False

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines as fetched, without their line ends."""
        return tuple(line.rstrip("\r") for line in self.text.removesuffix("\n").split("\n")) if self.text else ()

    @cached_property
    def plain_lines(self) -> tuple[str, ...]:
        """The lines as patterns see them."""
        return tuple(plain(line) for line in self.lines)

    @cached_property
    def _lower(self) -> str:
        return "\n".join(self.plain_lines).lower()

    @cached_property
    def _grams(self) -> frozenset[str]:
        """Every run of GRAM characters: most literals are ruled out without another look at the text."""
        text = self._lower
        return frozenset(map("".join, zip(*(text[i:] for i in range(GRAM)), strict=False)))

    def may_hold(self, literal: str) -> bool:
        """False where `literal` (lower case) cannot stand in the log."""
        grams = self._grams
        return all(literal[i : i + GRAM] in grams for i in range(0, len(literal) - GRAM + 1, GRAM))

    @cached_property
    def _starts(self) -> list[int]:
        starts, at = [], 0
        for line in self._lower.split("\n"):
            starts.append(at)
            at += len(line) + 1
        return starts

    @cached_property
    def last_line(self) -> int:
        """Index of the last line that is not blank; -1 for an empty log."""
        return next((i for i in range(len(self.lines) - 1, -1, -1) if self.lines[i].strip()), -1)

    def windows(self, literal: str, before: int = 0, lines: int = 1) -> Iterator[Window]:
        """The windows around `literal` (lower case), the last one of the log first.

        The last place may be anywhere, each further one within `REACH` before it. At most `MAX_TRIES`
        lines are given, and `MAX_SEARCHED` characters: the end of a log is nearest to the crash.
        """
        if not self.may_hold(literal):
            return
        end, tries, seen, searched = len(self._lower), 0, -1, 0
        floor = 0
        while tries < MAX_TRIES:
            at = self._lower.rfind(literal, floor, end)
            if at < 0:
                return
            row = bisect_right(self._starts, at) - 1
            end = self._starts[row] if self._starts[row] > 0 else 0
            if row == seen:
                return
            seen, tries, floor = row, tries + 1, max(0, at - REACH)
            first = max(0, row - before)
            text = "\n".join(self.plain_lines[first : row + lines])
            yield Window(first, row, text)
            searched += len(self.plain_lines[row])
            if end == 0 or searched > MAX_SEARCHED:
                return


def span_of(line: str, part: str) -> tuple[int, int] | None:
    """Where `part` stands in `line`; None when it does not stand there to the letter."""
    part = part.split("\n")[0].strip()
    at = line.find(part) if part else -1
    return (at, at + len(part)) if at >= 0 else None
