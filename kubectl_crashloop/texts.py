"""The bundled entries for reading, without what searches logs: `--explain` needs no more, and should feel instant."""

from __future__ import annotations

import marshal
import os
from types import SimpleNamespace

TYPE_CHECKING = False  # the module typing is not needed to read an entry
if TYPE_CHECKING:
    from collections.abc import Mapping

    from .knowledge import Entry, Knowledge

FILE = os.path.join(os.path.dirname(__file__), "texts.marshal")
"""In the binary; written by the build for the Python that is bundled."""


def bundled_texts() -> Mapping[str, Entry]:
    """The entries by code, without signatures where they come from the binary's own file."""
    if not os.path.isfile(FILE):
        from .bundled import bundled_knowledge

        return bundled_knowledge()
    with open(FILE, "rb") as file:
        return {code: SimpleNamespace(**fields) for code, fields in marshal.load(file).items()}  # type: ignore[misc]


def write_texts(knowledge: Knowledge, path: str) -> None:
    """Writes the file of `bundled_texts`."""
    fields = {code: {**vars(entry), "signatures": ()} for code, entry in knowledge.items()}
    with open(path, "wb") as file:
        marshal.dump(fields, file)
