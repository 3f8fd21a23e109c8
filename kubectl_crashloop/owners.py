"""The object that a person edits: the top of the owner chain, and who manages it."""

from __future__ import annotations

from .model import JSON, Owner
from .read_facts import owner_chain
from .snapshot import Snapshot

PATCHABLE = {
    "Deployment": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "ReplicaSet": ("spec", "template", "spec"),
    "ReplicationController": ("spec", "template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
"""Kinds whose pod template can be changed in place, with the path to the pod spec. A Job's template is immutable."""
_MANAGERS = (
    ("annotations", "argocd.argoproj.io/tracking-id", "Argo CD"),
    ("labels", "argocd.argoproj.io/instance", "Argo CD"),
    ("labels", "kustomize.toolkit.fluxcd.io/name", "Flux"),
    ("labels", "helm.toolkit.fluxcd.io/name", "Flux"),
    ("annotations", "meta.helm.sh/release-name", "Helm"),
    ("labels", "kapp.k14s.io/app", "kapp"),
)


def owner_of(snapshot: Snapshot, pod: JSON) -> Owner | None:
    """The top owner; None for a bare pod. A static pod is owned by its node."""
    chain = owner_chain(snapshot, pod)
    if not chain:
        return None
    kind, name = chain[-1]
    if kind == "ReplicaSet" and len(chain) == 1:
        kind, name = _by_convention(pod, kind, name)
    found = snapshot.find(kind, str(pod["metadata"].get("namespace", "")), name)
    return Owner(kind, name, _revision(snapshot, pod, found), managed_by(found or pod, kind))


def _by_convention(pod: JSON, kind: str, name: str) -> tuple[str, str]:
    """The Deployment behind a ReplicaSet that could not be read: its name ends in the template hash."""
    digest = (pod["metadata"].get("labels") or {}).get("pod-template-hash")
    if digest and name.endswith(f"-{digest}"):
        return "Deployment", name[: -len(digest) - 1]
    return kind, name


def _revision(snapshot: Snapshot, pod: JSON, owner: JSON | None) -> int | None:
    namespace = str(pod["metadata"].get("namespace", ""))
    chain = owner_chain(snapshot, pod)
    nearest = snapshot.find(*chain[0][:1], namespace, chain[0][1]) if chain else None
    for o in (nearest, owner):
        text = ((o or {}).get("metadata", {}).get("annotations") or {}).get("deployment.kubernetes.io/revision", "")
        if str(text).isdigit():
            return int(text)
    return None


def managed_by(o: JSON, kind: str) -> str:
    """Who writes the object from a source elsewhere, as `Helm (release web)`; empty where nobody is seen."""
    meta = o.get("metadata") or {}
    for place, key, manager in _MANAGERS:
        name = (meta.get(place) or {}).get(key)
        if name:
            return f"{manager} ({str(name).split(':')[0]})"
    labelled = (meta.get("labels") or {}).get("app.kubernetes.io/managed-by")
    if labelled and labelled not in ("kubectl", "manual"):
        return str(labelled)
    if kind not in (*PATCHABLE, "Job", "Node", "Pod"):
        return f"the operator of {kind}"
    return ""
