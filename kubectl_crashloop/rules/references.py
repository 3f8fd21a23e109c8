"""Joins of what the spec refers to: ConfigMaps, Secrets, claims, images and nodes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ..model import Evidence, Match
from ..read_facts import object_events
from ..wants import claims
from .case import Case, event_evidence, newest, spec_evidence
from .names import MAX_NAMES, keys_of, nearest, with_more


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
    return with_more(match, values, *evidence, *list(_users(case, kind, name or "", match.values.get("key", "")))[:2])


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
        users = list(_users(case, kind, name, match.values.get("key", "")))[:2]
        return with_more(match, {"nearest": nearest(name, case.names(kind))}, *evidence, *users)

    return join


def _users(case: Case, kind: str, name: str, key: str) -> Iterator[Evidence]:
    """Where the spec refers to an object, or to one key of it."""
    ref = f"{kind.lower()}/{name}"
    for container in case.pod.containers:
        for env in container.env:
            if env.ref == ref and key in ("", env.key):
                yield spec_evidence(f"spec.{container.spec_path}.env[{env.name}]", f"from {env.ref}, key {env.key}")
        for source, named, _, _ in container.env_from:
            if f"{source}/{named}" == ref:
                yield spec_evidence(f"spec.{container.spec_path}.envFrom", ref)
    for volume in case.pod.spec.get("volumes") or ():
        source_name = (volume.get("configMap") or {}).get("name") or (volume.get("secret") or {}).get("secretName")
        if source_name == name:
            yield spec_evidence(f"spec.volumes[{volume.get('name')}]", ref)


def _claim(match: Match, case: Case) -> Match:
    """The claims of the pod that are missing or not bound, and what their own events say."""
    values: dict[str, str] = {}
    evidence: list[Evidence] = []
    for name in claims(case.pod):
        claim = case.object("PersistentVolumeClaim", name)
        phase = ((claim or {}).get("status") or {}).get("phase")
        if case.absent("PersistentVolumeClaim", name) or (claim is None and match.values.get("claim") == name):
            text = "not found"
            values |= {"claim_state": "does not exist", "claim_missing": "yes"}
        elif claim is None or phase == "Bound":
            continue
        else:
            wanted = (claim.get("spec") or {}).get("storageClassName")
            gone = wanted and (
                case.snapshot.known_absent("StorageClass", "", str(wanted)) or f'"{wanted}" not found' in _told(case, name)
            )
            values |= {
                "claim_state": f"is {phase}",
                "no_class": "" if wanted else "yes",
                "storage_class": str(wanted) if gone else "",
            }
            text = f"{phase}, storage class {wanted or 'none'}"
        values["claim"] = name
        evidence.append(Evidence("object", f"PersistentVolumeClaim {case.pod.namespace}/{name}", text))
        event = newest(object_events(case.snapshot, "PersistentVolumeClaim", case.pod.namespace, name))
        evidence += [event_evidence(event)] if event else []
    near = nearest(values.get("claim", ""), case.names("PersistentVolumeClaim"))
    return with_more(match, {**values, "nearest": near}, *evidence[:4])


def _told(case: Case, claim: str) -> str:
    return " ".join(e.message for e in object_events(case.snapshot, "PersistentVolumeClaim", case.pod.namespace, claim))


def _scheduling(match: Match, case: Case) -> Match:
    """What the spec asks of a node."""
    selector = case.pod.spec.get("nodeSelector") or {}
    text = ", ".join(f"{k}={v}" for k, v in sorted(selector.items()))
    evidence = [spec_evidence("spec.nodeSelector", text)] if text else []
    for container in case.pod.containers:
        wanted = (container.spec.get("resources") or {}).get("requests") or (container.spec.get("resources") or {}).get("limits")
        if wanted:
            asked = ", ".join(f"{k} {v}" for k, v in sorted(wanted.items()))
            evidence.append(spec_evidence(f"spec.{container.spec_path}.resources.requests", asked))
    return with_more(match, {"node_selector": text}, *evidence[:3])


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
        return with_more(match, {"image": image, "registry": registry})
    evidence += [event_evidence(e) for e in case.pod.events_of("FailedToRetrieveImagePullSecret")[-1:]]
    values["docker_server"] = "https://index.docker.io/v1/" if registry == "docker.io" else registry
    return with_more(match, values, *evidence)


REFERENCES: dict[str, Callable[[Match, Case], Match]] = {
    "ConfigKeyNotFound": _key,
    "ConfigMapNotFound": _absent("ConfigMap", "configmap"),
    "SecretNotFound": _absent("Secret", "secret"),
    "PVCNotBound": _claim,
    "Unschedulable": _scheduling,
    "ImagePullUnauthorized": _image,
    "ImageNotFound": _image,
    "ImagePullRateLimited": _image,
    "RegistryUnreachable": _image,
    "ImagePlatformMismatch": _image,
    "ImageNeverPull": _image,
    "InvalidImageName": _image,
}
