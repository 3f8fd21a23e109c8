"""What comes with the program: the knowledge base, the tables of exit codes and waiting reasons, the demo.

The YAML files are the source. Parsing them takes longer than all the rest of a run, so they are compiled into
`compiled.pickle` beside them, by scripts/venv and scripts/build. The one-file binary unpacks its files at every
start; it carries the folders in `folders.zip`, as one file instead of hundreds.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from .knowledge import Entry, Knowledge, load, parse_yaml

ROOT = Path(__file__).parent
CAUSES = ROOT / "causes"
EXIT_CODES = ROOT / "exitcodes.yaml"
REASONS = ROOT / "reasons.yaml"
COMPILED = ROOT / "compiled.pickle"
FOLDERS = ROOT / "folders.zip"


def bundled_knowledge() -> Knowledge:
    """The bundled entries. From the compiled form they come without their hits and misses."""
    return _compiled("knowledge") if _up_to_date() else load(CAUSES)


def bundled_texts() -> Knowledge:
    """The bundled entries for reading: from the compiled form without their signatures, which are most of it."""
    return _compiled("texts") if _up_to_date() else load(CAUSES)


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
    texts = Knowledge((code, replace(entry, signatures=())) for code, entry in knowledge.items())
    parts = {"knowledge": knowledge, "texts": texts, "exit codes": _table(EXIT_CODES), "reasons": _table(REASONS)}
    COMPILED.write_bytes(pickle.dumps({name: pickle.dumps(part, 5) for name, part in parts.items()}, 5))


@contextmanager
def bundled_folder(name: str) -> Iterator[Path]:
    """The folder `causes`, `demo` or `shells`, for as long as the context lasts."""
    if (ROOT / name).is_dir():
        yield ROOT / name
        return
    import tempfile
    from zipfile import ZipFile

    with tempfile.TemporaryDirectory(prefix="crashloop-") as place, ZipFile(FOLDERS) as archive:
        archive.extractall(place, [n for n in archive.namelist() if n.startswith(f"{name}/")])
        yield Path(place) / name


def _lean(entry: Entry) -> Entry:
    return replace(entry, signatures=tuple(replace(s, hits=(), misses=()) for s in entry.signatures))


def _table(file: Path) -> Any:
    return parse_yaml(file.read_text(encoding="utf-8"))


@lru_cache
def _compiled(part: str) -> Any:
    return pickle.loads(pickle.loads(COMPILED.read_bytes())[part])


@lru_cache(maxsize=1)
def _up_to_date() -> bool:
    """True in the binary, which holds no sources, and where no source is newer than the compiled form."""
    if not CAUSES.is_dir():
        return True
    if not COMPILED.is_file():
        return False
    written = COMPILED.stat().st_mtime
    sources = (CAUSES, *CAUSES.rglob("*"), EXIT_CODES, REASONS, ROOT / "bundled.py", ROOT / "knowledge.py", ROOT / "literals.py")
    return all(f.stat().st_mtime <= written for f in sources)
