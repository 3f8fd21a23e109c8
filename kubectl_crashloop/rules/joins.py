"""Joins what a log or a message names with what the spec and the cluster hold.

Each function takes a match and returns it with more values and evidence; it never changes
the code, and lowers the confidence where the spec contradicts the log.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from ..facts import Container
from ..model import JSON, LIKELY, Evidence, Match, weaker
from .case import Case, spec_evidence
from .memory import heap_of, memory_values
from .names import keys_of, nearest, with_more
from .references import REFERENCES


def enrich(match: Match, case: Case) -> Match:
    """The match with what the spec and the cluster add to it."""
    join = JOINS.get(match.code)
    return join(match, case) if join else match


def _env(match: Match, case: Case) -> Match:
    """The missing variable against `env` and `envFrom`, and the nearest name there."""
    container, variable = case.pod.container(match.container or ""), match.values.get("variable", "")
    if container is None or not variable:
        return match
    names = [e.name for e in container.env]
    if variable in names:
        entry = next(e for e in container.env if e.name == variable)
        what = f"from {entry.ref}, key {entry.key}{', optional' if entry.optional else ''}" if entry.ref else (
            "set, but empty" if not entry.value else "set")  # fmt: skip
        evidence = spec_evidence(f"spec.{container.spec_path}.env[{variable}]", what)
        confidence = match.confidence if what == "set, but empty" or entry.optional else weaker(match.confidence, LIKELY)
        return replace(with_more(match, {}, evidence), confidence=confidence)
    sources = ", ".join(f"{kind}/{name}" for kind, name, _, _ in container.env_from) or "no envFrom"
    text = f"{len(names)} names, no {variable}; {sources}"
    near = nearest(variable, names + _keys_from(case, container))
    return with_more(match, {"nearest": near}, spec_evidence(f"spec.{container.spec_path}.env", text))


def _keys_from(case: Case, container: Container) -> list[str]:
    kinds = {"configmap": "ConfigMap", "secret": "Secret"}
    return [prefix + k for kind, name, _, prefix in container.env_from for k in keys_of(case, kinds[kind], name)]


def _port(match: Match, case: Case) -> Match:
    """The taken port against the other containers of the pod."""
    port = match.values.get("port", "")
    for other in case.pod.containers:
        ports = [str(p.get("containerPort")) for p in other.spec.get("ports") or ()]
        if port and port in ports and other.name != match.container:
            evidence = spec_evidence(f"spec.{other.spec_path}.ports", f"containerPort {port}")
            return with_more(match, {"other_container": other.name}, evidence)
    return match


def _host(match: Match, case: Case) -> Match:
    """The host against the Services of the namespace and their ready endpoints."""
    host = match.values.get("host", "")
    if "//" in host:
        host = urlsplit(host).hostname or host
    service = host.split(".")[0]
    if not service:
        return match
    if host in LOOPBACK:
        return with_more(match, {"loopback": host})
    if "." not in host or f"{host}.".startswith(f"{service}.{case.pod.namespace}."):
        match = with_more(match, {"service_name": service})
    found = _service_by_ip(case, host) or case.object("Service", service)
    listed = case.snapshot.check(f"services {case.pod.namespace}")
    if found is None:
        local = listed is not None and listed.status == "ok" and "." not in host and not host.replace(".", "").isdigit()
        evidence = [Evidence("object", f"services of {case.pod.namespace}", f"no Service named {service}")] if local else []
        named = match.values.get("service_name", "")
        values = {
            "nearest": nearest(service, case.names("Service")),
            "missing_service": named,
            "down_service": "" if local else named,
        }
        return with_more(match, values, *evidence)
    name = str(found["metadata"]["name"])
    ready = _ready_endpoints(case, name)
    if ready is None:
        return with_more(match, {"service": name, "down_service": name})
    text = f"{ready} ready endpoint{'' if ready == 1 else 's'}"
    down = name if ready == 0 else ""
    values = {"service": name, "endpoints": str(ready), "no_endpoints": down, "down_service": down}
    return with_more(match, values, Evidence("object", f"Service {case.pod.namespace}/{name}", text))


def _service_by_ip(case: Case, host: str) -> JSON | None:
    services = case.snapshot.of_kind("Service", case.pod.namespace)
    return next((s for s in services if (s.get("spec") or {}).get("clusterIP") == host), None)


def _ready_endpoints(case: Case, service: str) -> int | None:
    endpoints = case.object("Endpoints", service)
    listed = case.snapshot.check(f"endpoints {case.pod.namespace}")
    if endpoints is None and (listed is None or listed.status != "ok"):
        return None
    return sum(len(s.get("addresses") or ()) for s in (endpoints or {}).get("subsets") or ())


def _path(match: Match, case: Case) -> Match:
    """A path against the mounts of its container: which volume holds it, and whether it is read-only."""
    container, path = case.pod.container(match.container or ""), match.values.get("path") or match.values.get("file") or ""
    if container is None or not path.startswith("/"):
        return match
    mounts = [m for m in container.spec.get("volumeMounts") or () if _under(path, str(m.get("mountPath", "")))]
    security = {**(case.pod.spec.get("securityContext") or {}), **(container.spec.get("securityContext") or {})}
    values = {"path": path, "user_id": str(security.get("runAsUser", "")), "fs_group": str(security.get("fsGroup", ""))}
    if not mounts:
        root = "read-only root file system" if security.get("readOnlyRootFilesystem") else "no volume is mounted there"
        return with_more(match, values, spec_evidence(f"spec.{container.spec_path}.volumeMounts", f"{path}: {root}"))
    mount = max(mounts, key=lambda m: len(str(m.get("mountPath", ""))))
    text = f"{mount.get('mountPath')} from volume {mount.get('name')}" + (", readOnly" if mount.get("readOnly") else "")
    text += f", subPath {mount['subPath']}" if mount.get("subPath") else ""
    values |= {
        "mount": str(mount.get("mountPath")),
        "volume": str(mount.get("name")),
        "claim": _claim_of(case, str(mount.get("name"))),
    }
    return with_more(match, values, spec_evidence(f"spec.{container.spec_path}.volumeMounts", text))


def _claim_of(case: Case, volume: str) -> str:
    found = [v for v in case.pod.spec.get("volumes") or () if v.get("name") == volume]
    return str((found[0].get("persistentVolumeClaim") or {}).get("claimName") or "") if found else ""


def _under(path: str, mount: str) -> bool:
    return bool(mount) and (path == mount or path.startswith(mount.rstrip("/") + "/"))


def _heap(match: Match, case: Case) -> Match:
    """The heap that the options ask for, beside the limit and the use."""
    container = case.pod.container(match.container or "")
    if container is None:
        return match
    values = memory_values(case, container)
    heap = heap_of(container, container.memory_limit)
    place = f"spec.{container.spec_path}"
    return with_more(match, {**values, "heap": heap}, *([spec_evidence(place, f"heap option {heap}")] if heap else []))


def _limit(match: Match, case: Case) -> Match:
    """Which kind of limit it is: the way to raise it differs."""
    name = match.values.get("limit_name", "")
    kinds = {
        "sysctl": name if name.startswith(("fs.", "vm.", "kernel.", "net.", "user.")) else "",
        "memlock": "yes" if name == "memlock" or "memory lock" in name else "",
        "shared_memory": "yes" if name in ("shared memory", "/dev/shm") else "",
    }
    return with_more(match, kinds)


def _option(match: Match, case: Case) -> Match:
    """Where a refused option comes from: a variable, or the command line of the spec."""
    container, option = case.pod.container(match.container or ""), match.values.get("option", "")
    if container is None or len(option) < 3:
        return match
    for env in container.env:
        if env.value and option in env.value:
            return with_more(
                match, {"variable": env.name}, spec_evidence(f"spec.{container.spec_path}.env[{env.name}]", env.value)
            )
    words = [w for w in container.command if option in w]
    return with_more(match, {}, spec_evidence(f"spec.{container.spec_path}.args", " ".join(words)[:300])) if words else match


LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""The pod itself: no Service stands behind these."""

JOINS: dict[str, Callable[[Match, Case], Match]] = {
    **REFERENCES,
    "MissingEnvVar": _env,
    "HeapExhausted": _heap,
    "InvalidArguments": _option,
    "InvalidConfig": _option,
    "SystemLimitReached": _limit,
    "PortInUse": _port,
    "DependencyUnreachable": _host,
    "DNSFailure": _host,
    "FilePermissionDenied": _path,
    "ReadOnlyFilesystem": _path,
    "ConfigFileNotFound": _path,
    "DiskFull": _path,
}
