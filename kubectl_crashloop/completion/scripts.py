"""The scripts that ask for completion, and where kubectl looks for the one that it calls itself."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ..cli import Failure

HELPER = "kubectl_complete-crashloop"
LOADED = """\
It is used by kubectl 1.26 or newer where kubectl's own completion is loaded, in bash for example with:
  source <(kubectl completion bash)"""


def script(name: str) -> str:
    """The script for a shell (`bash`, `zsh`, `fish`), or the helper that kubectl calls (`kubectl`)."""
    from ..bundled import bundled_folder

    with bundled_folder("shells") as folder:
        return (folder / name).read_text(encoding="utf-8")


def install(environ: Mapping[str, str], windows: bool = os.name == "nt") -> str:
    """Writes kubectl's helper beside the `kubectl-crashloop` of PATH, again if need be; says where. Raises Failure.

    krew links one file a plugin, so it cannot bring the helper.
    """
    import shutil

    found = shutil.which("kubectl-crashloop", path=environ.get("PATH"))
    if found is None:
        raise Failure(f"error: no kubectl-crashloop in PATH, so {HELPER} has no place to be found in\n{_by_hand()}")
    # Not the file behind krew's link: that folder is in nobody's PATH.
    target = Path(found).parent / (f"{HELPER}.cmd" if windows else HELPER)
    try:
        _write(target, script("kubectl.cmd" if windows else "kubectl"))
    except OSError as error:
        raise Failure(f"error: cannot write {target}: {error.strerror}\n{_by_hand()}") from error
    return f"{target}\n{LOADED}"


def _by_hand() -> str:
    return f"Save what 'kubectl crashloop --completion kubectl' prints as {HELPER} in a folder of PATH, and make it executable."


def _write(target: Path, text: str) -> None:
    # A new file in its place: what is there may be a link, or being run.
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        fresh.write_text(text, encoding="utf-8", newline="\n")
        fresh.chmod(0o755)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
