"""What a container's spec says: probes and environment, with the API's defaults filled in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .model import JSON


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


def env_var(raw: JSON) -> EnvVar:
    """One entry of `env`."""
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


def env_from(spec: JSON) -> Iterator[tuple[str, str, bool, str]]:
    """(kind, name, optional, prefix) of each `envFrom`."""
    for raw in spec.get("envFrom") or ():
        for kind, key in (("configmap", "configMapRef"), ("secret", "secretRef")):
            if raw.get(key):
                yield kind, str(raw[key].get("name", "")), bool(raw[key].get("optional")), str(raw.get("prefix") or "")


def probe_of(kind: str, raw: JSON, spec: JSON) -> Probe:
    """A probe of a container spec."""
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
