"""A run against a live cluster: targets to pods, pods to a snapshot, the snapshot to a report."""

from __future__ import annotations

import argparse
import os

from .cli import Failure, Partly
from .cluster import ApiError, Cluster, explain_error
from .collect import collect, empty_snapshot, read_list, read_object
from .files import FileError, save
from .grouping import NoSuchContainer, asked_of, joined_report, list_report, together
from .knowledge import Knowledge
from .kubeconfig import ConfigError, ConnectionFlags, resolve
from .model import Report
from .snapshot import Asked, PodRef, Snapshot
from .targets import Target
from .wants import Options, get, listing
from .workloads import read_workload

LIST_LIMIT = 5000


def live_report(
    args: argparse.Namespace, targets: list[Target], flags: ConnectionFlags, knowledge: Knowledge
) -> tuple[Report, str]:
    """The report on the targets, or on the failing pods of the namespace; raises Failure."""
    try:
        cluster = Cluster(resolve(flags, os.environ))
    except ConfigError as error:
        raise Failure(error.message) from error
    options = Options(secrets=not args.no_secrets, container=args.container)
    try:
        if not targets:
            return _namespace(cluster, args.save, knowledge), "list"
        return _targets(cluster, targets, options, args.save, knowledge), "full"
    except ApiError as error:
        raise Failure(_explained(cluster, error, targets)) from error
    except (FileError, NoSuchContainer) as error:
        raise Failure(f"error: {error}") from error
    finally:
        cluster.close()


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
    if path:
        save(snapshot, Asked(listed=cluster.namespace), path)
    return list_report(snapshot, cluster.namespace, knowledge)


def _targets(cluster: Cluster, targets: list[Target], options: Options, path: str, knowledge: Knowledge) -> Report:
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
        snapshot = collect(cluster, asked.pods, options, snapshot)
    if path:
        save(snapshot, asked, path)
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
