"""Targets to pods, pods to a snapshot, the snapshot to a report."""

from __future__ import annotations

from .cli import Failure, Partly
from .cluster import ApiError, Cluster, explain_error
from .collect import collected, empty_snapshot, read_list, read_object
from .grouping import NoSuchContainer, asked_of, joined_report, list_report, together
from .knowledge import Knowledge
from .model import Report
from .own_knowledge import joined
from .question import Question
from .reader import Pending, Reader
from .reads import first_reads, get, listing
from .refs import PodRef
from .snapshot import Asked, Snapshot
from .targets import Target
from .workloads import read_workload

LIST_LIMIT = 5000


def answered(question: Question, cluster: Cluster, reader: Reader, first: list[Pending]) -> tuple[Report, str]:
    """The report and its layout, `full` or `list`; raises Failure.

    `first` is the first wave of the only target, under way already; empty where that is no pod.
    """
    knowledge = joined(question.own)
    try:
        if not question.targets:
            return _namespace(cluster, question.save, knowledge), "list"
        return _targets(question, cluster, reader, first, knowledge), "full"
    except ApiError as error:
        raise Failure(_explained(cluster, error, question.targets)) from error
    except NoSuchContainer as error:
        raise Failure(f"error: {error}") from error


def _explained(cluster: Cluster, error: ApiError, targets: list[Target]) -> str:
    """kubectl's message; for a pod that is not there, the nearest names too."""
    text = explain_error(error, cluster)
    pods = [t.name for t in targets if t.kind == "Pod" and f'"{t.name}"' in error.message]
    if error.status != 404 or not pods:
        return text
    try:
        names = [str(p["metadata"]["name"]) for p in read_list(cluster, listing("Pod", cluster.namespace))]
    except ApiError:
        return text
    import difflib

    prefixed = [n for n in names if n.startswith(pods[0])]
    near = (prefixed or difflib.get_close_matches(pods[0], names, 3, 0.5))[:3]
    return f"{text}\nThe nearest names in namespace {cluster.namespace}: {', '.join(near)}" if near else text


def _namespace(cluster: Cluster, path: str, knowledge: Knowledge) -> Report:
    pods = read_list(cluster, listing("Pod", cluster.namespace, {"limit": str(LIST_LIMIT)}))
    snapshot = empty_snapshot(cluster).adding(objects=pods)
    _save(snapshot, Asked(listed=cluster.namespace), path)
    return list_report(snapshot, cluster.namespace, knowledge)


def _targets(question: Question, cluster: Cluster, reader: Reader, first: list[Pending], knowledge: Knowledge) -> Report:
    targets, options = question.targets, question.options
    snapshot, parts, errors = empty_snapshot(cluster), [], []
    for target in targets:
        try:
            snapshot, part = _found(cluster, snapshot, target, alone=len(targets) == 1)
            parts.append(part)
        except ApiError as error:
            if len(targets) == 1 or error.status not in (403, 404):
                raise
            errors.append(_explained(cluster, error, targets))
    if not parts:
        raise Failure("\n".join(errors))
    asked = together(parts, options.container)
    if asked.pods:
        under_way = first or reader.start(first_reads(asked.pods))
        snapshot = collected(reader, under_way, asked.pods, options, snapshot)
    _save(snapshot, asked, question.save)
    report = joined_report(snapshot, asked, knowledge)
    if errors:
        raise Partly(errors, report, "full")
    return report


def _found(cluster: Cluster, snapshot: Snapshot, target: Target, alone: bool) -> tuple[Snapshot, Asked]:
    """The snapshot with the workload of a target, and the pods to look at; raises the ApiError of its read.

    A pod that is the only target is read once, with all the rest.
    """
    if target.kind != "Pod":
        snapshot = read_workload(cluster, snapshot, cluster.namespace, target)
        return snapshot, asked_of(snapshot, cluster.namespace, target)
    if not alone:
        read_object(cluster, get("Pod", cluster.namespace, target.name))
    return snapshot, Asked((PodRef(cluster.namespace, target.name),))


def _save(snapshot: Snapshot, asked: Asked, path: str) -> None:
    if not path:
        return
    from .files import FileError, save

    try:
        save(snapshot, asked, path)
    except FileError as error:
        raise Failure(f"error: {error}") from error
