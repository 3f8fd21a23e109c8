"""What to read next: a pure function of what is known. Between the waves of `collect` nothing else decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from .facts import Container, Pod
from .kinds import PLURALS
from .model import JSON
from .read_facts import owner_chain, pod_facts
from .snapshot import LogKey, PodRef, Snapshot, log_check, object_check

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


def wants(snapshot: Snapshot, refs: tuple[PodRef, ...], options: Options) -> tuple[Read, ...]:
    """The reads that are still worth making, each named once; empty when all is read."""
    found: dict[str, Read] = {}
    for ref in refs:
        if snapshot.find("Pod", ref.namespace, ref.name) is None:
            continue
        for read in _wants_of(snapshot, pod_facts(snapshot, ref.namespace, ref.name), options):
            if snapshot.check(read.check) is None:
                found.setdefault(read.check, read)
    return tuple(found.values())


def _wants_of(snapshot: Snapshot, pod: Pod, options: Options) -> Iterator[Read]:
    yield from _log_reads(snapshot, pod, options)
    yield from _beginnings(snapshot, pod)
    yield from _owner_reads(snapshot, pod)
    yield from _config_reads(snapshot, pod, options)
    yield from _volume_reads(snapshot, pod)
    yield from _node_reads(pod)
    yield from _use_reads(snapshot, pod)


def _log_reads(snapshot: Snapshot, pod: Pod, options: Options) -> Iterator[Read]:
    for container in pod.containers:
        if options.container and container.name != options.container:
            continue
        for previous in log_instances(container):
            yield log_of(LogKey(pod.namespace, pod.name, container.name, previous))
        key = LogKey(pod.namespace, pod.name, container.name, True)
        gone = snapshot.check(log_check(key))
        if container.waiting and gone is not None and gone.status != "ok":
            # The plain request returns the newest ended instance while the container waits.
            yield log_of(key._replace(previous=False))
        current = snapshot.check(log_check(key._replace(previous=False)))
        if container.ended and container.last and current is not None and current.status != "ok":
            yield log_of(key)


def _beginnings(snapshot: Snapshot, pod: Pod) -> Iterator[Read]:
    """The first bytes of logs of which only the tail was read: a start that fails may be reported far above the end."""
    for key, log in snapshot.logs.items():
        if log.truncated and (key.namespace, key.pod) == (pod.namespace, pod.name):
            read = log_of(key)
            query = {k: v for k, v in read.query.items() if k != "tailLines"} | {"limitBytes": str(HEAD_BYTES)}
            yield replace(read, check=f"beginning of {read.check}", query=query, beginning=True)


def log_instances(container: Container) -> tuple[bool, ...]:
    """Which logs tell of a failure: previous, current, both or none."""
    if container.role == "init" and container.ended and container.ended.exit_code == 0 and not container.last:
        return ()
    if container.waiting:
        return (True,) if container.crash else ()
    if container.running:
        if container.last:
            return (True, False)
        return () if container.ready and container.role != "init" else (False,)
    if container.ended:
        return (False,)
    return ()


def _owner_reads(snapshot: Snapshot, pod: Pod) -> Iterator[Read]:
    chain = owner_chain(snapshot, pod.raw)
    for kind, name in (*chain, *_likely_deployment(pod, chain)):
        if kind in PLURALS:
            yield get(kind, pod.namespace, name)
        yield events_of(pod.namespace, name, f"events {kind.lower()}/{name}", kind)
    labels = dict(pod.raw["metadata"].get("labels") or {})
    if labels.pop("pod-template-hash", None) and labels:
        selector = ",".join(f"{k}={v}" for k, v in sorted(labels.items()))
        yield listing("ReplicaSet", pod.namespace, {"labelSelector": selector, "limit": "20"})


def _likely_deployment(pod: Pod, chain: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    """The owner of a ReplicaSet that is not read yet, by the Deployment controller's way of naming; saves a wave."""
    template = str((pod.raw["metadata"].get("labels") or {}).get("pod-template-hash") or "")
    if template and len(chain) == 1 and chain[0][0] == "ReplicaSet" and chain[0][1].endswith(f"-{template}"):
        yield "Deployment", chain[0][1].removesuffix(f"-{template}")


def _config_reads(snapshot: Snapshot, pod: Pod, options: Options) -> Iterator[Read]:
    for kind, name in sorted(set(referred(pod))):
        if kind == "Secret" and not options.secrets:
            continue
        yield get(kind, pod.namespace, name, metadata_only=kind == "Secret")
        if snapshot.known_absent(kind, pod.namespace, name):
            # The nearest names help to see a slip of the pen.
            yield listing(kind, pod.namespace, {"limit": "200"}, metadata_only=True)
    for name in _secrets_in_question(snapshot, pod) if options.secrets else ():
        yield Read(f"keys of secret {pod.namespace}/{name}", _path("Secret", pod.namespace, name), {}, "get secrets", "Secret")
    yield get("ServiceAccount", pod.namespace, str(pod.spec.get("serviceAccountName") or "default"))


def referred(pod: Pod) -> Iterator[tuple[str, str]]:
    """(kind, name) of every ConfigMap and Secret that the spec names, pull secrets included."""
    for container in pod.containers:
        for env in container.env:
            kind, _, name = env.ref.partition("/")
            if name:
                yield _KINDS[kind], name
        for kind, name, _, _ in container.env_from:
            yield _KINDS[kind], name
    for volume in pod.spec.get("volumes") or ():
        for source in [volume, *((volume.get("projected") or {}).get("sources") or ())]:
            if (source.get("configMap") or {}).get("name"):
                yield "ConfigMap", str(source["configMap"]["name"])
            secret = source.get("secret") or {}
            if secret.get("secretName") or secret.get("name"):
                yield "Secret", str(secret.get("secretName") or secret.get("name"))
    for pull in pod.spec.get("imagePullSecrets") or ():
        if pull.get("name"):
            yield "Secret", str(pull["name"])


_KINDS = {"configmap": "ConfigMap", "secret": "Secret"}


def _secrets_in_question(snapshot: Snapshot, pod: Pod) -> Iterator[str]:
    """Secrets one of whose keys the kubelet misses while their metadata does not list the keys."""
    texts = [str(c.waiting.get("message") or "") for c in pod.containers] + [e.message for e in pod.events]
    asked = [t for t in texts if "find key" in t or "non-existent secret key" in t]
    for kind, name in set(referred(pod)) if asked else ():
        secret = snapshot.find(kind, pod.namespace, name)
        if kind == "Secret" and secret is not None and "data" not in secret:
            yield name


def _volume_reads(snapshot: Snapshot, pod: Pod) -> Iterator[Read]:
    for claim in claims(pod):
        yield get("PersistentVolumeClaim", pod.namespace, claim)
        found = snapshot.find("PersistentVolumeClaim", pod.namespace, claim)
        if found is not None and (found.get("status") or {}).get("phase") != "Bound":
            yield events_of(pod.namespace, claim, f"events persistentvolumeclaim/{claim}", "PersistentVolumeClaim")
            wanted = (found.get("spec") or {}).get("storageClassName")
            if wanted:
                path = f"/apis/storage.k8s.io/v1/storageclasses/{wanted}"
                yield Read(f"storageclass {wanted}", path, {}, "get storageclasses", "StorageClass")


def claims(pod: Pod) -> Iterator[str]:
    """The names of the claims that the pod mounts; an ephemeral volume's claim is named by its volume."""
    for volume in pod.spec.get("volumes") or ():
        if (volume.get("persistentVolumeClaim") or {}).get("claimName"):
            yield str(volume["persistentVolumeClaim"]["claimName"])
        if volume.get("ephemeral"):
            yield f"{pod.name}-{volume['name']}"


def _node_reads(pod: Pod) -> Iterator[Read]:
    if pod.node:
        yield Read(f"node {pod.node}", f"/api/v1/nodes/{pod.node}", {}, "get nodes", "Node")
        yield events_of("default", pod.node, f"events node/{pod.node}", "Node")


_NETWORK_WORDS = ("refused", "no such host", "timed out", "timeout", "enotfound", "eai_again", "resolv", "unreachable",
                  "unknownhost", "unavailable", "not known", "could not translate", "econn", "host not found")  # fmt: skip


def _use_reads(snapshot: Snapshot, pod: Pod) -> Iterator[Read]:
    if pod.phase == "Running":
        path = f"/apis/metrics.k8s.io/v1beta1/namespaces/{pod.namespace}/pods/{pod.name}"
        yield Read(f"metrics {pod.namespace}/{pod.name}", path, {}, "get pods.metrics.k8s.io", "PodMetrics")
    ends = [log.text[-20000:].lower() for c in pod.containers for log in c.logs]
    if any(word in end for end in ends for word in _NETWORK_WORDS):
        yield listing("Service", pod.namespace)
        yield listing("Endpoints", pod.namespace)


def _path(kind: str, namespace: str, name: str = "") -> str:
    group, plural = PLURALS[kind]
    return f"{group}/namespaces/{namespace}/{plural}" + (f"/{name}" if name else "")


def get(kind: str, namespace: str, name: str, metadata_only: bool = False) -> Read:
    """The read of one namespaced object."""
    unlock = f"get {PLURALS[kind][1]}"
    return Read(object_check(kind, namespace, name), _path(kind, namespace, name), {}, unlock, kind, metadata_only)


def listing(kind: str, namespace: str, query: dict[str, str] | None = None, metadata_only: bool = False) -> Read:
    """The read of the objects of a kind in a namespace."""
    plural = PLURALS[kind][1]
    selector = (query or {}).get("labelSelector", "")
    check = f"{plural} {namespace}/{selector}" if selector else f"{plural} {namespace}"
    return Read(check, _path(kind, namespace), query or {"limit": "200"}, f"list {plural}", kind, metadata_only)


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
    path = _path("Pod", key.namespace, key.pod) + "/log"
    return Read(log_check(key), path, query, "get pods/log", log=key)


def object_ref(o: JSON) -> PodRef:
    """The place of an object."""
    return PodRef(str(o["metadata"].get("namespace", "")), str(o["metadata"]["name"]))
