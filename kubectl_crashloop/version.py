"""Which program this is: its version, the commit it was built from, and what it was built with."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from . import __version__

BUILD = Path(__file__).with_name("build.json")
"""Written by the build: `commit`, `client` (version of the kubernetes client), `date`. Not there in a checkout."""


def identity(file: Path = BUILD) -> str:
    """One line: `kubectl-crashloop vX (commit C, kubernetes client Y, Python Z)`."""
    build = _build(file)
    python = ".".join(map(str, sys.version_info[:3]))
    commit, client = build.get("commit") or "unknown", build.get("client") or _installed()
    return f"kubectl-crashloop v{__version__} (commit {commit}, kubernetes client {client}, Python {python})"


def _build(file: Path) -> Mapping[str, str]:
    import json

    try:
        found: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def _installed() -> str:
    # Takes longer than all the rest of a start, so a build has the answer in its file.
    from importlib.metadata import version

    return version("kubernetes")
