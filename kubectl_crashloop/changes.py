"""What the newest revision of a Deployment changed, in one line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from .model import JSON
from .read_facts import owner_chain
from .snapshot import Snapshot
from .times import parse_time, seconds_between, short

MAX_PARTS = 5


def changed_line(snapshot: Snapshot, pod: JSON, now: datetime) -> str:
    """`revision 7, 42m ago: env DATABASE_URL removed, image a -> b`; empty where nothing is known."""
    chain = owner_chain(snapshot, pod)
    namespace = str(pod["metadata"].get("namespace", ""))
    current = snapshot.find("ReplicaSet", namespace, chain[0][1]) if chain and chain[0][0] == "ReplicaSet" else None
    if current is None:
        return ""
    older = [
        rs for rs in snapshot.of_kind("ReplicaSet", namespace)
        if _controller(rs) == _controller(current) and revision(rs) < revision(current)
    ]  # fmt: skip
    if not older:
        return ""
    parts = list(differences(_pod_spec(max(older, key=revision)), _pod_spec(current)))
    age = short(seconds_between(parse_time(current["metadata"].get("creationTimestamp")), now))
    more = f", and {len(parts) - MAX_PARTS} more" if len(parts) > MAX_PARTS else ""
    return f"revision {revision(current)}, {age} ago: {', '.join(parts[:MAX_PARTS])}{more}" if parts else ""


def revision(rs: JSON) -> int:
    """The Deployment's revision that a ReplicaSet stands for; 0 where it is not told."""
    text = str((rs["metadata"].get("annotations") or {}).get("deployment.kubernetes.io/revision", ""))
    return int(text) if text.isdigit() else 0


def _controller(rs: JSON) -> str:
    return next(
        (str(r.get("uid") or r.get("name")) for r in rs["metadata"].get("ownerReferences") or () if r.get("controller")), ""
    )


def _pod_spec(rs: JSON) -> JSON:
    return ((rs.get("spec") or {}).get("template") or {}).get("spec") or {}


def differences(old: JSON, new: JSON) -> Iterator[str]:
    """The differences of two pod specs that can break a start, as short phrases."""
    before = {c["name"]: c for key in ("initContainers", "containers") for c in old.get(key) or ()}
    after = {c["name"]: c for key in ("initContainers", "containers") for c in new.get(key) or ()}
    yield from (f"container {n} removed" for n in before if n not in after)
    yield from (f"container {n} added" for n in after if n not in before)
    for name in (n for n in after if n in before):
        yield from _container_differences(before[name], after[name])
    if (old.get("volumes") or []) != (new.get("volumes") or []):
        yield "volumes changed"


def _container_differences(old: JSON, new: JSON) -> Iterator[str]:
    if old.get("image") != new.get("image"):
        yield f"image {old.get('image')} -> {new.get('image')}"
    was, now = ({e["name"]: e for e in c.get("env") or ()} for c in (old, new))
    yield from (f"env {n} removed" for n in was if n not in now)
    yield from (f"env {n} added" for n in now if n not in was)
    yield from (f"env {n} changed" for n in now if n in was and was[n] != now[n])
    for key in (
        "command",
        "args",
        "envFrom",
        "livenessProbe",
        "readinessProbe",
        "startupProbe",
        "volumeMounts",
        "securityContext",
    ):
        if (old.get(key) or None) != (new.get(key) or None):
            yield f"{key} changed"
    for what in ("limits", "requests"):
        a, b = ((c.get("resources") or {}).get(what) or {} for c in (old, new))
        yield from (f"{r} {what[:-1]} {a.get(r, 'none')} -> {b.get(r, 'none')}" for r in sorted({*a, *b}) if a.get(r) != b.get(r))
