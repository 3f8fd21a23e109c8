"""A team's own causes joined with the bundled ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .bundled import bundled_knowledge
from .cli import Failure
from .knowledge import Entry, Knowledge, entry_of

if TYPE_CHECKING:
    from .knowledge_form import Source


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
