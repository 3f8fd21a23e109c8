"""Objects of the API turned into small frozen facts. Pure: nothing is read, nothing is decided here.

Field meanings follow Kubernetes 1.36 core/v1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from .logs import LogText
from .model import JSON
from .quantity import parse_quantity
from .spec_facts import EnvVar, Probe, env_from, env_var, probe_of
from .times import parse_time, seconds_between

BACKOFF_RESET = 600.0
"""Seconds after which a running container counts as recovered (pkg/kubelet: MaxContainerBackOff reset)."""


@dataclass(frozen=True)
class Event:
    """One event; `count` and `last_at` are lower bounds, since the kubelet drops repeats."""

    type: str
    reason: str
    message: str
    count: int
    first_at: datetime | None
    last_at: datetime | None
    object_kind: str
    object_name: str
    container: str
    """From `involvedObject.fieldPath`; empty for events of the whole pod."""


@dataclass(frozen=True)
class Termination:
    """One ended instance of a container. `path` is its place in the pod."""

    exit_code: int
    reason: str
    message: str
    started_at: datetime | None
    finished_at: datetime | None
    path: str

    @property
    def ran(self) -> float | None:
        """Seconds that it ran; None where it never started."""
        return seconds_between(self.started_at, self.finished_at)


@dataclass(frozen=True)
class Container:
    """One container: its spec, its status, its logs and its events."""

    name: str
    role: str
    index: int
    spec: JSON = field(repr=False)
    status: JSON = field(repr=False)
    logs: tuple[LogText, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def image(self) -> str:
        """The image as the spec names it."""
        return str(self.spec.get("image") or self.status.get("image") or "")

    @property
    def waiting(self) -> JSON:
        """`state.waiting`; empty where it does not wait."""
        return (self.status.get("state") or {}).get("waiting") or {}

    @property
    def waiting_reason(self) -> str:
        """The reason it waits; empty where it does not."""
        return str(self.waiting.get("reason") or "")

    @property
    def running_since(self) -> datetime | None:
        """When the running instance started; None where it does not run."""
        return parse_time(((self.status.get("state") or {}).get("running") or {}).get("startedAt"))

    @property
    def running(self) -> bool:
        """True where an instance runs now."""
        return "running" in (self.status.get("state") or {})

    @cached_property
    def ended(self) -> Termination | None:
        """`state.terminated`."""
        return self._termination("state")

    @cached_property
    def last(self) -> Termination | None:
        """`lastState.terminated`."""
        return self._termination("lastState")

    @property
    def crash(self) -> Termination | None:
        """The newest ended instance."""
        return self.ended or self.last

    @property
    def restarts(self) -> int:
        """`restartCount`: best effort by the kubelet's own word."""
        return int(self.status.get("restartCount") or 0)

    @property
    def ready(self) -> bool:
        """`ready` of the status."""
        return bool(self.status.get("ready"))

    @cached_property
    def env(self) -> tuple[EnvVar, ...]:
        """The entries of `env`, in order."""
        return tuple(env_var(e) for e in self.spec.get("env") or ())

    @cached_property
    def env_from(self) -> tuple[tuple[str, str, bool, str], ...]:
        """(kind, name, optional, prefix) of each `envFrom`."""
        return tuple(env_from(self.spec))

    @cached_property
    def probes(self) -> dict[str, Probe]:
        """The probes by kind: `liveness`, `readiness`, `startup`."""
        found = {kind: self.spec.get(f"{kind}Probe") for kind in ("startup", "liveness", "readiness")}
        return {kind: probe_of(kind, p, self.spec) for kind, p in found.items() if p}

    def limit(self, resource: str) -> str | None:
        """The limit as written, None where there is none."""
        value = ((self.spec.get("resources") or {}).get("limits") or {}).get(resource)
        return None if value is None else str(value)

    def request(self, resource: str) -> str | None:
        """The request as written; a limit alone is also the request."""
        value = ((self.spec.get("resources") or {}).get("requests") or {}).get(resource)
        return self.limit(resource) if value is None else str(value)

    @property
    def memory_limit(self) -> float | None:
        """The memory limit in bytes."""
        return parse_quantity(self.limit("memory"))

    @property
    def spec_path(self) -> str:
        """`containers[app]`: its place in the pod spec."""
        return f"{SPEC_LISTS[self.role]}[{self.name}]"

    @property
    def command(self) -> tuple[str, ...]:
        """`command` and `args` of the spec; empty where the image decides."""
        return tuple(map(str, [*(self.spec.get("command") or ()), *(self.spec.get("args") or ())]))

    @property
    def crash_log(self) -> LogText | None:
        """The log of the newest ended instance; where none ended, the current one."""
        previous = next((log for log in self.logs if log.previous), None)
        current = next((log for log in self.logs if not log.previous), None)
        if self.ended and current and current.lines:
            return current
        return previous if previous and previous.lines else current

    def _termination(self, state: str) -> Termination | None:
        raw = (self.status.get(state) or {}).get("terminated")
        if not raw:
            return None
        return Termination(
            exit_code=int(raw.get("exitCode", 0)),
            reason=str(raw.get("reason") or ""),
            message=str(raw.get("message") or ""),
            started_at=parse_time(raw.get("startedAt")),
            finished_at=parse_time(raw.get("finishedAt")),
            path=f"status.{STATUS_LISTS[self.role]}[{self.name}].{state}.terminated",
        )


SPEC_LISTS = {
    "app": "containers",
    "init": "initContainers",
    "sidecar": "initContainers",
    "ephemeral": "ephemeralContainers",
}
STATUS_LISTS = {
    "app": "containerStatuses",
    "init": "initContainerStatuses",
    "sidecar": "initContainerStatuses",
    "ephemeral": "ephemeralContainerStatuses",
}


@dataclass(frozen=True)
class Pod:
    """One pod with everything that was read of it."""

    raw: JSON = field(repr=False)
    containers: tuple[Container, ...]
    """Init containers and sidecars first, in the order in which they start."""
    events: tuple[Event, ...]
    owner_events: tuple[Event, ...] = ()

    @property
    def name(self) -> str:
        """metadata.name"""
        return str(self.raw["metadata"]["name"])

    @property
    def namespace(self) -> str:
        """metadata.namespace"""
        return str(self.raw["metadata"].get("namespace") or "default")

    @property
    def spec(self) -> JSON:
        """The pod spec."""
        return self.raw.get("spec") or {}

    @property
    def status(self) -> JSON:
        """The pod status."""
        return self.raw.get("status") or {}

    @property
    def phase(self) -> str:
        """status.phase"""
        return str(self.status.get("phase") or "")

    @property
    def reason(self) -> str:
        """status.reason, of the whole pod."""
        return str(self.status.get("reason") or "")

    @property
    def message(self) -> str:
        """status.message, of the whole pod."""
        return str(self.status.get("message") or "")

    @property
    def node(self) -> str:
        """spec.nodeName; empty before scheduling."""
        return str(self.spec.get("nodeName") or "")

    @property
    def restart_policy(self) -> str:
        """spec.restartPolicy, `Always` by default."""
        return str(self.spec.get("restartPolicy") or "Always")

    @property
    def created_at(self) -> datetime | None:
        """metadata.creationTimestamp"""
        return parse_time(self.raw["metadata"].get("creationTimestamp"))

    @property
    def deleted_at(self) -> datetime | None:
        """metadata.deletionTimestamp: set while it terminates."""
        return parse_time(self.raw["metadata"].get("deletionTimestamp"))

    @property
    def grace(self) -> int:
        """spec.terminationGracePeriodSeconds, 30 by default."""
        value = self.spec.get("terminationGracePeriodSeconds")
        return 30 if value is None else int(value)

    def condition(self, kind: str) -> JSON:
        """The condition of that type; empty where the pod has none."""
        return next((c for c in self.status.get("conditions") or () if c.get("type") == kind), {})

    def container(self, name: str) -> Container | None:
        """The container of that name."""
        return next((c for c in self.containers if c.name == name), None)

    def events_of(self, reason: str) -> tuple[Event, ...]:
        """The pod's events with that reason."""
        return tuple(e for e in self.events if e.reason == reason)
