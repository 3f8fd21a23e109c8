"""A run without a cluster: from files, or from the embedded demo."""

from __future__ import annotations

import argparse
from dataclasses import replace

from .bundled import bundled_folder
from .cli import Failure
from .files import FileError, load, save
from .flags import connection_flags
from .grouping import NoSuchContainer, asked_of, joined_report, list_report, together
from .knowledge import Knowledge
from .model import Report
from .snapshot import Asked, PodRef, Snapshot
from .targets import Target


def file_report(args: argparse.Namespace, targets: list[Target], knowledge: Knowledge) -> tuple[Report, str]:
    """The report on the files' pods: the targets, else what the snapshot was saved for, else the failing ones."""
    try:
        snapshot, saved = load(args.filename)
        namespace = connection_flags(args).namespace
        asked = _asked(snapshot, saved, targets, namespace, args.container)
        if args.save:
            save(snapshot, asked, args.save)
        if asked.listed or not (asked.pods or asked.workloads):
            return list_report(snapshot, asked.listed or namespace or None, knowledge), "list"
        return joined_report(snapshot, asked, knowledge), "full"
    except (FileError, NoSuchContainer) as error:
        raise Failure(f"error: {error}") from error


def _asked(snapshot: Snapshot, saved: Asked, targets: list[Target], namespace: str, container: str) -> Asked:
    pods = [PodRef(str(p["metadata"]["namespace"]), str(p["metadata"]["name"])) for p in snapshot.of_kind("Pod")]
    if targets:
        return together((_of_target(snapshot, pods, target, namespace) for target in targets), container)
    if saved != Asked():
        return replace(saved, container=container or saved.container)
    return Asked(tuple(pods) if len(pods) == 1 else (), container=container)


def _of_target(snapshot: Snapshot, pods: list[PodRef], target: Target, namespace: str) -> Asked:
    if target.kind == "Pod":
        return Asked((_pod(pods, target.name, namespace),))
    named = [o["metadata"] for o in snapshot.of_kind(target.kind) if o["metadata"]["name"] == target.name]
    place = next((str(m["namespace"]) for m in named if namespace in ("", m["namespace"])), None)
    if place is None:
        raise Failure(f'error: {target.kind.lower()} "{target.name}" not found in the files')
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
