"""Pods that fail alike are told once; a namespace is told as a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .knowledge import Knowledge
from .model import Item, Report
from .read_facts import owner_chain, pod_facts
from .report import build_report, kubectl_of, pod_item, workload_item
from .snapshot import PodRef, Snapshot
from .targets import Target, distinct, is_failing, pods_below, ref_of, worst_first
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


def failing_groups(snapshot: Snapshot, namespace: str, target: Target) -> dict[PodRef, tuple[str, ...]]:
    """The failing pods below a workload, one for each way of failing, with the names of its like."""
    now = parse_time(snapshot.fetched_at)
    assert now is not None
    failing = [p for p in pods_below(snapshot, namespace, target) if is_failing(snapshot, p, now)]
    return {ref_of(pod): tuple(names) for pod, names in distinct(worst_first(snapshot, failing))}


def joined_report(
    snapshot: Snapshot,
    refs: tuple[PodRef, ...],
    siblings: dict[PodRef, tuple[str, ...]],
    workloads: list[Target],
    knowledge: Knowledge,
    only: str,
) -> Report:
    """One item a distinct cause; pods that fail alike are named with the first of them.

    Raises NoSuchContainer where a pod has no container of the name `only`.
    """
    for ref in refs if only else ():
        names = [c.name for c in pod_facts(snapshot, *ref).containers]
        if only not in names:
            raise NoSuchContainer(f"container {only} is not valid for pod {ref.name}, choose one of: {', '.join(names)}")
    items: dict[object, Item] = {}
    for ref in refs:
        item = pod_item(snapshot, ref, knowledge, only)
        key: object = (item.owner, item.causes[0].code, item.causes[0].container) if item.causes and ref in siblings else ref
        if key in items:
            alike = (*items[key].siblings, item.name, *siblings.get(ref, ()))
            items[key] = replace(items[key], siblings=alike)
        else:
            items[key] = replace(item, siblings=siblings.get(ref, ()))
    namespace = refs[0].namespace if refs else ""
    for target in workloads:
        place = namespace or next((str(o["metadata"].get("namespace")) for o in snapshot.of_kind(target.kind)), "default")
        items[target] = workload_item(snapshot, place, target.kind, target.name, knowledge)
    return Report(snapshot.fetched_at, snapshot.context, snapshot.server, tuple(items.values()), kubectl_of(snapshot))
