"""A run without a cluster: from files, or from the embedded demo."""

from __future__ import annotations

import argparse
from importlib import resources
from pathlib import Path

from .cli import Failure
from .files import FileError, load
from .grouping import NoSuchContainer, failing_groups, joined_report, list_report
from .knowledge import load as load_knowledge
from .model import Report
from .snapshot import PodRef, Snapshot
from .targets import Target


def file_report(args: argparse.Namespace, targets: list[Target]) -> tuple[Report, str]:
    """The report on the files' pods: the targets, else those that the snapshot was saved for, else the failing ones."""
    try:
        snapshot, saved = load(args.filename)
    except FileError as error:
        raise Failure(f"error: {error}") from error
    namespace = getattr(args, "namespace", None) or ""
    try:
        return _report(snapshot, saved, targets, namespace, args.container)
    except NoSuchContainer as error:
        raise Failure(f"error: {error}") from error


def _report(
    snapshot: Snapshot, saved: tuple[PodRef, ...], targets: list[Target], namespace: str, only: str
) -> tuple[Report, str]:
    knowledge = load_knowledge()
    pods = [PodRef(str(p["metadata"]["namespace"]), str(p["metadata"]["name"])) for p in snapshot.of_kind("Pod")]
    if not targets:
        refs = saved or (tuple(pods) if len(pods) == 1 else ())
        if refs:
            return joined_report(snapshot, refs, {}, [], knowledge, only), "full"
        return list_report(snapshot, namespace or None, knowledge), "list"
    wanted: list[PodRef] = []
    siblings: dict[PodRef, tuple[str, ...]] = {}
    workloads: list[Target] = []
    for target in targets:
        if target.kind == "Pod":
            wanted.append(_pod(pods, target.name, namespace))
            continue
        named = [o["metadata"] for o in snapshot.of_kind(target.kind) if o["metadata"]["name"] == target.name]
        place = namespace or str(next((meta["namespace"] for meta in named), ""))
        groups = failing_groups(snapshot, place, target)
        wanted += list(groups)
        siblings.update(groups)
        if not groups and not snapshot.find(target.kind, place, target.name):
            raise Failure(f'error: {target.kind.lower()} "{target.name}" not found in the files')
        workloads += [] if groups else [target]
    return joined_report(snapshot, tuple(wanted), siblings, workloads, knowledge, only), "full"


def _pod(pods: list[PodRef], name: str, namespace: str) -> PodRef:
    found = next((p for p in pods if p.name == name and namespace in ("", p.namespace)), None)
    if found is None:
        known = ", ".join(p.name for p in pods[:5])
        raise Failure(f'error: pod "{name}" not found in the files; they hold {known or "no pod"}')
    return found


def demo_report(name: str) -> tuple[Report, str]:
    """The embedded shop: every pod, or the one whose name begins with `name`."""
    root = resources.files(__package__) / "demo"
    with resources.as_file(root) as folder:
        snapshot, saved = load(str(Path(folder)))
    knowledge = load_knowledge()
    if not name:
        return joined_report(snapshot, saved, {}, [], knowledge, ""), "demo"
    found = tuple(r for r in saved if r.name == name or r.name.startswith(f"{name}-"))
    if not found:
        raise Failure(f"error: the demo has no pod {name}; it has {', '.join(r.name for r in saved)}")
    return joined_report(snapshot, found, {}, [], knowledge, ""), "full"
