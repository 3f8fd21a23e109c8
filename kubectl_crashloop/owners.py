"""The object that a person edits: the top of the owner chain, and who manages it."""

from __future__ import annotations

from typing import Any

from .model import JSON, Owner
from .quoting import shell_quote
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
TEMPLATES = {**PATCHABLE, "Job": ("spec", "template", "spec")}
ROLLED = ("Deployment", "StatefulSet", "DaemonSet")
"""Kinds whose template has revisions: `kubectl rollout` takes them."""
KEEPERS = ("StatefulSet", "ReplicaSet", "ReplicationController")
"""Kinds that keep a failing pod when their template changes: a StatefulSet waits until it is ready before it replaces it
(kubernetes.io/docs/concepts/workloads/controllers/statefulset, "Forced rollback"), the others never replace a pod."""
SCALED = ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController")
_MANAGERS = (
    ("annotations", "argocd.argoproj.io/tracking-id", "Argo CD"),
    ("labels", "argocd.argoproj.io/instance", "Argo CD"),
    ("labels", "kustomize.toolkit.fluxcd.io/name", "Flux"),
    ("labels", "helm.toolkit.fluxcd.io/name", "Flux"),
    ("annotations", "meta.helm.sh/release-name", "Helm"),
    ("labels", "kapp.k14s.io/app", "kapp"),
)
_WRITERS = {
    "helm": "Helm", "argocd-controller": "Argo CD", "argocd-application-controller": "Argo CD", "kustomize-controller": "Flux",
    "helm-controller": "Flux", "terraform": "Terraform", "hashicorp": "Terraform", "pulumi-kubernetes": "Pulumi",
    "fleetagent": "Fleet",
}  # fmt: skip
"""Names of field managers, in lower case. Each tool's own default; a person writes as `kubectl…`."""


def owner_of(snapshot: Snapshot, pod: JSON) -> Owner | None:
    """The top owner; None for a bare pod. A static pod is owned by its node."""
    chain = owners_above(snapshot, pod)
    if not chain:
        return None
    kind, name = chain[-1]
    found = snapshot.find(kind, str(pod["metadata"].get("namespace", "")), name)
    return Owner(kind, name, _revision(snapshot, pod, found), managed_by(found or pod, kind), pod_spec_of(found, kind))


def pod_spec_of(workload: JSON | None, kind: str) -> JSON | None:
    """The pod spec of a workload's template; None where it was not read or the kind has none."""
    path = TEMPLATES.get(kind)
    spec: Any = workload if path else None
    for name in path or ():
        spec = (spec or {}).get(name)
    return spec if isinstance(spec, dict) else None


def words_for(owner: Owner | None) -> dict[str, str]:
    """The owner as a command word, under the names of what kubectl lets one do with its kind:

    `owner` (read), `editable` (change the template), `rollout`, `scalable`, and `deployment`, `job` or `cronjob`.
    """
    if owner is None or owner.kind not in (*PATCHABLE, "Job"):
        return {}
    word = f"{owner.kind.lower()}/{shell_quote(owner.name)}"
    names = ["owner"]
    names += ["editable"] if owner.kind in PATCHABLE else []
    names += ["rollout"] if owner.kind in ROLLED else []
    names += ["scalable"] if owner.kind in SCALED else []
    names += [owner.kind.lower()] if owner.kind in ("Deployment", "Job", "CronJob") else []
    return {**dict.fromkeys(names, word), "owner_kind": owner.kind, "owner_name": owner.name}


def owners_above(snapshot: Snapshot, pod: JSON) -> tuple[tuple[str, str], ...]:
    """(kind, name) of the controllers above a pod, nearest first.

    The Deployment behind a ReplicaSet that was not read is known by its name, which the template's hash follows.
    """
    chain = owner_chain(snapshot, pod)
    digest = (pod["metadata"].get("labels") or {}).get("pod-template-hash")
    if len(chain) == 1 and chain[0][0] == "ReplicaSet" and digest and chain[0][1].endswith(f"-{digest}"):
        return (*chain, ("Deployment", chain[0][1][: -len(digest) - 1]))
    return chain


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
    """Who writes the object from a source elsewhere, as `Helm (web)`; empty where nobody is seen.

    Labels and annotations say it first, then the owner, then the field managers.
    """
    meta = o.get("metadata") or {}
    for place, key, manager in _MANAGERS:
        name = (meta.get(place) or {}).get(key)
        if name:
            return f"{manager} ({str(name).split(':')[0]})"
    labelled = str((meta.get("labels") or {}).get("app.kubernetes.io/managed-by") or "")
    if labelled.startswith("kustomize") or (meta.get("annotations") or {}).get("config.kubernetes.io/origin"):
        return "Kustomize"
    if labelled and labelled not in ("kubectl", "manual"):
        return labelled
    owners = [kind, *(str(r.get("kind")) for r in meta.get("ownerReferences") or () if r.get("controller"))]
    custom = next((k for k in owners if k not in (*TEMPLATES, "Node", "Pod")), "")
    return f"the operator of {custom}" if custom else _writer(meta)


def _writer(meta: JSON) -> str:
    """The tool or operator among those that wrote fields of the object, its status apart."""
    names = [str(m.get("manager") or "") for m in meta.get("managedFields") or () if m.get("subresource") != "status"]
    return next((found for n in names if (found := _WRITERS.get(n.lower()) or (n if n.lower().endswith("operator") else ""))), "")
