"""Weaknesses that did not cause this crash. Each is one sentence about this pod."""

from __future__ import annotations

from collections.abc import Iterator

from .facts import Container, Pod
from .model import Note, Owner
from .snapshot import Snapshot


def notes_of(pod: Pod, owner: Owner | None, snapshot: Snapshot) -> tuple[Note, ...]:
    """The notes on a pod, containers first."""
    return (
        *(n for c in pod.containers if c.role in ("app", "sidecar") for n in _container_notes(c)),
        *_volume_notes(pod),
        *_replica_notes(pod, owner, snapshot),
    )


def _container_notes(c: Container) -> Iterator[Note]:
    limit, request = c.limit("memory"), c.request("memory")
    if limit is None:
        yield Note("NoMemoryLimit", f"`{c.name}` has no memory limit: it can take the node's memory")
    elif limit == request:
        yield Note("LimitEqualsRequest", f"`{c.name}` has a memory limit equal to its request ({limit}): no room for peaks")
    if c.limit("cpu") is not None:
        yield Note("CPULimit", f"`{c.name}` has a CPU limit of {c.limit('cpu')}: it is throttled there, also while it starts")
    liveness = c.probes.get("liveness")
    if liveness is not None and "startup" not in c.probes and liveness.budget < 60:
        yield Note("NoStartupProbe", f"`{c.name}` has no startup probe, and its liveness probe kills after {liveness.budget}s")
    tag = c.image.rpartition("/")[2]
    if "@" not in tag and (":" not in tag or tag.endswith(":latest")):
        yield Note("LatestTag", f"`{c.name}` runs `{c.image}`: the tag does not say which version")


def _volume_notes(pod: Pod) -> Iterator[Note]:
    names = [str(v["name"]) for v in pod.spec.get("volumes") or () if "emptyDir" in v]
    if names:
        yield Note("EmptyDirData", f"the data in emptyDir {', '.join(names[:3])} is lost when the pod is deleted")


def _replica_notes(pod: Pod, owner: Owner | None, snapshot: Snapshot) -> Iterator[Note]:
    raw = snapshot.find(owner.kind, pod.namespace, owner.name) if owner else None
    if raw is None or owner is None or owner.kind not in ("Deployment", "StatefulSet"):
        return
    replicas = (raw.get("spec") or {}).get("replicas", 1)
    if replicas == 1:
        yield Note("SingleReplica", f"{owner.kind.lower()}/{owner.name} has one replica: each crash is an outage")
    read = snapshot.check(f"poddisruptionbudgets {pod.namespace}")
    if replicas > 1 and read is not None and read.status == "ok" and not _covered(pod, snapshot):
        yield Note("NoPodDisruptionBudget", f"no PodDisruptionBudget covers {owner.kind.lower()}/{owner.name}")


def _covered(pod: Pod, snapshot: Snapshot) -> bool:
    labels = pod.raw["metadata"].get("labels") or {}
    for budget in snapshot.of_kind("PodDisruptionBudget", pod.namespace):
        selector = (budget.get("spec") or {}).get("selector") or {}
        wanted = selector.get("matchLabels") or {}
        if selector.get("matchExpressions") or all(labels.get(k) == v for k, v in wanted.items()):
            return True
    return False
