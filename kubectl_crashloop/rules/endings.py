"""What the way of ending alone tells: exit codes and signals, where nothing narrower is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..facts import Container, Termination
from ..logs import level
from ..model import CERTAIN, LIKELY, POSSIBLE, Evidence, Match
from ..search import Hit, search
from ..times import seconds_between
from .case import Case, event_evidence, lines_evidence, log_evidence, message_evidence, newest, status_evidence
from .state import lost_with_runtime

BY_CODE = {
    126: ("CommandNotExecutable", LIKELY, 41.0),
    127: ("CommandNotFound", LIKELY, 41.0),
    132: ("IllegalInstruction", CERTAIN, 43.0),
    133: ("Aborted", POSSIBLE, 31.0),
    134: ("Aborted", LIKELY, 43.0),
    135: ("Segfault", LIKELY, 43.0),
    139: ("Segfault", LIKELY, 43.0),
    129: ("Terminated", LIKELY, 33.0),
    130: ("Terminated", LIKELY, 33.0),
    143: ("Terminated", LIKELY, 36.0),
    137: ("Killed", LIKELY, 34.0),
}
"""Exit code -> code, confidence, rank: 128+n is signal n, 126 and 127 are a shell's."""
CATCH_ALL = 10.0
STOPPED = 59.0
"""Rank of a SIGTERM that the log tells of: it outranks a clean exit."""
NEAR_END = 60
_TROUBLE = re.compile(
    r"(?i)\b(?:error|exception|traceback|fatal|fail(?:ed|ure)|cannot|could not|unable to|not found)\b|\w(?:Error|Exception)\b"
)


def ending_rule(case: Case) -> Iterator[Match]:
    """One match a failing container, by the way it ended."""
    for container in case.failing:
        ended = container.crash
        if ended is not None and not lost_with_runtime(ended) and ended.reason not in ("OOMKilled", "ContainerStatusUnknown"):
            yield from _by_code(case, container, ended)


def _by_code(case: Case, container: Container, ended: Termination) -> Iterator[Match]:
    values = {"exit": str(ended.exit_code)}
    evidence = tuple(_evidence(container, ended))
    stopped = _stopped(case, container) if ended.exit_code in (0, 137) else None
    if stopped is not None:
        found = (log_evidence(stopped), *evidence[:1])
        yield Match("Terminated", LIKELY, container.name, {**values, **stopped.values}, found, STOPPED, "ending")
    if ended.exit_code == 0:
        if container.role != "init":
            sure = LIKELY if _complains(container) else CERTAIN
            yield Match("CleanExit", sure, container.name, values, evidence, 58.0, "ending")
        return
    if ended.reason == "StartError" or ended.exit_code == 128:
        yield Match("ContainerCreateFailed", LIKELY, container.name, values, evidence, 60.0, "ending")
    elif ended.exit_code in BY_CODE:
        code, confidence, rank = BY_CODE[ended.exit_code]
        stop = newest(e for e in container.events if e.reason == "Killing" and e.message.startswith("Stopping container"))
        if stop is not None and code in ("Terminated", "Killed"):
            evidence = (*evidence, event_evidence(stop))
        gap = seconds_between(stop.last_at, ended.finished_at) if stop is not None else None
        if code == "Killed" and gap is not None and 0 <= gap - case.pod.grace + 2 <= 30:
            # SIGTERM came from outside and the grace period ran out: the kill is only its end.
            grace = {"grace": str(case.pod.grace), "grace_proposed": str(max(30, 2 * case.pod.grace))}
            code, values = "Terminated", {**values, **grace, "at_grace_end": "yes", "stop_signal": "SIGTERM"}
        yield Match(code, confidence, container.name, values, evidence, rank, "ending")
    known = "a known way of ending" if ended.exit_code in BY_CODE else ""
    yield Match("ApplicationError", POSSIBLE if known else LIKELY, container.name, values, evidence, CATCH_ALL, "ending")


def _stopped(case: Case, container: Container) -> Hit | None:
    """The line near the end of the log in which the process says that it was told to stop."""
    log, entry = container.crash_log, case.knowledge.get("Terminated")
    if log is None or entry is None:
        return None
    hits = (hit for s in entry.signatures if "log" in s.where for hit in search(log, s, case.places(log)))
    return next((hit for hit in hits if log.last_line - hit.last < NEAR_END), None)


def _complains(container: Container) -> bool:
    """True where the end of the log tells of trouble: then exit 0 is not the whole story."""
    log = container.crash_log
    if log is None:
        return False
    return any(level(line) in ("warn", "error", "fatal") or _TROUBLE.search(line) for line in log.plain_lines[-10:])


def _evidence(container: Container, ended: Termination) -> Iterator[Evidence]:
    yield status_evidence(ended)
    log = container.crash_log
    if log is not None and log.last_line >= 0:
        first = max(0, log.last_line - 2)
        yield lines_evidence(log, first, log.last_line)
    if ended.message:
        yield message_evidence(ended)
