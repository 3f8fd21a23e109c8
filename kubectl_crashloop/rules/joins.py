"""Joins what a log or a message names with what the spec and the cluster hold.

Each function takes a match and returns it with more values and evidence; it never changes
the code, and lowers the confidence where the spec contradicts the log.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from ..facts import Container
from ..model import JSON, LIKELY, Evidence, Match, weaker
from .case import Case, event_evidence, spec_evidence

MAX_NAMES = 12


def enrich(match: Match, case: Case) -> Match:
    """The match with what the spec and the cluster add to it."""
    join = JOINS.get(match.code)
    return join(match, case) if join else match


def nearest(name: str, names: list[str]) -> str:
    """The most similar name, empty where none is near."""
    return next(iter(difflib.get_close_matches(name, [n for n in names if n != name], 1, 0.6)), "")


def _with(match: Match, values: dict[str, str], *evidence: Evidence) -> Match:
    return replace(
        match,
        values={**match.values, **{k: v for k, v in values.items() if v}},
        evidence=(*match.evidence, *evidence),
    )


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
        return replace(_with(match, {}, evidence), confidence=confidence)
    sources = ", ".join(f"{kind}/{name}" for kind, name, _, _ in container.env_from) or "no envFrom"
    text = f"{len(names)} names, no {variable}; {sources}"
    near = nearest(variable, names + _keys_from(case, container))
    return _with(match, {"nearest": near}, spec_evidence(f"spec.{container.spec_path}.env", text))


def _keys_from(case: Case, container: Container) -> list[str]:
    kinds = {"configmap": "ConfigMap", "secret": "Secret"}
    return [prefix + k for kind, name, _, prefix in container.env_from for k in keys_of(case, kinds[kind], name)]


def keys_of(case: Case, kind: str, name: str) -> list[str]:
    """The key names that a ConfigMap or Secret is known to have."""
    found = case.object(kind, name) or {}
    return sorted({*(found.get("data") or {}), *(found.get("binaryData") or {})})


def _key(match: Match, case: Case) -> Match:
    """The missing key against the keys that the object really has."""
    kind, name = (
        ("Secret", match.values.get("secret")) if match.values.get("secret") else ("ConfigMap", match.values.get("configmap"))
    )
    if not name and match.values.get("object"):
        name = match.values["object"]
        kind = "Secret" if case.object("Secret", name) is not None else "ConfigMap"
    if not name:
        name, kind = _source_of_volume(match, case, kind)
    keys = keys_of(case, kind, name) if name else []
    values = {
        kind.lower(): name or "",
        "keys": ", ".join(keys[:MAX_NAMES]),
        "nearest": nearest(match.values.get("key", ""), keys),
    }
    evidence = [Evidence("object", f"{kind} {name}", f"keys: {', '.join(keys[:MAX_NAMES])}")] if keys else []
    return _with(match, values, *evidence)


def _source_of_volume(match: Match, case: Case, kind: str) -> tuple[str, str]:
    """The object behind the volume that an event names: `MountVolume.SetUp failed for volume "x"`."""
    text = " ".join(e.text for e in match.evidence)
    found = re.search(r'for volume "([^"]+)"', text)
    for volume in case.pod.spec.get("volumes") or ():
        if found and volume.get("name") == found[1]:
            if volume.get("configMap"):
                return str(volume["configMap"].get("name", "")), "ConfigMap"
            if volume.get("secret"):
                return str(volume["secret"].get("secretName", "")), "Secret"
    return "", kind


def _absent(kind: str, value: str) -> Callable[[Match, Case], Match]:
    def join(match: Match, case: Case) -> Match:
        name = match.values.get(value, "")
        if not name:
            return match
        asked = case.absent(kind, name)
        evidence = [Evidence("object", f"{kind} {case.pod.namespace}/{name}", "not found")] if asked else []
        if case.object(kind, name) is not None and case.snapshot.check(f"{kind.lower()} {case.pod.namespace}/{name}"):
            evidence = [Evidence("object", f"{kind} {case.pod.namespace}/{name}", "exists now")]
        return _with(match, {"nearest": nearest(name, case.names(kind))}, *evidence)

    return join


def _port(match: Match, case: Case) -> Match:
    """The taken port against the other containers of the pod."""
    port = match.values.get("port", "")
    for other in case.pod.containers:
        ports = [str(p.get("containerPort")) for p in other.spec.get("ports") or ()]
        if port and port in ports and other.name != match.container:
            evidence = spec_evidence(f"spec.{other.spec_path}.ports", f"containerPort {port}")
            return _with(match, {"other_container": other.name}, evidence)
    return match


def _host(match: Match, case: Case) -> Match:
    """The host against the Services of the namespace and their ready endpoints."""
    host = match.values.get("host", "")
    if "//" in host:
        host = urlsplit(host).hostname or host
    service = host.split(".")[0]
    if not service:
        return match
    found = _service_by_ip(case, host) or case.object("Service", service)
    listed = case.snapshot.check(f"services {case.pod.namespace}")
    if found is None:
        local = listed is not None and listed.status == "ok" and "." not in host and not host.replace(".", "").isdigit()
        evidence = [Evidence("object", f"services of {case.pod.namespace}", f"no Service named {service}")] if local else []
        return _with(match, {"nearest": nearest(service, case.names("Service"))}, *evidence)
    name = str(found["metadata"]["name"])
    ready = _ready_endpoints(case, name)
    if ready is None:
        return _with(match, {"service": name})
    text = f"{ready} ready endpoint{'' if ready == 1 else 's'}"
    values = {"service": name, "endpoints": str(ready), "no_endpoints": name if ready == 0 else ""}
    return _with(match, values, Evidence("object", f"Service {case.pod.namespace}/{name}", text))


def _service_by_ip(case: Case, host: str) -> JSON | None:
    services = case.snapshot.of_kind("Service", case.pod.namespace)
    return next((s for s in services if (s.get("spec") or {}).get("clusterIP") == host), None)


def _ready_endpoints(case: Case, service: str) -> int | None:
    endpoints = case.object("Endpoints", service)
    listed = case.snapshot.check(f"endpoints {case.pod.namespace}")
    if endpoints is None and (listed is None or listed.status != "ok"):
        return None
    return sum(len(s.get("addresses") or ()) for s in (endpoints or {}).get("subsets") or ())


def _image(match: Match, case: Case) -> Match:
    """The image, its registry and the pull secrets that the pod has."""
    container = case.pod.container(match.container or "") or (case.pod.containers[0] if case.pod.containers else None)
    image = match.values.get("image") or (container.image if container else "")
    first = image.split("/")[0]
    registry = first if "/" in image and ("." in first or ":" in first or first == "localhost") else "docker.io"
    secrets = [str(s.get("name")) for s in case.pod.spec.get("imagePullSecrets") or ()]
    gone = [s for s in secrets if case.absent("Secret", s)]
    evidence = [spec_evidence("spec.imagePullSecrets", ", ".join(secrets) or "none")]
    evidence += [Evidence("object", f"Secret {case.pod.namespace}/{s}", "not found") for s in gone]
    ecr = registry if ".dkr.ecr." in registry else ""
    values = {
        "image": image, "registry": registry, "pull_secret": ", ".join(secrets), "missing_pull_secret": ", ".join(gone),
        "no_pull_secret": "" if secrets else "none", "ecr": ecr,
    }  # fmt: skip
    if match.code != "ImagePullUnauthorized":
        return _with(match, {"image": image, "registry": registry})
    evidence += [event_evidence(e) for e in case.pod.events_of("FailedToRetrieveImagePullSecret")[-1:]]
    values["docker_server"] = "https://index.docker.io/v1/" if registry == "docker.io" else registry
    return _with(match, values, *evidence)


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
        return _with(match, values, spec_evidence(f"spec.{container.spec_path}.volumeMounts", f"{path}: {root}"))
    mount = max(mounts, key=lambda m: len(str(m.get("mountPath", ""))))
    text = f"{mount.get('mountPath')} from volume {mount.get('name')}" + (", readOnly" if mount.get("readOnly") else "")
    text += f", subPath {mount['subPath']}" if mount.get("subPath") else ""
    values |= {"mount": str(mount.get("mountPath")), "volume": str(mount.get("name"))}
    return _with(match, values, spec_evidence(f"spec.{container.spec_path}.volumeMounts", text))


def _under(path: str, mount: str) -> bool:
    return bool(mount) and (path == mount or path.startswith(mount.rstrip("/") + "/"))


JOINS: dict[str, Callable[[Match, Case], Match]] = {
    "MissingEnvVar": _env,
    "ConfigKeyNotFound": _key,
    "ConfigMapNotFound": _absent("ConfigMap", "configmap"),
    "SecretNotFound": _absent("Secret", "secret"),
    "PVCNotBound": _absent("PersistentVolumeClaim", "claim"),
    "PortInUse": _port,
    "DependencyUnreachable": _host,
    "DNSFailure": _host,
    "ImagePullUnauthorized": _image,
    "ImageNotFound": _image,
    "ImagePullRateLimited": _image,
    "RegistryUnreachable": _image,
    "ImagePlatformMismatch": _image,
    "ImageNeverPull": _image,
    "InvalidImageName": _image,
    "FilePermissionDenied": _path,
    "ReadOnlyFilesystem": _path,
    "ConfigFileNotFound": _path,
    "DiskFull": _path,
}
