"""Which program this is: its version, the commit it was built from, and what it was built with."""

from __future__ import annotations

import os
import sys

from . import __version__

BUILD = os.path.join(os.path.dirname(__file__), "build.txt")
"""Written by the build, lines of `name value`: `commit`, `client` (version of the kubernetes client), `date`.
Not there in a checkout."""


def identity(file: str = BUILD) -> str:
    """One line: `kubectl-crashloop vX (commit C, kubernetes client Y, Python Z)`."""
    build = _build(file)
    python = ".".join(map(str, sys.version_info[:3]))
    commit, client = build.get("commit") or "unknown", build.get("client") or _installed()
    return f"kubectl-crashloop v{__version__} (commit {commit}, kubernetes client {client}, Python {python})"


def _build(file: str) -> dict[str, str]:
    try:
        with open(file, encoding="utf-8") as lines:
            return {name: value.strip() for name, _, value in (line.partition(" ") for line in lines)}
    except FileNotFoundError:
        return {}


def _installed() -> str:
    # Takes longer than all the rest of a start, so a build has the answer in its file.
    from importlib.metadata import version

    return version("kubernetes")
