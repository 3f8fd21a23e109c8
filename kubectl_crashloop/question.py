"""What a run is asked, apart from which cluster it asks."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from .reads import Options
from .targets import Target


class Question(NamedTuple):
    """The command line of a live run, read."""

    targets: list[Target]
    """Empty for the failing pods of the namespace."""
    options: Options
    save: str
    """Where to write what was read; empty for nowhere."""
    own: tuple[Path, ...]
    """Folders of the user's own causes."""
