"""Numbered log lines and how they are searched: by literal first, then by a pattern on a bounded window.

Time is linear in the log: literals are looked up in one pass, a pattern sees only the lines
around its own, at most `MAX_TRIES` times a literal and `MAX_LINE` characters a line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

MAX_LINE = 4096
MAX_TRIES = 12
MAX_SEARCHED = 3 * 1024
"""Characters that the lines with one literal may hold together: long lines get fewer tries."""

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
    def lower(self) -> bytes:
        """The text in which literals are looked for: the lines as patterns see them, in lower case, as UTF-8."""
        return "\n".join(self.plain_lines).lower().encode("utf-8", "replace")

    @cached_property
    def _starts(self) -> list[int]:
        starts, at = [], 0
        for line in self.lower.split(b"\n"):
            starts.append(at)
            at += len(line) + 1
        return starts

    @cached_property
    def last_line(self) -> int:
        """Index of the last line that is not blank; -1 for an empty log."""
        return next((i for i in range(len(self.lines) - 1, -1, -1) if self.lines[i].strip()), -1)

    def windows(self, places: Sequence[int], before: int = 0, lines: int = 1) -> Iterator[Window]:
        """The windows around the `places` of a literal in `lower`, in their order: the last one first.

        At most `MAX_TRIES` lines are given, and `MAX_SEARCHED` characters: the end of a log is nearest to the crash.
        """
        tries, seen, searched = 0, -1, 0
        for at in places:
            row = bisect_right(self._starts, at) - 1
            if row == seen:
                continue
            if tries == MAX_TRIES or searched > MAX_SEARCHED:
                return
            seen, tries, searched = row, tries + 1, searched + len(self.plain_lines[row])
            first = max(0, row - before)
            yield Window(first, row, "\n".join(self.plain_lines[first : row + lines]))


def span_of(line: str, part: str) -> tuple[int, int] | None:
    """Where `part` stands in `line`; None when it does not stand there to the letter."""
    part = part.split("\n")[0].strip()
    at = line.find(part) if part else -1
    return (at, at + len(part)) if at >= 0 else None
