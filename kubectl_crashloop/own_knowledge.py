"""A team's own causes beside the bundled ones: `--knowledge DIR`, and a folder of the user's configuration."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .bundled import bundled_knowledge
from .cli import Failure
from .knowledge import Entry, Knowledge, entry_of

if TYPE_CHECKING:
    from .knowledge_form import Source

FOLDER = Path("kubectl-crashloop") / "causes"


def config_folder(env: Mapping[str, str], windows: bool) -> Path:
    """Where a user's own causes lie."""
    home = env.get("APPDATA" if windows else "XDG_CONFIG_HOME", "")
    # A relative XDG_CONFIG_HOME is to be ignored, says its specification.
    return (Path(home) if Path(home).is_absolute() else Path(env.get("HOME") or Path.home()) / ".config") / FOLDER


def folders(given: str, env: Mapping[str, str], windows: bool = os.name == "nt") -> tuple[Path, ...]:
    """The folders to read, the one that wins last; raises Failure where the given one holds no entry."""
    own = config_folder(env, windows)
    found = (own,) if _is_folder(own) else ()
    if not given:
        return found
    if not _is_folder(Path(given)):
        raise Failure(f"error: {given}: no such folder")
    from .knowledge_form import files_of

    if not files_of(Path(given)):
        raise Failure(f"error: {given}: no CODE.yaml in it")
    return (*found, Path(given))


def joined(dirs: Sequence[Path]) -> Knowledge:
    """The bundled entries with those of `dirs`: `CODE.yaml` replaces an entry, `CODE/*.yaml` adds signatures to it."""
    bundled = bundled_knowledge()
    if not dirs:
        return bundled
    from .knowledge_form import files_of, read_source

    knowledge = Knowledge(bundled)
    for folder in dirs:
        for file in files_of(folder):
            source = _sound(read_source(file, folder))
            known = knowledge.get(source.code)
            knowledge[source.code] = added(known, source) if source.part else entry_of(source.code, source.raw)
    return knowledge


def added(known: Entry | None, source: Source) -> Entry:
    """`known` with the signatures of a file of its folder; raises Failure where there is no such entry."""
    if known is None:
        raise Failure(f"error: {source.file}:1: there is no {source.code}.yaml that this could add to")
    more = entry_of(source.code, {**dict.fromkeys(("summary", "family", "title", "why"), "-"), **source.raw}).signatures
    return replace(known, signatures=(*known.signatures, *more))


def _sound(source: Source) -> Source:
    from .knowledge_form import form_faults

    fault = next(iter(form_faults(source)), None)
    if fault is not None:
        raise Failure(f"error: {fault}\nEvery fault at once: kubectl crashloop --knowledge DIR --check")
    return source


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False
