"""A run without a cluster: from files, or from the embedded demo."""

from __future__ import annotations

import argparse
from dataclasses import replace

from .bundled import bundled_folder
from .cli import Failure, Partly
from .connection_flags import connection_flags
from .failing import pods_below
from .files import FileError, load, save
from .grouping import NoSuchContainer, asked_of, joined_report, list_report, together
from .knowledge import Knowledge
from .model import Report
from .refs import PodRef
from .snapshot import Asked, Snapshot
from .targets import Target


def file_report(args: argparse.Namespace, targets: list[Target], knowledge: Knowledge) -> tuple[Report, str]:
    """The report on the files' pods: the targets, else what the snapshot was saved for, else the failing ones."""
    try:
        snapshot, saved = load(args.filename)
        namespace = connection_flags(args).namespace
        asked, errors = _asked(snapshot, saved, targets, namespace, args.container)
        if args.save:
            save(snapshot, asked, args.save)
        if asked.listed or not (asked.pods or asked.workloads):
            return list_report(snapshot, asked.listed or namespace or None, knowledge), "list"
        report = joined_report(snapshot, asked, knowledge)
        if errors:
            raise Partly(errors, report, "full")
        return report, "full"
    except (FileError, NoSuchContainer) as error:
        raise Failure(f"error: {error}") from error


def _asked(snapshot: Snapshot, saved: Asked, targets: list[Target], namespace: str, container: str) -> tuple[Asked, list[str]]:
    """What to look at, and an error for each target that the files do not hold; raises Failure where they hold none."""
    pods = [PodRef(str(p["metadata"]["namespace"]), str(p["metadata"]["name"])) for p in snapshot.of_kind("Pod")]
    parts, errors = [], []
    for target in targets:
        try:
            parts.append(_of_target(snapshot, pods, target, namespace))
        except Failure as failure:
            errors.append(str(failure))
    if errors and not parts:
        raise Failure("\n".join(errors))
    if targets:
        return together(parts, container), errors
    if saved != Asked():
        return replace(saved, container=container or saved.container), []
    return Asked(tuple(pods) if len(pods) == 1 else (), container=container), []


def _of_target(snapshot: Snapshot, pods: list[PodRef], target: Target, namespace: str) -> Asked:
    if target.kind == "Pod":
        return Asked((_pod(pods, target.name, namespace),))
    named = [str(o["metadata"]["namespace"]) for o in snapshot.of_kind(target.kind) if o["metadata"]["name"] == target.name]
    # Files need not hold the workload: its pods name it as their owner.
    named += [ref.namespace for ref in pods if pods_below(snapshot, ref.namespace, target)]
    place = next((n for n in named if namespace in ("", n)), None)
    if place is None:
        raise Failure(f'error: {target.kind.lower()} "{target.name}" not found in the files, nor a pod that it owns')
    return asked_of(snapshot, place, target)


def _pod(pods: list[PodRef], name: str, namespace: str) -> PodRef:
    found = next((p for p in pods if p.name == name and namespace in ("", p.namespace)), None)
    if found is None:
        known = ", ".join(p.name for p in pods[:5])
        raise Failure(f'error: pod "{name}" not found in the files; they hold {known or "no pod"}')
    return found


def demo_report(name: str, knowledge: Knowledge) -> tuple[Report, str]:
    """The embedded shop: every pod, or the one whose name begins with `name`."""
    with bundled_folder("demo") as folder:
        snapshot, saved = load(str(folder))
    if not name:
        return joined_report(snapshot, saved, knowledge), "demo"
    found = tuple(r for r in saved.pods if r.name == name or r.name.startswith(f"{name}-"))
    if not found:
        raise Failure(f"error: the demo has no pod {name}; it has {', '.join(r.name for r in saved.pods)}")
    return joined_report(snapshot, Asked(found), knowledge), "full"
