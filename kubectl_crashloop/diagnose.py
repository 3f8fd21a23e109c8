"""Joins matches with the knowledge base: merges, drops what another explains, orders, and says how sure it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from .fixes import commands_of, debug_fixes, fixes_of
from .knowledge import Entry, confidence_limit, first_filled
from .model import CERTAIN, CONFIDENCES, JSON, LIKELY, POSSIBLE, Cause, Evidence, Match, Owner, weaker
from .quoting import shell_quote
from .rules import all_matches
from .rules.case import Case
from .rules.joins import enrich
from .times import short

MAX_CAUSES = 4
MAX_EVIDENCE = 6
MAX_ALIKE = 2
"""Events of one reason that are quoted: more of them repeat the same with other names."""
MAX_IN_TITLE = 100
ROOTS = ("memory-disk-node", "command-image", "configuration", "dependency")
"""Families of the knowledge base that say why; `program` says how."""
ROOT_MARGIN = 12.0
"""How far a symptom may outrank the root that explains it: it is printed later, and closer to the end."""
RIVAL = 6.0
"""Ranks this near leave it open which of two causes of one container is the root."""
TOKEN_MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
ONLY_POD_LEVEL = 100.0
"""Least rank that counts when no container fails: what is left over from the start does not."""
TIERS = {"waiting": 2, "ended": 2, "restarted": 1, "unready": 0}


def diagnose(case: Case, values: Mapping[str, str], owner: Owner | None) -> tuple[Cause, ...]:
    """The causes of a pod, the verdict first; empty for a pod in which nothing fails."""
    matches = ordered(case)
    causes = [_cause(match, case, values, owner) for match in matches]
    return tuple(causes[:MAX_CAUSES])


def ordered(case: Case) -> list[Match]:
    """The matches that stand after merging and superseding, nearest to the root first."""
    found = [m for m in all_matches(case) if case.only in ("", m.container) or m.container is None]
    if not case.failing:
        found = [m for m in found if m.rank >= ONLY_POD_LEVEL]
    best = sorted(_merged(found), key=lambda m: (_tier(m, case), m.rank), reverse=True)
    kept = [m for i, m in enumerate(best) if not _is_explained(m, best[:i], best[i + 1 :], case)]
    return [enrich(m, case) for m in _calibrated(kept, case)]


def _is_explained(match: Match, higher: list[Match], lower: list[Match], case: Case) -> bool:
    entry = case.knowledge.get(match.code)
    symptom = entry is not None and entry.family == "program"
    near = [m for m in _near(lower, match) if not _explains(case, match, m)] if symptom else []
    return any(_explains(case, other, match) for other in (*higher, *near))


def _near(lower: list[Match], match: Match) -> list[Match]:
    """The matches that rank lower by so little that they may still be the root of `match`."""
    return [m for m in lower if m.container == match.container and match.rank - m.rank <= ROOT_MARGIN and m.code != match.code]


def _tier(match: Match, case: Case) -> int:
    """Pod-level findings first, then containers that do not run, then those that run again or are not ready."""
    if match.container is None or match.container not in case.standings:
        return 3 if match.rank >= ONLY_POD_LEVEL else 1
    return TIERS.get(case.standings[match.container].kind, 1)


def _merged(matches: Iterable[Match]) -> list[Match]:
    """One match a code and container: the best one, with the evidence of the others behind its own."""
    groups: dict[tuple[str, str | None], list[Match]] = {}
    for match in matches:
        groups.setdefault((match.code, match.container), []).append(match)
    return [_merge(sorted(group, key=lambda m: m.rank, reverse=True)) for group in groups.values()]


def _merge(group: list[Match]) -> Match:
    best, rest = group[0], group[1:]
    evidence: list[Evidence] = list(best.evidence)
    for other in rest:
        for item in other.evidence:
            if not _quoted(item, evidence) and sum(e.path == item.path for e in evidence if e.source == "event") < MAX_ALIKE:
                evidence.append(item)
    values, confidence = dict(best.values), best.confidence
    for other in rest:
        if other.evidence and best.evidence and _one_in_the_other(other.evidence[0].text, best.evidence[0].text):
            values = {**other.values, **values}
            confidence = min(confidence, other.confidence, key=CONFIDENCES.index)
    return replace(best, values=values, confidence=confidence, evidence=tuple(evidence[:MAX_EVIDENCE]))


def _one_in_the_other(a: str, b: str) -> bool:
    return a.strip() in b or b.strip() in a


def _quoted(evidence: Evidence, known: list[Evidence]) -> bool:
    return any(k.source == evidence.source and (evidence.text in k.text or k.text == evidence.text) for k in known)


def _explains(case: Case, known: Match, match: Match) -> bool:
    """True where `known`, which ranks higher, leaves nothing of `match` to explain."""
    same = known.container is None or match.container is None or known.container == match.container
    if not same:
        return False
    if match.code == "ApplicationError" or known.code == match.code:
        return known.code != "ApplicationError"
    entry, other = case.knowledge.get(known.code), case.knowledge.get(match.code)
    if entry is None:
        return False
    # An exception, a panic or a signal is how a program ends, not why.
    symptom = other is not None and other.family == "program" and entry.family in ROOTS
    return symptom or match.code in entry.supersedes


def _calibrated(matches: list[Match], case: Case) -> list[Match]:
    """Confidence as the rivals allow: only one cause of a container can be the root."""
    result: list[Match] = []
    first: dict[str | None, Match] = {}
    for match in matches:
        limit = confidence_limit(case.knowledge[match.code]) if match.code in case.knowledge else LIKELY
        confidence = weaker(match.confidence, limit)
        leader = first.setdefault(match.container, match)
        if leader is not match:
            confidence = weaker(confidence, LIKELY if leader.rank - match.rank < RIVAL else POSSIBLE)
        elif confidence == CERTAIN and any(_rivals(match, other) for other in matches):
            confidence = LIKELY
        elif match.says_why and limit == CERTAIN and not any(o.container == match.container for o in matches if o is not match):
            confidence = CERTAIN
        result.append(replace(match, confidence=confidence))
    return result


def _rivals(match: Match, other: Match) -> bool:
    return other is not match and other.container == match.container and match.rank - other.rank < RIVAL


def _cause(match: Match, case: Case, values: Mapping[str, str], owner: Owner | None) -> Cause:
    entry = case.knowledge.get(match.code) or _unknown(match.code)
    container = case.pod.container(match.container or "")
    filled = {**values, **_container_values(case, match), **match.values}
    role = container.role if container else "app"
    if match.code == "ApplicationError" and container and container.crash_log is None:
        # Nothing may be claimed of a log that was not read.
        filled.pop("exit", None)
    runs = container is not None and container.running
    fixes = tuple(f for f in fixes_of(entry, filled, owner, role) if runs or not any(" exec " in c for c in f.commands))
    ended = container.crash if container else None
    if container and ended and len(fixes) < 3 and (entry.catch_all or (ended.ran or 0) <= 10) and ended.exit_code != 128:
        fixes = (*fixes, *debug_fixes(filled, container.running))[:3]
    return Cause(
        code=match.code,
        container=match.container,
        confidence=match.confidence,
        title=first_filled(entry.title, {k: _shortened(v) for k, v in filled.items()}) or entry.summary,
        why=first_filled(entry.why, filled),
        values=dict(match.values),
        evidence=match.evidence,
        fixes=fixes,
        checks=tuple(c for c in commands_of(entry.checks, filled, role) if runs or " exec " not in c),
        links=entry.links,
    )


def _shortened(value: str) -> str:
    """A value as a headline takes it; the evidence quotes it whole."""
    return value if len(value) <= MAX_IN_TITLE else value[: MAX_IN_TITLE - 3].rstrip() + "..."


def _container_values(case: Case, match: Match) -> dict[str, str]:
    container = case.pod.container(match.container or "") or next(iter(case.failing or case.pod.containers), None)
    if container is None:
        return {}
    ended = container.crash
    values = {
        "container": container.name, "image": container.image, "restarts": str(container.restarts),
        "limit": container.limit("memory") or "", "request": container.request("memory") or "",
        "debug_image": "busybox:1.36",
        "mounts": ", ".join(p for m in container.spec.get("volumeMounts") or () if (p := str(m["mountPath"])) != TOKEN_MOUNT),
    }  # fmt: skip
    values |= _command_values(container.spec)
    if ended is not None:
        values |= {"exit": str(ended.exit_code), "ran": short(ended.ran)}
    log = container.crash_log
    if log is not None and log.last_line >= 0:
        values["last_line"] = log.lines[log.last_line].strip()[:200]
    return values


def _command_values(spec: JSON) -> dict[str, str]:
    """What the container runs: `command_line`, only `args_line`, or `image_command` where the image says it."""
    command, args = ([str(w) for w in spec.get(k) or ()] for k in ("command", "args"))
    if command:
        return {"command_line": " ".join(map(shell_quote, (*command, *args)))}
    return {"args_line": json.dumps(args, ensure_ascii=False)} if args else {"image_command": "yes"}


def _unknown(code: str) -> Entry:
    return Entry(code, code, "program", (f"`{{{{container}}}}` fails: {code}",), ("",))
