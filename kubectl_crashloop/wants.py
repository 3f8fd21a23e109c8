"""What to read next: a pure function of what is known. Between the waves of `collect` nothing else decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .facts import Container, Pod
from .kinds import PLURALS
from .read_facts import owner_chain, pod_facts
from .reads import HEAD_BYTES, Options, Read, events_of, get, listing, log_of, path_of
from .refs import LogKey, PodRef, log_check
from .snapshot import Snapshot


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
        yield Read(f"keys of secret {pod.namespace}/{name}", path_of("Secret", pod.namespace, name), {}, "get secrets", "Secret")
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
