"""A run against a live cluster: targets to pods, pods to a snapshot, the snapshot to a report."""

from __future__ import annotations

import argparse
import difflib
import os

from .cli import Failure
from .cluster import ApiError, Cluster, explain_error
from .collect import collect, empty_snapshot, read_list
from .files import FileError, save
from .grouping import NoSuchContainer, asked_of, joined_report, list_report, together
from .knowledge import Knowledge
from .kubeconfig import ConfigError, ConnectionFlags, resolve
from .model import Report
from .snapshot import Asked, PodRef
from .targets import Target
from .wants import Options, listing
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
    snapshot, parts = empty_snapshot(cluster), []
    for target in targets:
        if target.kind == "Pod":
            parts.append(Asked((PodRef(cluster.namespace, target.name),)))
            continue
        snapshot = read_workload(cluster, snapshot, cluster.namespace, target)
        parts.append(asked_of(snapshot, cluster.namespace, target))
    asked = together(parts, options.container)
    if asked.pods:
        snapshot = collect(cluster, asked.pods, options, snapshot)
    if path:
        save(snapshot, asked, path)
    return joined_report(snapshot, asked, knowledge)
