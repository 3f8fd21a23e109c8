"""Killed for memory: by its own limit, or by a node that had none left."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..facts import Container, Event, Termination
from ..model import CERTAIN, JSON, LIKELY, Evidence, Match
from ..quantity import parse_quantity, show_bytes
from ..read_facts import object_events
from ..times import seconds_between
from .case import Case, event_evidence, newest, spec_evidence, status_evidence

JVM_SHARE = 0.75
"""Heap share of the limit that leaves room for the JVM's other memory (MaxRAMPercentage guidance)."""
_XMX = re.compile(r"-Xmx(\d+)([kKmMgG]?)")
_RAM_PERCENT = re.compile(r"-XX:MaxRAMPercentage=([\d.]+)")


def memory_rule(case: Case) -> Iterator[Match]:
    """OOMKilled and NodeOutOfMemory, each by its own evidence."""
    for container in case.failing:
        ended = container.crash
        if ended is None:
            continue
        if ended.reason == "OOMKilled":
            yield _oom(case, container, ended)
        elif ended.exit_code == 137 and ended.reason != "ContainerStatusUnknown":
            yield from _node_oom(case, container, ended)


def _oom(case: Case, container: Container, ended: Termination) -> Match:
    evidence = [status_evidence(ended), *_limit_evidence(container), *_usage_evidence(case, container)]
    pressure = list(_node_evidence(case, ended))
    if container.memory_limit is None and pressure:
        return Match(
            "NodeOutOfMemory", LIKELY, container.name, memory_values(case, container), (*evidence, *pressure), 111.0, "memory"
        )
    sure = CERTAIN if container.memory_limit is not None or not pressure else LIKELY
    return Match("OOMKilled", sure, container.name, memory_values(case, container), tuple(evidence), 112.0, "memory")


def _node_oom(case: Case, container: Container, ended: Termination) -> Iterator[Match]:
    evidence = list(_node_evidence(case, ended))
    if evidence and container.memory_limit is None:
        found = (status_evidence(ended), *evidence, *_limit_evidence(container))
        yield Match("NodeOutOfMemory", LIKELY, container.name, memory_values(case, container), found, 90.0, "memory")
    used = usage(case, container)
    if used and container.memory_limit and used > 0.9 * container.memory_limit and not evidence:
        found = (status_evidence(ended), *_limit_evidence(container), *_usage_evidence(case, container))
        yield Match("OOMKilled", "possible", container.name, memory_values(case, container), found, 48.0, "memory")


def memory_values(case: Case, container: Container) -> dict[str, str]:
    """limit, request, usage, and what to set instead: 1.5 to 2 times the limit, the heap at 75 % of it."""
    values = {"limit": container.limit("memory") or "", "request": container.request("memory") or ""}
    limit, used = container.memory_limit, usage(case, container)
    if limit:
        values["limit_proposed"] = show_bytes(limit * (2 if limit < 2**30 else 1.5))
        values["request_proposed"] = show_bytes(max(parse_quantity(container.request("memory")) or 0, limit * 0.75))
        heap = heap_of(container, limit)
        if heap:
            values["heap"] = heap
            values["heap_proposed"] = (
                show_bytes(limit * (2 if limit < 2**30 else 1.5) * JVM_SHARE).replace("Mi", "m").replace("Gi", "g")
            )
    if used:
        values["usage"] = show_bytes(used)
    return {k: v for k, v in values.items() if v}


def heap_of(container: Container, limit: float | None) -> str:
    """The heap that the JVM options ask for, as written, with its share of the limit; empty without one."""
    text = " ".join([*container.command, *(e.value or "" for e in container.env)])
    found = _XMX.search(text)
    if found:
        size = int(found[1]) * {"k": 2**10, "m": 2**20, "g": 2**30}.get(found[2].lower(), 1)
        return f"{found[0]} ({size / limit:.0%} of the limit)" if limit else found[0]
    percent = _RAM_PERCENT.search(text)
    return f"{percent[0]} ({float(percent[1]):.0f}% of the limit)" if percent else ""


def usage(case: Case, container: Container) -> float | None:
    """Bytes that metrics.k8s.io last saw in use; None where it is not served."""
    metrics = case.snapshot.find("PodMetrics", case.pod.namespace, case.pod.name) or {}
    for c in metrics.get("containers") or ():
        if c.get("name") == container.name:
            return parse_quantity((c.get("usage") or {}).get("memory"))
    return None


def _limit_evidence(container: Container) -> Iterator[Evidence]:
    path = f"spec.{container.spec_path}.resources"
    limit, request = container.limit("memory"), container.request("memory")
    yield spec_evidence(path, f"memory limit {limit}, request {request or 'none'}" if limit else "no memory limit")


def _usage_evidence(case: Case, container: Container) -> Iterator[Evidence]:
    used = usage(case, container)
    if used:
        yield Evidence("object", f"PodMetrics {case.pod.name}[{container.name}]", f"memory in use {show_bytes(used)}")


def _node_evidence(case: Case, ended: Termination) -> Iterator[Evidence]:
    node: JSON = case.snapshot.find("Node", "", case.pod.node) or {}
    for condition in (node.get("status") or {}).get("conditions") or ():
        if condition.get("type") == "MemoryPressure" and condition.get("status") == "True":
            yield Evidence("node", f"{case.pod.node} MemoryPressure", str(condition.get("message") or "True"))
    near = [e for e in _system_oom(case) if abs(seconds_between(e.last_at, ended.finished_at) or 1e9) <= 60]
    event = newest(near)
    if event is not None:
        yield event_evidence(event)


def _system_oom(case: Case) -> Iterator[Event]:
    return (e for e in object_events(case.snapshot, "Node", "", case.pod.node) if e.reason in ("SystemOOM", "OOMKilling"))
