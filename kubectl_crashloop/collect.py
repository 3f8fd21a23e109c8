"""Reads a live cluster in at most three waves, each in parallel, and ends in a Snapshot.

Every failed read becomes a recorded check; only the pod itself is a must. Text is
sanitized and masked here, once, before anything looks at it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from .cluster import ApiError, Cluster, LogRead
from .model import JSON, Check, Log
from .reader import Outcome, Pending, Reader, finished
from .reads import Options, Read, first_reads
from .redact import redact_object, redact_text
from .refs import LogKey, PodRef, log_check, object_check
from .sanitize import sanitize, sanitize_tree
from .snapshot import Snapshot
from .times import show_time
from .wants import wants

WAVES = 2
"""Waves after the first one."""
NO_LOG = ("unable to retrieve container logs for ", "failed to try resolving symlinks in path ", "failed to open log file ")
"""What a kubelet sends as log text with status 200 when the log is gone (kubelet_pods.go, kuberuntime_container.go)."""

GAP = "[...]"
"""Stands where a long log was not read."""


def empty_snapshot(cluster: Cluster) -> Snapshot:
    """A snapshot of nothing, stamped with the time of reading."""
    return Snapshot(show_time(datetime.now(timezone.utc)), cluster.context, cluster.context_is_current)


def collect(cluster: Cluster, refs: tuple[PodRef, ...], options: Options, known: Snapshot | None = None) -> Snapshot:
    """Everything that a diagnosis of the pods may use.

    Raises the ApiError of the pod's own read where one of them cannot be read.
    """
    with Reader(cluster) as reader:
        return collected(reader, reader.start(first_reads(refs)), refs, options, known or empty_snapshot(cluster))


def collected(reader: Reader, first: list[Pending], refs: tuple[PodRef, ...], options: Options, known: Snapshot) -> Snapshot:
    """As `collect`, from a first wave that is under way already."""
    outcomes = finished(first)
    for read, outcome in outcomes:
        if read.kind == "Pod" and isinstance(outcome, ApiError):
            raise outcome
    snapshot = _merged(known, outcomes)
    for _ in range(WAVES):
        wave = wants(snapshot, refs, options)
        if not wave:
            break
        snapshot = _merged(snapshot, finished(reader.start(wave)))
    return snapshot if options.secrets else snapshot.adding(checks=[Check("secrets", "skipped", "--no-secrets")])


def read_list(cluster: Cluster, read: Read) -> list[JSON]:
    """The objects of one list request, sanitized and masked; raises ApiError."""
    return list(_objects(read, cluster.get_json(read.path, read.query)))


def read_object(cluster: Cluster, read: Read) -> JSON:
    """One object, sanitized and masked; raises ApiError."""
    return next(iter(_objects(read, cluster.get_json(read.path, read.query))))


def _merged(snapshot: Snapshot, outcomes: list[Outcome]) -> Snapshot:
    for read, outcome in outcomes:
        if read.log:
            snapshot = _with_log(snapshot, read, outcome)
        elif isinstance(outcome, ApiError):
            snapshot = snapshot.adding(checks=[failed_check(read, outcome)])
        elif read.check == "version":
            snapshot = snapshot.adding(checks=[Check("version", "ok")], server=str(outcome.get("gitVersion", "")))
        else:
            objects = [_keep_more(snapshot, o) for o in _objects(read, outcome)]
            checks = [_ok(o) for o in objects if o["kind"] != "Event"]
            snapshot = snapshot.adding(objects=objects, checks=[*checks, Check(read.check, "ok")])
    return snapshot


def _keep_more(snapshot: Snapshot, o: JSON) -> JSON:
    """A list of names must not replace an object that was read whole."""
    known = snapshot.find(str(o["kind"]), _place(o)[0], _place(o)[1])
    return {**known, **o} if known is not None else o


def _ok(o: JSON) -> Check:
    namespace, name = _place(o)
    return Check(object_check(str(o["kind"]), namespace, name), "ok")


def _place(o: JSON) -> tuple[str, str]:
    return str(o["metadata"].get("namespace", "")), str(o["metadata"]["name"])


def failed_check(read: Read, error: ApiError) -> Check:
    """How a read failed, as a report tells it."""
    if error.status == 404:
        return Check(read.check, "absent", error.message)
    if error.status in (401, 403):
        return Check(read.check, "denied", "forbidden", read.unlock)
    return Check(read.check, "skipped" if error.kind == "skipped" else "failed", redact_text(sanitize(error.message)))


def _objects(read: Read, body: JSON) -> Iterable[JSON]:
    kind = str(body.get("kind", ""))
    items = body.get("items") if kind.endswith("List") else [body]
    for raw in items or ():
        if not isinstance(raw, dict) or not (raw.get("metadata") or {}).get("name"):
            continue
        o = {**raw, "kind": read.kind or raw.get("kind"), "apiVersion": _api_version(read, raw, body)}
        yield redact_object(sanitize_tree(_trimmed(o)))


def _api_version(read: Read, raw: JSON, body: JSON) -> str:
    if read.metadata_only:
        return "v1"
    return str(raw.get("apiVersion") or body.get("apiVersion") or "v1")


def _trimmed(o: JSON) -> JSON:
    """The object without the field lists of `managedFields`, which only tell a Secret's key names."""
    meta = dict(o["metadata"])
    managed = meta.pop("managedFields", None) or []
    if o["kind"] == "Secret" and "data" not in o:
        keys = {k[2:] for m in managed for k in (m.get("fieldsV1") or {}).get("f:data") or {} if k.startswith("f:")}
        if keys:
            o = {**o, "data": dict.fromkeys(sorted(keys), "")}
    if managed:
        meta["managedFields"] = [{k: m[k] for k in ("manager", "operation", "subresource") if k in m} for m in managed]
    return {**o, "metadata": meta}


def _with_log(snapshot: Snapshot, read: Read, outcome: Any) -> Snapshot:
    key = read.log
    assert key is not None
    if not key.container:
        guessed = _only_container(snapshot, key)
        if guessed is None or isinstance(outcome, ApiError) or not outcome.total:
            return snapshot
        key, read = guessed, replace(read, check=log_check(guessed))
    if isinstance(outcome, ApiError):
        return snapshot.adding(checks=[_log_failed(read, outcome)])
    if read.beginning:
        return _with_beginning(snapshot, read, outcome)
    log = log_of_read(outcome)
    if log.text.startswith(NO_LOG) and log.text.count("\n") <= 1:
        if read.log is not key:
            # The guess has failed; whether this log is wanted at all is decided in the next wave.
            return snapshot
        return snapshot.adding(checks=[Check(read.check, "failed", log.text.strip())])
    if not outcome.complete:
        # The end is what matters, and it did not arrive.
        return snapshot.adding(logs={key: log}, checks=[Check(read.check, "failed", "the log was not read to its end")])
    return snapshot.adding(logs={key: log}, checks=[Check(read.check, "ok", "cut" if log.truncated else "")])


def _with_beginning(snapshot: Snapshot, read: Read, outcome: LogRead) -> Snapshot:
    """The first lines before the tail, with a line between them that says what was left out."""
    key = read.log
    assert key is not None
    tail, head = snapshot.logs[key].text, log_of_read(outcome).text
    if tail.startswith(head) or not head:
        return snapshot.adding(checks=[Check(read.check, "ok")])
    joined = f"{head[: head.rfind(chr(10)) + 1]}{GAP}\n{tail}"
    why = "its first 64 KiB and its last lines were searched, not what is between"
    return snapshot.adding(logs={key: Log(joined, True)}, checks=[Check(read.check, "ok", why)])


def _log_failed(read: Read, error: ApiError) -> Check:
    """A log that was never written (the kubelet answers 400) is absent, not a fault."""
    if error.status == 400:
        return Check(read.check, "absent", sanitize(error.message))
    return failed_check(read, error)


def _only_container(snapshot: Snapshot, key: LogKey) -> LogKey | None:
    pod = snapshot.find("Pod", key.namespace, key.pod)
    containers = ((pod or {}).get("spec") or {}).get("containers") or []
    return key._replace(container=str(containers[0]["name"])) if len(containers) == 1 else None


def log_of_read(read: LogRead) -> Log:
    """The text that is searched: of a long log its last part; a cut first line is dropped."""
    text = (read.head + read.tail) if read.total == len(read.head) + len(read.tail) else read.tail
    cut = read.total > len(text)
    if cut:
        text = text[text.find(b"\n") + 1 :]
    clean = redact_text(sanitize(text.decode("utf-8", "replace")))
    lines = clean.count("\n")
    return Log(clean, truncated=cut or lines >= 5000)
