"""Pods that fail alike are told once; a namespace is told as a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from .failing import distinct, is_failing, pods_below, ref_of, worst_first
from .knowledge import Knowledge
from .model import Item, Report
from .read_facts import owner_chain, pod_facts
from .refs import PodRef, WorkloadRef
from .report import build_report, kubectl_of, pod_item, workload_item
from .snapshot import Asked, Snapshot
from .targets import Target
from .times import parse_time

OWNERS = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job")


class NoSuchContainer(Exception):
    """The container that was asked for is not in the pod; the message names those that are."""


def list_report(snapshot: Snapshot, namespace: str | None, knowledge: Knowledge) -> Report:
    """The failing pods of a snapshot, worst first, as far as their status tells."""
    now = parse_time(snapshot.fetched_at)
    assert now is not None
    failing = [p for p in snapshot.of_kind("Pod", namespace) if is_failing(snapshot, p, now)]
    report = build_report(snapshot, tuple(ref_of(p) for p in worst_first(snapshot, failing)), knowledge)
    return replace(report, items=(*report.items, *_without_pods(snapshot, namespace, knowledge)))


def _without_pods(snapshot: Snapshot, namespace: str | None, knowledge: Knowledge) -> Iterator[Item]:
    """The workloads of the snapshot that have no pods, where their events say why."""
    for kind in OWNERS:
        for o in snapshot.of_kind(kind, namespace):
            place, name = ref_of(o)
            if owner_chain(snapshot, o) or pods_below(snapshot, place, Target(kind, name)):
                continue
            item = workload_item(snapshot, place, kind, name, knowledge)
            if item.causes:
                yield item


def asked_of(snapshot: Snapshot, namespace: str, target: Target) -> Asked:
    """The failing pods below a workload, one for each way of failing; the workload itself where none fails."""
    now = parse_time(snapshot.fetched_at)
    assert now is not None
    failing = [p for p in pods_below(snapshot, namespace, target) if is_failing(snapshot, p, now)]
    groups = {ref_of(pod): tuple(names) for pod, names in distinct(worst_first(snapshot, failing))}
    return Asked(tuple(groups), groups, () if groups else (WorkloadRef(target.kind, namespace, target.name),))


def together(parts: Iterable[Asked], container: str) -> Asked:
    """One question of several, each pod once."""
    parts = list(parts)
    return Asked(
        pods=tuple(dict.fromkeys(ref for part in parts for ref in part.pods)),
        alike={ref: names for part in parts for ref, names in part.alike.items()},
        workloads=tuple(ref for part in parts for ref in part.workloads),
        container=container,
    )


def joined_report(snapshot: Snapshot, asked: Asked, knowledge: Knowledge) -> Report:
    """One item a distinct cause; pods that fail alike are named with the first of them.

    Raises NoSuchContainer where a pod lacks the container that was asked for.
    """
    items: dict[object, Item] = {}
    for ref in asked.pods:
        _must_have(snapshot, ref, asked.container)
        item = replace(pod_item(snapshot, ref, knowledge, asked.container), siblings=tuple(asked.alike.get(ref, ())))
        like = item.causes and ref in asked.alike
        key: object = (item.owner, item.causes[0].code, item.causes[0].container) if like else ref
        if key in items:
            item = replace(items[key], siblings=(*items[key].siblings, item.name, *item.siblings))
        items[key] = item
    for workload in asked.workloads:
        items[workload] = workload_item(snapshot, workload.namespace, workload.kind, workload.name, knowledge)
    return Report(snapshot.fetched_at, snapshot.context, snapshot.server, tuple(items.values()), kubectl_of(snapshot))


def _must_have(snapshot: Snapshot, ref: PodRef, container: str) -> None:
    names = [c.name for c in pod_facts(snapshot, *ref).containers]
    if container and container not in names:
        raise NoSuchContainer(f"container {container} is not valid for pod {ref.name}, choose one of: {', '.join(names)}")
