"""Reads a workload and the pods below it, so that `pods_below` finds them in the snapshot."""

from __future__ import annotations

from .cluster import ApiError, Cluster
from .collect import failed_check, read_list, read_object
from .failing import selector_of
from .model import JSON, Check
from .reads import Read, events_of, get, listing
from .snapshot import Snapshot
from .targets import Target

LATEST_JOBS = 5


def read_workload(cluster: Cluster, snapshot: Snapshot, namespace: str, target: Target) -> Snapshot:
    """The snapshot with the workload, what stands between it and its pods, its pods and its events.

    Raises the ApiError of the workload's or of the pods' read.
    """
    workload = read_object(cluster, get(target.kind, namespace, target.name))
    snapshot = snapshot.adding(objects=[workload], checks=[Check(f"{target.kind.lower()} {namespace}/{target.name}", "ok")])
    between = _between(cluster, namespace, target, workload)
    snapshot = snapshot.adding(objects=between)
    for owner in [workload] if target.kind != "CronJob" else between:
        selector = selector_of(owner)
        if selector:
            pods = read_list(cluster, listing("Pod", namespace, {"labelSelector": selector, "limit": "500"}))
            snapshot = snapshot.adding(objects=pods)
    for owner in [workload, *between]:
        kind, name = str(owner["kind"]), str(owner["metadata"]["name"])
        snapshot = _optional(cluster, snapshot, events_of(namespace, name, f"events {kind.lower()}/{name}", kind))
    return snapshot


def _between(cluster: Cluster, namespace: str, target: Target, workload: JSON) -> list[JSON]:
    if target.kind == "Deployment":
        found = read_list(cluster, listing("ReplicaSet", namespace, {"labelSelector": selector_of(workload), "limit": "50"}))
        return [o for o in found if _owned(o, workload) and (o.get("spec") or {}).get("replicas")]
    if target.kind == "CronJob":
        found = [o for o in read_list(cluster, listing("Job", namespace)) if _owned(o, workload)]
        newest = sorted(found, key=lambda o: str(o["metadata"].get("creationTimestamp")), reverse=True)
        return newest[:LATEST_JOBS]
    return []


def _owned(o: JSON, owner: JSON) -> bool:
    return any(r.get("uid") == owner["metadata"].get("uid") for r in o["metadata"].get("ownerReferences") or ())


def _optional(cluster: Cluster, snapshot: Snapshot, read: Read) -> Snapshot:
    try:
        return snapshot.adding(objects=read_list(cluster, read), checks=[Check(read.check, "ok")])
    except ApiError as error:
        return snapshot.adding(checks=[failed_check(read, error)])
