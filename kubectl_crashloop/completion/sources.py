"""Where the values come from that a line can be completed with: the cluster, the kubeconfig, the knowledge base."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ..connection_flags import connection_flags
from ..kinds import kind_of

if TYPE_CHECKING:
    from .cluster_names import Named

TIMEOUT = 3.0
"""Seconds for whatever needs the cluster; a prompt does not wait longer."""
Candidates = Mapping[str, str]
"""What may stand there, and what it is; the order is kept."""

_GENERATED = re.compile(r"(-[a-z0-9]{8,10})?-[a-z0-9]{5}$")
"""What a ReplicaSet or a Job puts behind its name."""


def live(args: argparse.Namespace, ask: Callable[[Named], Candidates]) -> Candidates:
    """What the cluster says, if it says it in time."""
    import threading

    from .cluster_names import Named

    said: list[Candidates] = []

    def work() -> None:
        # Whatever goes wrong, the answer is that nothing is known: a thread would print its traceback.
        with suppress(Exception):
            said.append(ask(Named(connection_flags(args), TIMEOUT)))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(TIMEOUT)
    return said[0] if said else {}


def _namespaces(args: argparse.Namespace, _: str) -> Candidates:
    return live(args, lambda names: names.namespaces())


def _containers(args: argparse.Namespace, _: str) -> Candidates:
    if not args.words:
        return {}
    kind, slash, name = args.words[0].partition("/")
    if slash:
        return live(args, lambda names: names.containers(kind_of(kind), name))
    if kind_of(kind) and len(args.words) > 1:
        return live(args, lambda names: names.containers(kind_of(kind), args.words[1]))
    return live(args, lambda names: names.containers("Pod", kind))


def _entries(which: str) -> Callable[[argparse.Namespace, str], Candidates]:
    """The contexts, clusters or users of the kubeconfig."""

    def names(args: argparse.Namespace, _: str) -> Candidates:
        from ..kubeconfig_files import load

        return dict.fromkeys(sorted(getattr(load(args.conn_kubeconfig, os.environ), which)), "")

    return names


def _codes(args: argparse.Namespace, value: str) -> Candidates:
    if value[:1].isdigit():
        from ..exitcodes import load_exit_codes

        return {str(code): known.meaning for code, known in load_exit_codes().items()}
    from ..bundled import bundled_knowledge
    from ..own_folders import config_folder

    own = [Path(config_folder(os.environ, os.name == "nt")), *([Path(args.knowledge)] if args.knowledge else [])]
    found = {file.stem: "your own" for folder in own for file in sorted(folder.glob("*.yaml"))}
    return {**{code: entry.summary for code, entry in bundled_knowledge().items()}, **found}


def _demos(_: argparse.Namespace, __: str) -> Candidates:
    from ..bundled import bundled_folder
    from ..knowledge import parse_yaml

    with bundled_folder("demo") as folder:
        pods = parse_yaml((folder / "snapshot.yaml").read_text(encoding="utf-8"))["pods"]
    return dict.fromkeys((_GENERATED.sub("", pod.partition("/")[2]) for pod in pods), "")


SOURCES: Mapping[str, Callable[[argparse.Namespace, str], Candidates]] = {
    "NAMESPACE": _namespaces,
    "CONTEXT": _entries("contexts"),
    "CLUSTER": _entries("clusters"),
    "USER": _entries("users"),
    "CONTAINER": _containers,
    "CODE": _codes,
    "DEMO": _demos,
}
"""What completes a flag's value, by the flag's metavar."""
