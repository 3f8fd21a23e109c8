"""Single reads: what is asked of the API server, and under which name the outcome is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .kinds import PLURALS
from .refs import LogKey, PodRef, log_check, object_check

TAIL_LINES = 5000
"""Log records asked for; the bytes are bounded by the reader's ring buffer."""
HEAD_BYTES = 64 * 1024
MAX_EVENTS = 500
METADATA = "application/json;as={};v=v1;g=meta.k8s.io,application/json"


@dataclass(frozen=True)
class Read:
    """One request and under which name its outcome is recorded."""

    check: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    unlock: str = ""
    kind: str = ""
    """Kind of the objects that come back; empty for a log and for the version."""
    metadata_only: bool = False
    log: LogKey | None = None
    beginning: bool = False
    """For a log: its first bytes, to stand before the tail that was read already."""


@dataclass(frozen=True)
class Options:
    """What the user allows and narrows."""

    secrets: bool = True
    container: str = ""


def first_wave(ref: PodRef) -> Iterator[Read]:
    """What needs nothing but the pod's name. The log is a guess that fits pods of one container.

    The reads of the namespace go out here too: their connections are open when the next wave needs them.
    """
    yield get("Pod", ref.namespace, ref.name)
    yield events_of(ref.namespace, ref.name, f"events {ref.namespace}/{ref.name}")
    yield Read("version", "/version")
    yield log_of(LogKey(ref.namespace, ref.name, "", True))
    yield listing("LimitRange", ref.namespace)
    yield listing("ResourceQuota", ref.namespace)
    yield listing("PodDisruptionBudget", ref.namespace)


def first_reads(refs: Iterable[PodRef]) -> list[Read]:
    """The first wave for several pods, each read once."""
    return list({read.check: read for ref in refs for read in first_wave(ref)}.values())


def path_of(kind: str, namespace: str, name: str = "") -> str:
    """Where the API serves the objects of a kind in a namespace, or one of them."""
    group, plural = PLURALS[kind]
    return f"{group}/namespaces/{namespace}/{plural}" + (f"/{name}" if name else "")


def get(kind: str, namespace: str, name: str, metadata_only: bool = False) -> Read:
    """The read of one namespaced object."""
    unlock = f"get {PLURALS[kind][1]}"
    return Read(object_check(kind, namespace, name), path_of(kind, namespace, name), {}, unlock, kind, metadata_only)


def listing(kind: str, namespace: str, query: dict[str, str] | None = None, metadata_only: bool = False) -> Read:
    """The read of the objects of a kind in a namespace."""
    plural = PLURALS[kind][1]
    selector = (query or {}).get("labelSelector", "")
    check = f"{plural} {namespace}/{selector}" if selector else f"{plural} {namespace}"
    return Read(check, path_of(kind, namespace), query or {"limit": "200"}, f"list {plural}", kind, metadata_only)


def events_of(namespace: str, name: str, check: str, kind: str = "Pod") -> Read:
    """The read of the events of one object, by name: the uid is compared afterwards."""
    selector = f"involvedObject.name={name}" + (f",involvedObject.kind={kind}" if kind != "Pod" else "")
    query = {"fieldSelector": selector, "limit": str(MAX_EVENTS)}
    return Read(check, f"/api/v1/namespaces/{namespace}/events", query, "list events", "Event")


def log_of(key: LogKey) -> Read:
    """The read of one log; without a container the server takes the only one."""
    query = {"tailLines": str(TAIL_LINES)}
    if key.container:
        query["container"] = key.container
    if key.previous:
        query["previous"] = "true"
    path = path_of("Pod", key.namespace, key.pod) + "/log"
    return Read(log_check(key), path, query, "get pods/log", log=key)
