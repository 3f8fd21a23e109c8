"""Snapshots on disk: a folder or a .tar.gz of it, and plain YAML or JSON of objects. See contract.md, Snapshot."""

from __future__ import annotations

import io
import json
import re
import sys
import tarfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from .model import JSON, Check, Log
from .redact import redact_object, redact_text
from .refs import LogKey, PodRef, WorkloadRef
from .sanitize import sanitize, sanitize_tree
from .snapshot import Asked, Snapshot

STAMP = re.compile(r"\b(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z")
MAX_BYTES = 256 * 2**20


class FileError(Exception):
    """A path cannot be read or written as a snapshot; the message says which and why."""


def load(path: str) -> tuple[Snapshot, Asked]:
    """The snapshot at `path` (`-` for stdin) and what the saving run was about; raises FileError."""
    try:
        files = dict(_files_of(path))
        objects = [o for name in _object_files(files) for o in _objects(files[name].decode("utf-8", "replace"))]
    except (OSError, EOFError, tarfile.TarError, zlib.error, ValueError) as error:
        raise FileError(f"cannot read {path}: {error}") from error
    if not objects:
        raise FileError(f"no Kubernetes objects in {path}")
    meta = _yaml(files["snapshot.yaml"].decode()) if "snapshot.yaml" in files else {}
    clean = tuple(redact_object(sanitize_tree(o)) for o in objects)
    snapshot = Snapshot(
        fetched_at=str(meta.get("fetchedAt") or _newest(clean)),
        context=str(meta.get("context") or ""),
        context_is_current=bool(meta.get("contextIsCurrent", True)),
        server=str(meta.get("server") or ""),
        objects=clean,
        logs=dict(_logs(files, clean, set(meta.get("truncatedLogs") or ()))),
        checks=tuple(_check(c) for c in meta.get("checks") or ()),
    )
    return snapshot, _asked(meta)


def _asked(meta: JSON) -> Asked:
    return Asked(
        pods=tuple(_pod_ref(t) for t in meta.get("pods") or ()),
        alike={_pod_ref(t): tuple(names) for t, names in (meta.get("alike") or {}).items()},
        workloads=tuple(WorkloadRef(*str(t).split("/", 2)) for t in meta.get("workloads") or ()),
        container=str(meta.get("container") or ""),
        listed=str(meta.get("listed") or ""),
    )


def _pod_ref(text: object) -> PodRef:
    return PodRef(*str(text).split("/", 1))


def _files_of(path: str) -> Iterator[tuple[str, bytes]]:
    """(name below the snapshot's root, bytes) of every file that may belong to a snapshot."""
    if path == "-":
        yield "objects.yaml", sys.stdin.buffer.read(MAX_BYTES)
    elif Path(path).is_dir():
        for file in sorted(Path(path).rglob("*")):
            if file.is_file() and file.suffix in (".yaml", ".yml", ".json", ".log"):
                yield file.relative_to(path).as_posix(), file.read_bytes()
    elif path.endswith((".tar.gz", ".tgz")):
        with tarfile.open(path, "r:gz") as archive:
            yield from _members(archive)
    else:
        yield "objects.yaml", Path(path).read_bytes()


def _members(archive: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    names = [m for m in archive.getmembers() if m.isfile() and m.size <= MAX_BYTES]
    root = next((str(PurePosixPath(m.name).parent) for m in names if PurePosixPath(m.name).name == "objects.yaml"), ".")
    for member in names:
        file = archive.extractfile(member)
        if file is not None and (root == "." or member.name.startswith(root + "/")):
            yield str(PurePosixPath(member.name).relative_to(root)), file.read()


def _object_files(files: Mapping[str, bytes]) -> list[str]:
    if "objects.yaml" in files:
        return ["objects.yaml"]
    return [n for n in files if not n.startswith("logs/") and n.endswith((".yaml", ".yml", ".json"))]


def _yaml(text: str) -> Any:
    return next(iter(_yaml_all(text)), None) or {}


def _yaml_all(text: str) -> Iterable[Any]:
    """YAML or JSON documents; times stay text, as JSON has them."""
    if text.lstrip().startswith("{"):
        try:
            return [json.loads(text)]
        except ValueError:
            pass
    import yaml

    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    resolvers = {k: [(t, r) for t, r in v if t != "tag:yaml.org,2002:timestamp"] for k, v in base.yaml_implicit_resolvers.items()}
    loader: Any = type("TextTimes", (base,), {"yaml_implicit_resolvers": resolvers})
    try:
        return list(yaml.load_all(text, Loader=loader))
    except yaml.YAMLError as error:
        raise ValueError(f"not YAML: {str(error).splitlines()[0]}") from error


def _objects(text: str) -> Iterator[JSON]:
    for document in _yaml_all(text):
        if not isinstance(document, dict):
            continue
        listed = str(document.get("kind", "")).endswith("List") or "items" in document
        for o in (document.get("items") or []) if listed else [document]:
            if isinstance(o, dict) and o.get("kind") and (o.get("metadata") or {}).get("name"):
                yield _with_namespace(o)


_CLUSTER_SCOPED = ("Node", "Namespace", "PersistentVolume", "StorageClass")


def _with_namespace(o: JSON) -> JSON:
    meta = dict(o["metadata"])
    if o["kind"] not in _CLUSTER_SCOPED:
        meta.setdefault("namespace", "default")
    return {**o, "metadata": meta}


def _newest(objects: tuple[JSON, ...]) -> str:
    stamps = [m for m in STAMP.findall(json.dumps(objects)) if not m.startswith("1970")]
    return max(stamps, default="1970-01-01T00:00:00") + "Z"


def _logs(files: Mapping[str, bytes], objects: tuple[JSON, ...], cut: set[str]) -> Iterator[tuple[LogKey, Log]]:
    pods = [o for o in objects if o["kind"] == "Pod"]
    for name, data in files.items():
        parts = name.split("/")
        if parts[0] != "logs" or not name.endswith(".log"):
            continue
        previous = name.endswith(".previous.log")
        container = parts[-1].removesuffix(".log").removesuffix(".previous")
        text = redact_text(sanitize(data.decode("utf-8", "replace")))
        if len(parts) == 4:
            yield LogKey(parts[1], parts[2], container, previous), Log(text, name in cut)
        elif len(parts) == 2 and len(pods) == 1:
            meta = pods[0]["metadata"]
            yield LogKey(meta["namespace"], meta["name"], container, previous), Log(text, name in cut)


def _check(raw: JSON) -> Check:
    return Check(str(raw["name"]), str(raw["status"]), str(raw.get("why") or ""), str(raw.get("unlock") or ""))


def save(snapshot: Snapshot, asked: Asked, path: str) -> None:
    """Writes the snapshot to the folder `path`, or to the archive when it ends in .tar.gz; raises FileError."""
    files = dict(_written(snapshot, asked))
    try:
        if path.endswith((".tar.gz", ".tgz")):
            _save_archive(files, path)
        else:
            for name, text in files.items():
                target = Path(path) / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise FileError(f"cannot write {path}: {error}") from error


def _save_archive(files: Mapping[str, str], path: str) -> None:
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            data = text.encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


def _question(asked: Asked) -> JSON:
    question = {
        "pods": ["/".join(ref) for ref in asked.pods],
        "alike": {"/".join(ref): list(names) for ref, names in asked.alike.items()},
        "workloads": ["/".join(ref) for ref in asked.workloads],
        "container": asked.container,
        "listed": asked.listed,
    }
    return {k: v for k, v in question.items() if v}


def _written(snapshot: Snapshot, asked: Asked) -> Iterator[tuple[str, str]]:
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

    def dump(value: Any) -> str:
        return str(yaml.dump(value, Dumper=dumper, sort_keys=False, allow_unicode=True, width=120))

    yield "objects.yaml", dump({"apiVersion": "v1", "kind": "List", "items": list(snapshot.objects)})
    cut = []
    for key, log in snapshot.logs.items():
        name = f"logs/{key.namespace}/{key.pod}/{key.container}{'.previous' if key.previous else ''}.log"
        cut += [name] if log.truncated else []
        yield name, log.text
    meta: JSON = {
        "fetchedAt": snapshot.fetched_at, "context": snapshot.context, "contextIsCurrent": snapshot.context_is_current,
        "server": snapshot.server, **_question(asked), "truncatedLogs": cut,
        "checks": [{k: v for k, v in vars(c).items() if v} for c in snapshot.checks],
    }  # fmt: skip
    yield "snapshot.yaml", dump(meta)
