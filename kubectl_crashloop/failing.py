"""Which pods of a workload or a namespace fail, and which of them fail alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from .model import JSON
from .owners import owners_above
from .read_facts import pod_facts
from .refs import PodRef
from .rules.state import standing_of
from .snapshot import Snapshot
from .targets import Target
from .times import parse_time

MAX_PODS = 5
"""Pods of one workload that are diagnosed: one for each distinct way of failing."""


def selector_of(workload: JSON) -> str:
    """The label selector of a workload's pods, as a query takes it."""
    selector = (workload.get("spec") or {}).get("selector") or {}
    wanted = selector.get("matchLabels") or {}
    parts = [f"{k}={v}" for k, v in sorted(wanted.items())]
    for e in selector.get("matchExpressions") or ():
        values = ",".join(e.get("values") or ())
        parts.append({
            "In": f"{e['key']} in ({values})", "NotIn": f"{e['key']} notin ({values})",
            "Exists": str(e["key"]), "DoesNotExist": f"!{e['key']}",
        }[e["operator"]])  # fmt: skip
    return ",".join(parts)


def pods_below(snapshot: Snapshot, namespace: str, target: Target) -> list[JSON]:
    """The pods of the snapshot that the workload owns, directly or through a ReplicaSet or Job.

    A ReplicaSet that was not read belongs to the Deployment after which it is named.
    """
    return [
        pod for pod in snapshot.of_kind("Pod", namespace)
        if any((kind, name) == target for kind, name in owners_above(snapshot, pod))
    ]  # fmt: skip


def is_failing(snapshot: Snapshot, pod: JSON, now: datetime) -> bool:
    """True where the pod's status alone shows that something is wrong."""
    facts = pod_facts(snapshot, str(pod["metadata"].get("namespace", "")), str(pod["metadata"]["name"]))
    if facts.phase == "Failed" and facts.reason:
        return True
    if any(standing_of(c, facts, now).failing for c in facts.containers):
        return True
    if facts.phase != "Pending":
        return False
    age = (now - facts.created_at).total_seconds() if facts.created_at else 0.0
    return facts.condition("PodScheduled").get("status") == "False" or age > 60


def worst_first(snapshot: Snapshot, pods: Iterable[JSON]) -> list[JSON]:
    """Pods by restarts, the most first, then by age, the youngest first."""
    return sorted(pods, key=lambda p: (-restarts_of(p), _age_key(p)))


def restarts_of(pod: JSON) -> int:
    """The restarts of all containers."""
    status = pod.get("status") or {}
    lists = (status.get("containerStatuses") or (), status.get("initContainerStatuses") or ())
    return sum(int(s.get("restartCount") or 0) for statuses in lists for s in statuses)


def _age_key(pod: JSON) -> float:
    created = parse_time(pod["metadata"].get("creationTimestamp"))
    return -created.timestamp() if created else 0.0


def distinct(pods: Iterable[JSON]) -> Iterator[tuple[JSON, list[str]]]:
    """One pod for each way of failing, with the names of the others that fail in the same way."""
    groups: dict[tuple[object, ...], list[JSON]] = {}
    for pod in pods:
        groups.setdefault(_look(pod), []).append(pod)
    for group in list(groups.values())[:MAX_PODS]:
        yield group[0], [str(p["metadata"]["name"]) for p in group[1:]]


def _look(pod: JSON) -> tuple[object, ...]:
    """What a status shows of the way of failing: states, reasons and exit codes of the containers."""
    status = pod.get("status") or {}
    labels = pod["metadata"].get("labels") or {}
    look: list[object] = [status.get("phase"), status.get("reason"), labels.get("pod-template-hash")]
    for s in [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]:
        ended = ((s.get("state") or {}).get("terminated") or {}) or ((s.get("lastState") or {}).get("terminated") or {})
        look.append((s.get("name"), bool(s.get("ready")), ended.get("exitCode"), ended.get("reason")))
    return tuple(look)


def ref_of(pod: JSON) -> PodRef:
    """The place of a pod."""
    return PodRef(str(pod["metadata"].get("namespace", "")), str(pod["metadata"]["name"]))
