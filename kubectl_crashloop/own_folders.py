"""Where a team's own causes lie: `--knowledge DIR`, and a folder of the user's configuration."""

from __future__ import annotations

import os
from collections.abc import Mapping

from .cli import Failure

TYPE_CHECKING = False  # neither typing nor pathlib is needed where there is no folder
if TYPE_CHECKING:
    from pathlib import Path

FOLDER = os.path.join("kubectl-crashloop", "causes")


def config_folder(env: Mapping[str, str], windows: bool) -> str:
    """Where a user's own causes lie."""
    home = env.get("APPDATA" if windows else "XDG_CONFIG_HOME", "")
    # A relative XDG_CONFIG_HOME is to be ignored, says its specification.
    base = home if os.path.isabs(home) else os.path.join(env.get("HOME") or os.path.expanduser("~"), ".config")
    return os.path.join(base, FOLDER)


def folders(given: str, env: Mapping[str, str], windows: bool = os.name == "nt") -> tuple[Path, ...]:
    """The folders to read, the one that wins last; raises Failure where the given one holds no entry."""
    own = config_folder(env, windows)
    found = [own] if os.path.isdir(own) else []
    if not given and not found:
        return ()
    from pathlib import Path

    if not given:
        return (Path(own),)
    if not os.path.isdir(given):
        raise Failure(f"error: {given}: no such folder")
    from .knowledge_form import files_of

    if not files_of(Path(given)):
        raise Failure(f"error: {given}: no CODE.yaml in it")
    return (*map(Path, found), Path(given))
