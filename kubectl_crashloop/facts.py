"""Objects of the API turned into small frozen facts. Pure: nothing is read, nothing is decided here.

Field meanings follow Kubernetes 1.36 core/v1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from .logs import LogText
from .model import JSON
from .quantity import parse_quantity
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
class Probe:
    """A probe with the defaults filled in (core/v1 defaults: 0, 10, 1, 3, 1)."""

    kind: str
    handler: str
    port: str
    path: str
    command: tuple[str, ...]
    initial_delay: int
    period: int
    timeout: int
    failures: int
    host: str = ""

    @property
    def budget(self) -> int:
        """Seconds from the start of the container to the first kill, when no answer ever comes."""
        return self.initial_delay + (self.failures - 1) * self.period + self.timeout

    @property
    def shown(self) -> str:
        """`http :8080/healthz`, `tcp :6379`, `exec [cat /ready]`, `grpc :9000`."""
        if self.handler == "exec":
            return f"exec [{' '.join(self.command)[:80]}]"
        return f"{self.handler} :{self.port}{self.path}"


@dataclass(frozen=True)
class EnvVar:
    """One entry of `env`. `ref` is `configmap/NAME`, `secret/NAME`, `field` or empty for a plain value."""

    name: str
    value: str | None
    ref: str = ""
    key: str = ""
    optional: bool = False


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
        return tuple(_env_var(e) for e in self.spec.get("env") or ())

    @cached_property
    def env_from(self) -> tuple[tuple[str, str, bool, str], ...]:
        """(kind, name, optional, prefix) of each `envFrom`."""
        return tuple(_env_from(self.spec))

    @cached_property
    def probes(self) -> dict[str, Probe]:
        """The probes by kind: `liveness`, `readiness`, `startup`."""
        found = {kind: self.spec.get(f"{kind}Probe") for kind in ("startup", "liveness", "readiness")}
        return {kind: _probe(kind, p, self.spec) for kind, p in found.items() if p}

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


def _env_var(raw: JSON) -> EnvVar:
    source = raw.get("valueFrom") or {}
    for kind, key in (("configmap", "configMapKeyRef"), ("secret", "secretKeyRef")):
        if key in source:
            ref = source[key] or {}
            return EnvVar(
                str(raw["name"]), None, f"{kind}/{ref.get('name', '')}", str(ref.get("key", "")), bool(ref.get("optional"))
            )
    if source:
        return EnvVar(str(raw["name"]), None, "field")
    return EnvVar(str(raw["name"]), str(raw.get("value") or ""))


def _env_from(spec: JSON) -> Iterator[tuple[str, str, bool, str]]:
    for raw in spec.get("envFrom") or ():
        for kind, key in (("configmap", "configMapRef"), ("secret", "secretRef")):
            if raw.get(key):
                yield kind, str(raw[key].get("name", "")), bool(raw[key].get("optional")), str(raw.get("prefix") or "")


def _probe(kind: str, raw: JSON, spec: JSON) -> Probe:
    handler = next((h for h in ("httpGet", "tcpSocket", "exec", "grpc") if h in raw), "exec")
    body = raw.get(handler) or {}
    return Probe(
        kind=kind,
        handler={"httpGet": "http", "tcpSocket": "tcp"}.get(handler, handler),
        port=_port(body.get("port"), spec),
        path=str(body.get("path") or "/") if handler == "httpGet" else "",
        command=tuple(map(str, body.get("command") or ())),
        initial_delay=int(raw.get("initialDelaySeconds") or 0),
        period=int(raw.get("periodSeconds") or 10),
        timeout=int(raw.get("timeoutSeconds") or 1),
        failures=int(raw.get("failureThreshold") or 3),
        host=str(body.get("host") or ""),
    )


def _port(port: object, spec: JSON) -> str:
    """A named port as its number, where the container declares it."""
    named = {str(p.get("name")): str(p.get("containerPort")) for p in spec.get("ports") or () if p.get("name")}
    return named.get(str(port), "" if port is None else str(port))
