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
_TELEMETRY = re.compile(
    r"(?i)^(?![^\n]{0,300}\b(?:creat|initiali[sz]|set ?up|start|panic|fatal))[^\n]{0,600}?(?:"
    r"\b(?:export|sen[dt]|flush|push|upload|report|submit|lost|drop)\w{0,6}\b[^\n]{0,60}"
    r"\b(?:traces?|spans?|metrics?|telemetry|profiles?|envelopes?|analytics|usage (?:data|stat\w{0,6}))\b"
    r"|\b(?:traces?|spans?|metrics?|profiles?|telemetry) (?:exports?|exporter|uploads?|reporter)\b|\bupload profile\b"
    r"|/v1/(?:traces|metrics)\b|/v0\.\d/traces\b|/metrics/job/|/api/v2/spans\b|/api/\d{1,9}/(?:envelope|store)/"
    r"|:(?:4317|4318|8125|8126|9411|14268)\b|\bstatsd: |\bjaeger reporter\b|\bAPM Server transport error"
    r"|\bcollector\.newrelic\.com\b|\b(?:version|update)s? check\b)"
)
"""Words of sending what a program only reports about itself: few programs end for it, and many fail at it when they end."""
_REQUEST = re.compile(
    r"^Internal Server Error: /|\bException on \S{1,300} \[[A-Z]{3,7}\]|\bServlet\.service\(\) for servlet\b"
    r"|\bException in ASGI application\b|\bError handling request\b"
)
"""What servers write above the trace of a request that failed: they answer it with 500 and go on."""


def serves_request(hit: Hit) -> bool:
    """True where the trace that the hit stands in is that of one request."""
    above = _above(hit)
    return above is not None and bool(_REQUEST.search(hit.log.plain_lines[above][:2000]))


def is_telemetry(hit: Hit) -> bool:
    """True where the line tells of telemetry that was not delivered, and not of the program's end."""
    line = hit.log.plain_lines[hit.line]
    return level(line) != "fatal" and bool(_TELEMETRY.search(line[:2000]))


def fails_later(log: LogText, row: int) -> bool:
    """True where a mistake of the program's own is thrown after the line: the program had gone on, and may have ended on that."""
    return any(_BUG.search(line) for line in log.plain_lines[row + 1 : log.last_line + 1][:MAX_FRAMES])


_TOOL = re.compile(r"^(?:/\S{1,60}/)?(?:mkdir|chmod|chown|touch|rm|cp|mv|ln|tee|install|sed|tar): ")
_TOLD = re.compile(r"(?i)^\S{1,80}: |\bexit|\bfail|\berror|\bcannot\b|\bunable\b")


def script_goes_on(hit: Hit) -> bool:
    """True where a script met an error of a shell tool and wrote on as before: it does not stop at errors."""
    after = hit.log.plain_lines[hit.last + 1 : hit.log.last_line + 1][:AFTERMATH]
    return bool(_TOOL.match(hit.log.plain_lines[hit.line])) and any(not _FRAME.match(x) and not _TOLD.search(x) for x in after)


def quotes_other(hit: Hit) -> bool:
    """True where the line, or what its Java trace is caused by, quotes an error of the system or of a service."""
    after = hit.log.plain_lines[hit.last + 1 : hit.last + AFTERMATH]
    causes = (line for line in after if line.lstrip().startswith("Caused by: "))
    return any(_QUOTES_OTHER.search(text) for text in (hit.text[:2000], *causes))


def lead_in(hit: Hit) -> list[Evidence]:
    """The last line before a traceback: what the program was about to do; with it the exception that it ended on."""
    lines = hit.log.plain_lines
    above = _above(hit)
    if above is None or not any(_TRACE_HEAD.match(line) for line in lines[above + 1 : hit.line + 1]):
        return []
    named = (row for row in range(above + 1, min(above + 4, hit.line)) if _EXCEPTION.match(lines[row]))
    return [lines_evidence(hit.log, above, next(named, above))]


def _above(hit: Hit) -> int | None:
    """The row of the last line above the trace that the hit stands in."""
    rows = range(hit.line - 1, max(-1, hit.line - MAX_FRAMES), -1)
    return next((row for row in rows if not _TRACE.match(hit.log.plain_lines[row])), None)


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
