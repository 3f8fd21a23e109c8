"""What befalls the whole pod: eviction, preemption, deadlines, refusals by the kubelet, lost nodes, no start."""

from __future__ import annotations

from collections.abc import Iterator

from ..facts import BACKOFF_RESET
from ..model import CERTAIN, JSON, LIKELY, POSSIBLE, Evidence, Match
from ..times import parse_time, seconds_between, short
from .case import Case, event_evidence, newest, status_evidence, waiting_evidence
from .state import NOT_YET, lost_with_runtime

FINAL = 130.0
BY_REASON = {
    "Evicted": "Evicted",
    "Preempting": "Preempted",
    "Preempted": "Preempted",
    "DeadlineExceeded": "DeadlineExceeded",
    "NodeLost": "NodeNotReady",
    "NodeShutdown": "NodeNotReady",
    "Terminated": "NodeNotReady",
    "Shutdown": "NodeNotReady",
}
"""status.reason of a failed pod -> code (kubelet 1.36, pkg/kubelet)."""
BY_DISRUPTION = {
    "PreemptionByScheduler": "Preempted",
    "DeletionByTaintManager": "NodeNotReady",
    "DeletionByPodGC": "NodeNotReady",
    "EvictionByEvictionAPI": "Terminated",
}
"""Condition DisruptionTarget -> code."""
LONG_WAIT = 60.0
"""Seconds of ContainerCreating after which the silence itself is a finding."""


def pod_rule(case: Case) -> Iterator[Match]:
    """The pod's own status, its conditions and its node."""
    pod = case.pod
    if pod.reason in BY_REASON:
        deadline = pod.spec.get("activeDeadlineSeconds")
        values = {"message": pod.message, "reason": pod.reason, **({"deadline": str(deadline)} if deadline else {})}
        evidence = [Evidence("status", "status.reason", f"{pod.reason}: {pod.message}".strip(": "))]
        event = newest(pod.events_of(pod.reason))
        yield Match(
            BY_REASON[pod.reason], CERTAIN, None, values, (*evidence, *([event_evidence(event)] if event else [])), FINAL, "pod"
        )
    elif pod.phase == "Failed" and pod.reason and pod.node and not pod.status.get("containerStatuses"):
        evidence = [Evidence("status", "status.reason", f"{pod.reason}: {pod.message}".strip(": "))]
        yield Match(
            "AdmissionRejected", LIKELY, None, {"reason": pod.reason, "message": pod.message}, tuple(evidence), FINAL - 10, "pod"
        )
    target = pod.condition("DisruptionTarget")
    if target.get("status") == "True" and target.get("reason") in BY_DISRUPTION:
        text = f"{target['reason']}: {target.get('message') or ''}".strip(": ")
        evidence = [Evidence("status", "status.conditions[DisruptionTarget]", text)]
        yield Match(BY_DISRUPTION[target["reason"]], CERTAIN, None, {"message": text}, tuple(evidence), FINAL - 1, "pod")


def node_rule(case: Case) -> Iterator[Match]:
    """A node that is not ready, and containers that were lost with it."""
    evidence = list(_node_down(case))
    lost = [c for c in case.failing if c.crash and (lost_with_runtime(c.crash) or c.crash.reason == "ContainerStatusUnknown")]
    for container in lost:
        assert container.crash is not None
        found = (status_evidence(container.crash), *evidence)
        yield Match("NodeNotReady", LIKELY, container.name, {"node": case.pod.node}, found, 104.0, "node")
    if evidence and not lost:
        waits = any(c.waiting_reason in NOT_YET and c.waiting for c in case.pod.containers)
        yield Match("NodeNotReady", LIKELY, None, {"node": case.pod.node}, tuple(evidence), 118.0 if waits else 39.0, "node")


def _node_down(case: Case) -> Iterator[Evidence]:
    node: JSON = case.snapshot.find("Node", "", case.pod.node) or {}
    for condition in (node.get("status") or {}).get("conditions") or ():
        if condition.get("type") == "Ready" and condition.get("status") != "True":
            text = f"{condition.get('reason') or ''}: {condition.get('message') or ''}".strip(": ")
            yield Evidence("node", f"{case.pod.node} Ready={condition.get('status')}", text)
    event = newest(e for e in case.pod.events if e.reason in ("NodeNotReady", "TaintManagerEviction"))
    ready = [
        c for c in (node.get("status") or {}).get("conditions") or () if c.get("type") == "Ready" and c.get("status") == "True"
    ]
    age = seconds_between(event.last_at, case.now) if event is not None else None
    if event is not None and not ready and (age is None or age < BACKOFF_RESET):
        yield event_evidence(event)


def blocked_rule(case: Case) -> Iterator[Match]:
    """Pods that have not come to their containers: unscheduled, or silent for long."""
    pod = case.pod
    scheduled = pod.condition("PodScheduled")
    if scheduled.get("status") == "False":
        text = f"{scheduled.get('reason') or ''}: {scheduled.get('message') or ''}".strip(": ")
        evidence = Evidence("status", "status.conditions[PodScheduled]", text)
        yield Match("Unschedulable", LIKELY, None, {"message": text}, (evidence,), 100.0, "blocked")
    for container in case.failing:
        if container.waiting and container.waiting_reason not in (*NOT_YET, "CrashLoopBackOff"):
            code = WAITING.get(container.waiting_reason, "ContainerCreateFailed")
            yield Match(code, LIKELY, container.name, {}, (waiting_evidence(container),), 80.0, "waiting")
    waiting = [c for c in pod.containers if c.waiting]
    since = seconds_between(parse_time(pod.status.get("startTime")) or pod.created_at, case.now)
    failing = any(standing.failing for standing in case.standings.values())
    silent = waiting and not failing and all(c.waiting_reason in NOT_YET for c in waiting)
    if silent and pod.node and since is not None and since > LONG_WAIT and not _init_runs(case):
        read = case.snapshot.check(f"events {pod.namespace}/{pod.name}")
        told = "no event says why" if read is not None and read.status == "ok" else "its events were not read"
        text = f"{waiting[0].waiting_reason or 'waiting'} for {short(since)}, and {told}"
        found = Evidence("status", f"status.containerStatuses[{waiting[0].name}].state.waiting", text)
        yield Match("ContainerCreateFailed", POSSIBLE, None, {"since": short(since)}, (found,), 101.0, "blocked")


WAITING = {
    "ErrImagePull": "ImageNotFound",
    "ImagePullBackOff": "ImageNotFound",
    "InvalidImageName": "InvalidImageName",
    "ErrImageNeverPull": "ImageNeverPull",
    "RegistryUnavailable": "RegistryUnreachable",
    "PostStartHookError": "PostStartHookFailed",
}
"""Waiting reason -> code where the message says nothing narrower."""


def _init_runs(case: Case) -> bool:
    return any(c.role == "init" and c.running for c in case.pod.containers)
