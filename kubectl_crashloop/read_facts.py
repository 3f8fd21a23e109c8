"""From a Snapshot to the facts of one pod. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .facts import Container, Event, Pod
from .logs import LogText
from .model import JSON
from .refs import LogKey
from .snapshot import Snapshot
from .times import parse_time

MIRROR = "kubernetes.io/config.mirror"
"""Annotation of a static pod's mirror: the uid under which the kubelet writes its events."""
_FIELD_PATH = re.compile(r"\{(.+)\}")


def pod_facts(snapshot: Snapshot, namespace: str, name: str) -> Pod:
    """The facts of a pod that the snapshot holds; raises KeyError where it does not."""
    raw = snapshot.find("Pod", namespace, name)
    if raw is None:
        raise KeyError(f"{namespace}/{name}")
    events = pod_events(snapshot, raw)
    return Pod(
        raw=raw,
        containers=tuple(_containers(snapshot, raw, events)),
        events=events,
        owner_events=owner_events(snapshot, raw),
    )


def read_event(raw: JSON) -> Event:
    """One event, with the robust order of its time fields (client-go writes them in two ways)."""
    series = raw.get("series") or {}
    source = raw.get("involvedObject") or raw.get("regarding") or {}
    last = (
        parse_time(series.get("lastObservedTime"))
        or parse_time(raw.get("lastTimestamp") or raw.get("deprecatedLastTimestamp"))
        or parse_time(raw.get("eventTime"))
        or parse_time(raw.get("firstTimestamp"))
        or parse_time((raw.get("metadata") or {}).get("creationTimestamp"))
    )
    found = _FIELD_PATH.search(str(source.get("fieldPath") or ""))
    return Event(
        type=str(raw.get("type") or ""),
        reason=str(raw.get("reason") or ""),
        message=str(raw.get("message") or raw.get("note") or "").removeprefix("(combined from similar events): "),
        count=int(series.get("count") or raw.get("count") or raw.get("deprecatedCount") or 1),
        first_at=parse_time(raw.get("firstTimestamp")) or parse_time(raw.get("eventTime")) or last,
        last_at=last,
        object_kind=str(source.get("kind") or ""),
        object_name=str(source.get("name") or ""),
        container=found[1] if found else "",
    )


def pod_events(snapshot: Snapshot, pod: JSON) -> tuple[Event, ...]:
    """The events of this very pod, oldest first: by uid, since a name is used again."""
    meta = pod["metadata"]
    uids = {meta.get("uid"), (meta.get("annotations") or {}).get(MIRROR)} - {None}
    found = []
    for raw in snapshot.of_kind("Event"):
        of = raw.get("involvedObject") or raw.get("regarding") or {}
        if of.get("kind", "Pod") != "Pod" or of.get("name") != meta["name"]:
            continue
        if of.get("namespace", meta.get("namespace")) == meta.get("namespace") and (
            not of.get("uid") or not meta.get("uid") or of["uid"] in uids
        ):
            found.append(read_event(raw))
    return _by_time(found)


def object_events(snapshot: Snapshot, kind: str, namespace: str, name: str) -> tuple[Event, ...]:
    """The events of any other object, oldest first; node events lie in another namespace."""
    found = []
    for raw in snapshot.of_kind("Event"):
        of = raw.get("involvedObject") or raw.get("regarding") or {}
        if of.get("kind") == kind and of.get("name") == name and (kind == "Node" or of.get("namespace") == namespace):
            found.append(read_event(raw))
    return _by_time(found)


def owner_events(snapshot: Snapshot, pod: JSON) -> tuple[Event, ...]:
    """The events of the objects that own the pod."""
    namespace = str(pod["metadata"].get("namespace", ""))
    return tuple(e for kind, name in owner_chain(snapshot, pod) for e in object_events(snapshot, kind, namespace, name))


def owner_chain(snapshot: Snapshot, raw: JSON) -> tuple[tuple[str, str], ...]:
    """(kind, name) of the controllers above an object, nearest first, as far as they are known."""
    chain: list[tuple[str, str]] = []
    namespace = str(raw["metadata"].get("namespace", ""))
    current: JSON | None = raw
    while current is not None and len(chain) < 5:
        ref = next((r for r in current["metadata"].get("ownerReferences") or () if r.get("controller")), None)
        if ref is None:
            break
        chain.append((str(ref["kind"]), str(ref["name"])))
        current = snapshot.find(str(ref["kind"]), namespace, str(ref["name"]))
    return tuple(chain)


def _by_time(events: list[Event]) -> tuple[Event, ...]:
    return tuple(sorted(events, key=lambda e: e.last_at.timestamp() if e.last_at else 0.0))


def _containers(snapshot: Snapshot, raw: JSON, events: tuple[Event, ...]) -> Iterator[Container]:
    spec, status = raw.get("spec") or {}, raw.get("status") or {}
    for role, key, status_key in (
        ("init", "initContainers", "initContainerStatuses"),
        ("app", "containers", "containerStatuses"),
        ("ephemeral", "ephemeralContainers", "ephemeralContainerStatuses"),
    ):
        statuses = {s.get("name"): s for s in status.get(status_key) or ()}
        for index, c in enumerate(spec.get(key) or ()):
            name = str(c.get("name"))
            sidecar = role == "init" and c.get("restartPolicy") == "Always"
            yield Container(
                name=name,
                role="sidecar" if sidecar else role,
                index=index,
                spec=c,
                status=statuses.get(name) or {},
                logs=tuple(_logs(snapshot, raw, name)),
                events=tuple(e for e in events if e.container == name),
            )


def _logs(snapshot: Snapshot, raw: JSON, container: str) -> Iterator[LogText]:
    meta = raw["metadata"]
    for previous in (True, False):
        log = snapshot.logs.get(LogKey(str(meta.get("namespace", "")), meta["name"], container, previous))
        if log is not None and log.text:
            path = f"{container} (previous)" if previous else container
            yield LogText(path, log.text, log.truncated, previous)
