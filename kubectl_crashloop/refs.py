"""The places of pods, workloads and logs, and the names under which their reads are recorded."""

from __future__ import annotations

from typing import NamedTuple


class LogKey(NamedTuple):
    """Which log: `previous` is the instance before the one that the kubelet calls current."""

    namespace: str
    pod: str
    container: str
    previous: bool


class PodRef(NamedTuple):
    """A pod by its place."""

    namespace: str
    name: str


class WorkloadRef(NamedTuple):
    """A workload by its place."""

    kind: str
    namespace: str
    name: str


def object_check(kind: str, namespace: str, name: str) -> str:
    """The name of the check for one object: `configmap shop/app`, `node worker-1`."""
    return f"{kind.lower()} {namespace}/{name}" if namespace else f"{kind.lower()} {name}"


def log_check(key: LogKey) -> str:
    """The name of the check for one log: `log shop/web-1 app (previous)`."""
    name = f"log {key.namespace}/{key.pod} {key.container}"
    return f"{name} (previous)" if key.previous else name
