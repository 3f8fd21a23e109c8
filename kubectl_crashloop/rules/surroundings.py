"""The lines around a hit: the trace it stands in, the error that the program ends on, and what it quotes."""

from __future__ import annotations

import re

from ..logs import LogText, level
from ..model import Evidence
from ..search import Hit
from .case import lines_evidence

_QUOTES_OTHER = re.compile(
    r"(?i)connection refused|no such host|permission denied|operation not permitted|no such file or directory|i/o timeout"
    r"|timed out|deadline exceeded|x509: |address already in use|read-only file system|no space left|is forbidden: User"
    r"|unauthorized|\btoo open\b|too many open files|cannot allocate memory"
    r"|missing environment variable|environment variable \S{1,80} (?:is )?not (?:set|found|defined)"
)
"""Errors of the system or of a service: a configuration that was refused for one of them is not at fault itself."""
MAX_FRAMES = 150
_TRACE = re.compile(
    r"^\s|^Traceback |^\w+(?:\.\w+)*(?:Error|Exception)\b|^During handling of|^The above exception|^Caused by|^$|^\w+:\d+$"
)
_TRACE_HEAD = re.compile(r"^Traceback |^Exception in thread|^Unrecognized VM option|^Uncaught |^\s*Caused by: ")
_EXCEPTION = re.compile(r"^\w+(?:\.\w+)*(?:Error|Exception)\b")
_LAST_WORDS = re.compile(r"^[\w.$]{0,120}(?:Error|Exception)\b|(?i:\b(?:error|fatal|exception|panic)\b ?[:!])")
AFTERMATH = 60
"""Lines after a hit in which the program may still say how it ends."""
_FRAME = re.compile(
    r"^\s+(?:at |File |\.\.\. \d+ |from |\d+: |in |~|\^|\|)|^\s{4,}\S|^\t|^goroutine \d|^\s*$|^\s*\}|^created by "
    r"|^npm (?:ERR|error)"
    r"|^Node\.js v\d|^error Command failed|^\[?\w*\]? ?exit status \d|^[\w./*()]+\(.*\)$|^stack backtrace|^note: run with"
)
_BUG = re.compile(
    r"^(?:Uncaught )?(?:TypeError|ReferenceError|RangeError|AttributeError|KeyError|NameError|IndexError|ZeroDivisionError"
    r"|UnboundLocalError): |\bjava\.lang\.(?:NullPointer|ClassCast|IndexOutOfBounds|Arithmetic)Exception\b"
    r"|^panic: runtime error: |\bSystem\.(?:NullReference|IndexOutOfRange|InvalidCast)Exception\b"
)
"""Exceptions that a program's own mistake throws."""


def fails_later(log: LogText, row: int) -> bool:
    """True where a mistake of the program's own is thrown after the line: the program had gone on, and may have ended on that."""
    return any(_BUG.search(line) for line in log.plain_lines[row + 1 : log.last_line + 1][:MAX_FRAMES])


def quotes_other(hit: Hit) -> bool:
    """True where the line, or what its Java trace is caused by, quotes an error of the system or of a service."""
    after = hit.log.plain_lines[hit.last + 1 : hit.last + AFTERMATH]
    causes = (line for line in after if line.lstrip().startswith("Caused by: "))
    return any(_QUOTES_OTHER.search(text) for text in (hit.text[:2000], *causes))


def lead_in(hit: Hit) -> list[Evidence]:
    """The last line before a traceback: what the program was about to do; with it the exception that it ended on."""
    lines = hit.log.plain_lines
    above = next((i for i in range(hit.line - 1, max(-1, hit.line - MAX_FRAMES), -1) if not _TRACE.match(lines[i])), None)
    if above is None or not any(_TRACE_HEAD.match(line) for line in lines[above + 1 : hit.line + 1]):
        return []
    named = (row for row in range(above + 1, min(above + 4, hit.line)) if _EXCEPTION.match(lines[row]))
    return [lines_evidence(hit.log, above, next(named, above))]


def last_words(hit: Hit) -> list[Evidence]:
    """The last error after the hit: what the root made of the program."""
    lines = hit.log.plain_lines
    for row in range(min(len(lines), hit.last + AFTERMATH) - 1, hit.last, -1):
        line = lines[row]
        if not _FRAME.match(line) and (level(line) in ("fatal", "error") or _LAST_WORDS.search(line)):
            return [lines_evidence(hit.log, row, row)]
    return []


def lines_after(log: LogText, row: int) -> int:
    """Lines between a hit and the end of the log, stack frames and blank lines not counted."""
    count = 0
    for line in log.plain_lines[row + 1 : log.last_line + 1]:
        count += not _FRAME.match(line)
        if count > 150:
            break
    return count
