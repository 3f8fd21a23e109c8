"""What comes with the program: the knowledge base, the tables of exit codes and waiting reasons, the demo.

The YAML files are the source. Parsing them takes longer than all the rest of a run, so they are compiled into
`compiled.pickle` beside them, by scripts/venv and scripts/build. The one-file binary unpacks its files at every
start; it carries the folders in `folders.zip`, as one file instead of hundreds.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache

from .knowledge import Entry, Knowledge, load, parse_yaml

TYPE_CHECKING = False  # the module typing is not needed to read an entry
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

ROOT = os.path.dirname(__file__)
CAUSES = os.path.join(ROOT, "causes")
EXIT_CODES = os.path.join(ROOT, "exitcodes.yaml")
REASONS = os.path.join(ROOT, "reasons.yaml")
COMPILED = os.path.join(ROOT, "compiled.pickle")
FOLDERS = os.path.join(ROOT, "folders.zip")


def bundled_knowledge() -> Knowledge:
    """The bundled entries. From the compiled form they come without their hits and misses."""
    return _compiled("knowledge") if _up_to_date() else load(CAUSES)


def bundled_exit_codes() -> Any:
    """The table of exit codes as its YAML has it."""
    return _compiled("exit codes") if _up_to_date() else _table(EXIT_CODES)


def bundled_reasons() -> Any:
    """The table of the reasons that a status shows, as its YAML has it."""
    return _compiled("reasons") if _up_to_date() else _table(REASONS)


def compile_bundled() -> None:
    """Writes the compiled form: each part by itself, so that a run loads what it uses."""
    knowledge = Knowledge((code, _lean(entry)) for code, entry in load(CAUSES).items())
    index = knowledge.index  # made here, so that no run has to
    assert index.runs
    parts = {"knowledge": knowledge, "exit codes": _table(EXIT_CODES), "reasons": _table(REASONS)}
    with open(COMPILED, "wb") as file:
        pickle.dump({name: pickle.dumps(part, 5) for name, part in parts.items()}, file, 5)


@contextmanager
def bundled_folder(name: str) -> Iterator[Path]:
    """The folder `causes`, `demo` or `shells`, for as long as the context lasts."""
    import tempfile
    from pathlib import Path

    if Path(ROOT, name).is_dir():
        yield Path(ROOT, name)
        return
    from zipfile import ZipFile

    with tempfile.TemporaryDirectory(prefix="crashloop-") as place, ZipFile(FOLDERS) as archive:
        archive.extractall(place, [n for n in archive.namelist() if n.startswith(f"{name}/")])
        yield Path(place) / name


def _lean(entry: Entry) -> Entry:
    return replace(entry, signatures=tuple(replace(s, hits=(), misses=()) for s in entry.signatures))


def _table(path: str) -> Any:
    with open(path, encoding="utf-8") as file:
        return parse_yaml(file.read())


@lru_cache
def _compiled(part: str) -> Any:
    with open(COMPILED, "rb") as file:
        return pickle.loads(pickle.load(file)[part])


@lru_cache(maxsize=1)
def _up_to_date() -> bool:
    """True in the binary, which holds no sources, and where no source is newer than the compiled form."""
    if not os.path.isdir(CAUSES):
        return True
    if not os.path.isfile(COMPILED):
        return False
    written = os.path.getmtime(COMPILED)
    entries = [os.path.join(folder, name) for folder, _, names in os.walk(CAUSES) for name in (".", *names)]
    code = [os.path.join(ROOT, name) for name in ("bundled.py", "knowledge.py", "literals.py")]
    return all(os.path.getmtime(f) <= written for f in (*entries, *code, EXIT_CODES, REASONS))
