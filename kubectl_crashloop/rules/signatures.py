"""Rules that are data: the signatures of the knowledge base, applied to logs, statuses and events.

Which of several log lines is the root is a matter of rank: what the process says of its own
end outranks symptoms, later outranks earlier, errors outrank warnings and remarks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..facts import Container, Event
from ..knowledge import Entry, Signature
from ..logs import LogText, level, span_of
from ..model import CERTAIN, LIKELY, POSSIBLE, Evidence, Match, weaker
from ..search import Hit, search
from .case import Case, event_evidence, log_evidence, message_evidence, status_evidence, waiting_evidence
from .state import NOT_YET
from .surroundings import (
    fails_later,
    is_telemetry,
    last_words,
    lead_in,
    lines_after,
    quotes_other,
    script_goes_on,
    serves_request,
)

WEIGHT = {"strong": 60.0, "normal": 50.0, "weak": 38.0, "guess": 24.0}
TEXT_WEIGHT = {"strong": 2.0, "normal": 0.0, "weak": -6.0, "guess": -12.0}
CATCH_ALL = -20.0
TEXT_CATCH_ALL = -5.0
LEVEL = {"fatal": 8.0, "error": 3.0, "": 0.0, "warn": -9.0, "info": -14.0, "debug": -26.0}
NEARNESS = ((2, 8.0), (6, 6.0), (15, 4.0), (40, 1.0), (150, -3.0))
FAR = -8.0
TELLING = ("Killing", "BackOff", "Preempted", "Preempting", "TaintManagerEviction", "DeadlineExceeded")
"""Reasons of Normal events that tell of an end all the same."""
STOPPED_CODES = (0, 137, 143)
UNFILLED = ("$", "{{", "%(", "<")
BLOCKING = 115.0
"""Rank of a status or event that keeps a container from starting."""
BEFORE_PULL = ("FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox")
WAVED_OFF = -24.0
WENT_ON = -25.0
_HARMLESS = re.compile(
    r"(?i)\b(?:is |are |was |be |been |will be |can be |safely )?ignor(?:ed|ing|e this)\b"
    r"|\b(?:using|use) (?:the |a )?(?:default|built-in|\d)|\bfall(?:ing|s)? ?back\b|\bdefault(?:s|ing) to\b"
    r"|\b(?:is|are) (?:off|disabled|optional|deprecated)\b|\bskipp(?:ed|ing)\b"
    r"|\bnon-fatal\b|\bcontinuing (?:without|anyway)\b|\bgoing on\b|\bwill be (?:disabled|skipped)\b"
    r"|\b(?:User|Runtime|Future|Resource|InsecureRequest)Warning: |: W tensorflow/|\bserver rejected event\b"
    r"|\bnpm (?:ERR!|error|warn)[^\n]{0,200}/_logs\b|\bupdate-notifier\b"
)
_PROGRESS = re.compile(
    r"(?i)\b(?:listening|now serving|start(?:ed|up complete)|ready (?:to|for)|is (?:up|ready|running)|caches? (?:are )?synced"
    r"|connected (?:to|after)|succe(?:ss|eded)|successfully|running .{0,30}cycle|accepting connections|initiali[sz]ed"
    r"|established|recovered|reconnected)\b"
)
_SHUTDOWN = re.compile(
    r"(?i)shut|stop|exit|clos|terminat|clean|flush|disconnect|not |never|fail|un(?:able|success)|start(?:ed|ing) (?:at|with exit)"
)
QUOTES = -15.0
"""Of a configuration error that quotes another error: see `surroundings.quotes_other`."""
SETTLED = ("dependency", "memory-disk-node")
"""Families of which the line that ends a log leaves no doubt: configuration errors are worded alike for several codes."""
LAST_LINES = 2
"""Lines that may follow the line with which a process gives up: a farewell, an exit status."""
_TRIES_AGAIN = re.compile(r"(?i)\b(?:retry|retries|retrying|re-?try(?:ing)? in|tr(?:y|ying) again|will reconnect|reconnecting)\b")


@dataclass(frozen=True)
class _Text:
    """A text of the cluster in which status and event signatures are searched."""

    log: LogText
    source: str
    reason: str
    evidence: Evidence
    container: str
    rank: float


def log_rule(case: Case) -> Iterator[Match]:
    """What the logs of failing containers say; where there is no log, the termination message."""
    for container in case.failing:
        for log in _logs_of(container):
            found = list(_hits(case, container, log))
            known = any(hit.signature.weight != "guess" and not entry.catch_all for hit, entry in found)
            for hit, entry in found:
                if not known or hit.signature.weight != "guess":
                    yield _log_match(hit, entry, container)


def _hits(case: Case, container: Container, log: LogText) -> Iterator[tuple[Hit, Entry]]:
    places = case.places(log)
    for entry, signature in _signatures(case, "log"):
        for hit in _some(search(log, signature, places)) if _exit_fits(signature, container) else ():
            yield hit, entry


def text_rule(case: Case) -> Iterator[Match]:
    """What statuses and events say, where they name a cause in their own words."""
    texts = list(_texts(case))
    for entry in case.knowledge.values():
        for signature in entry.signatures:
            for text in texts if set(signature.where) & {"status", "event"} else ():
                if text.source not in signature.where or (signature.reasons and text.reason not in signature.reasons):
                    continue
                hit = next(search(text.log, signature, case.places(text.log)), None)
                if hit is not None:
                    yield _text_match(hit, entry, text)


def _signatures(case: Case, where: str) -> Iterator[tuple[Entry, Signature]]:
    return ((e, s) for e in case.knowledge.values() for s in e.signatures if where in s.where)


def _some(hits: Iterator[Hit]) -> Iterator[Hit]:
    """The last hit, and before it at most three others: enough to weigh, whatever the log repeats."""
    for count, hit in enumerate(hits):
        if count == 4:
            return
        yield hit


def _exit_fits(signature: Signature, container: Container) -> bool:
    if signature.weight == "guess" and not _ended_itself(container):
        return False
    return not signature.exits or container.crash is None or container.crash.exit_code in signature.exits


def _ended_itself(container: Container) -> bool:
    """True where the process failed and was not ended by a signal: the log can say why."""
    return container.crash is not None and (0 < container.crash.exit_code <= 128 or container.crash.exit_code == 255)


def _logs_of(container: Container) -> Iterator[LogText]:
    log = container.crash_log
    if log is not None and log.lines:
        yield log
    ended = container.crash
    if ended is not None and ended.message and ended.exit_code != 128:
        yield LogText(f"{ended.path}.message", ended.message, previous=True)


def _log_match(hit: Hit, entry: Entry, container: Container) -> Match:
    rank, sure = _rank(hit, entry)
    ended = container.crash
    evidence = [log_evidence(hit), *lead_in(hit), *last_words(hit)] if not hit.log.path.startswith("status.") else []
    if ended is not None:
        if not evidence:
            evidence.append(message_evidence(ended))
        evidence.append(status_evidence(ended))
    sure = sure and not script_goes_on(hit)
    said = _settled(hit, entry, container)
    confidence = said if sure else weaker(said, LIKELY)
    if entry.code == "OOMKilled" and container.memory_limit is None:
        # A child killed by signal 9 speaks for the container's own limit only where there is one.
        rank, confidence = rank - 15.0, POSSIBLE
    quotes = entry.code == "InvalidConfig" and quotes_other(hit)
    if quotes:
        rank, confidence = rank + QUOTES, weaker(confidence, LIKELY)
    if serves_request(hit) or (entry.family == "dependency" and is_telemetry(hit)):
        rank, confidence, sure = rank + WAVED_OFF, POSSIBLE, False
    values = {**hit.values, "line_number": str(hit.line + 1)}
    if ended is not None and ended.exit_code in STOPPED_CODES and level(hit.log.plain_lines[hit.line]) != "fatal":
        # Ended by a signal, or well: an error in the log need not be what ended it.
        confidence, sure = weaker(confidence, LIKELY), False
    settled = sure and hit.signature.weight == "strong" and confidence == hit.signature.confidence == LIKELY
    says_why = settled and not quotes
    if hit.values.get("host", "").startswith(UNFILLED):
        # A name that was never filled in is a symptom of what should have filled it.
        rank, confidence = rank - 25.0, weaker(confidence, LIKELY)
        says_why = False
    return Match(entry.code, confidence, container.name, values, tuple(evidence), rank, hit.signature.name, says_why)


def _settled(hit: Hit, entry: Entry, container: Container) -> str:
    """The signature's confidence; `certain` also where what may be a symptom elsewhere is the line that ends the process."""
    line = hit.log.plain_lines[hit.line]
    if hit.signature.confidence != LIKELY or hit.signature.weight in ("weak", "guess") or entry.family not in SETTLED:
        return hit.signature.confidence
    if not _ended_itself(container):
        return hit.signature.confidence
    goes_on = level(line) not in ("fatal", "error", "") or (level(line) != "fatal" and _TRIES_AGAIN.search(line))
    return LIKELY if goes_on or lines_after(hit.log, hit.last) > LAST_LINES else CERTAIN


def _rank(hit: Hit, entry: Entry) -> tuple[float, bool]:
    """The rank of a log hit, and whether its place allows certainty."""
    said = level(hit.log.plain_lines[hit.line])
    distance = lines_after(hit.log, hit.last)
    near = next((bonus for limit, bonus in NEARNESS if distance <= limit), FAR)
    strong = hit.signature.weight == "strong"
    tone = LEVEL[said] / 3 if strong and said == "warn" else LEVEL[said]
    harmless = bool(_HARMLESS.search(hit.text[:2000]))
    if harmless:
        tone += WAVED_OFF
    went_on = _went_on(hit.log, hit.last)
    if went_on:
        tone += WENT_ON
    rank = WEIGHT[hit.signature.weight] + (CATCH_ALL if entry.catch_all else 0.0) + tone + near
    return rank + min(2.0, (hit.span[1] - hit.span[0]) / 100 if hit.span else 0.0), distance <= 15 and (
        not harmless and not went_on and (strong or said in ("fatal", "error", "")) and not fails_later(hit.log, hit.last)
    )


def _went_on(log: LogText, row: int) -> bool:
    """True where the program reports progress after the line: what it said there did not stop it."""
    after = log.plain_lines[row + 1 : log.last_line + 1][:400]
    return any(_PROGRESS.search(line) and not _SHUTDOWN.search(line) and level(line) in ("", "info", "debug") for line in after)


def _texts(case: Case) -> Iterator[_Text]:
    pod = case.pod
    for container in case.failing:
        message = str(container.waiting.get("message") or "")
        if container.waiting_reason not in NOT_YET and message:
            yield _text(message, "status", container.waiting_reason, waiting_evidence(container), container.name, BLOCKING)
        for ended in (container.ended, container.last):
            if ended is not None and ended.message:
                rank = BLOCKING if ended.exit_code in (126, 127, 128) or ended.reason == "StartError" else 60.0
                yield _text(ended.message, "status", ended.reason, message_evidence(ended), container.name, rank)
    if pod.message:
        yield _text(pod.message, "status", pod.reason, Evidence("status", "status.message", pod.message), "", BLOCKING)
    for condition in pod.status.get("conditions") or ():
        if condition.get("status") == "False" and condition.get("type") == "PodScheduled" and condition.get("message"):
            place = f"status.conditions[{condition['type']}].message"
            found = Evidence("status", place, str(condition["message"]))
            yield _text(str(condition["message"]), "status", str(condition.get("reason")), found, "", BLOCKING)
    for event in (*pod.events, *(case.pod.owner_events if not pod.containers else ())):
        if (event.type != "Normal" or event.reason in TELLING) and _still_holds(case, event):
            yield _text(event.message, "event", event.reason, event_evidence(event), event.container, BLOCKING - 1)


def _still_holds(case: Case, event: Event) -> bool:
    """False once a later stage has been reached: scheduled, mounted and pulled, started."""
    container = case.pod.container(event.container) if event.container else None
    if event.reason == "FailedScheduling" and case.pod.node:
        return False
    if event.reason in BEFORE_PULL and container is None and _pulling_since(case, event):
        return False
    started = [
        c.running_since or (c.crash.started_at if c.crash else None)
        for c in ([container] if container is not None else case.pod.containers)
    ]
    if container is None and any(c.running or c.waiting_reason == "CrashLoopBackOff" for c in case.pod.containers):
        return False
    return not any(s and event.last_at and s > event.last_at for s in started)


def _pulling_since(case: Case, event: Event) -> bool:
    """True where the kubelet has come to images after the event: volumes and sandbox were there by then."""
    waits_later = any(c.waiting_reason not in (*NOT_YET, "CrashLoopBackOff") for c in case.pod.containers)
    later = [e for e in case.pod.events if e.container and e.last_at and event.last_at and e.last_at >= event.last_at]
    return bool(later) or waits_later


def _text(message: str, source: str, reason: str, evidence: Evidence, container: str, rank: float) -> _Text:
    return _Text(LogText(source, message), source, reason, evidence, container, rank)


def _text_match(hit: Hit, entry: Entry, text: _Text) -> Match:
    confidence = hit.signature.confidence if text.rank >= BLOCKING - 1 else weaker(hit.signature.confidence, LIKELY)
    rank = text.rank + (TEXT_CATCH_ALL if entry.catch_all else 0.0) + TEXT_WEIGHT[hit.signature.weight]
    found = hit.log.plain_lines[hit.line]
    told = found[hit.span[0] : hit.span[1]] if hit.span else ""
    evidence = replace(text.evidence, span=span_of(text.evidence.text, told))
    return Match(entry.code, confidence, text.container or None, hit.values, (evidence,), rank, hit.signature.name)
