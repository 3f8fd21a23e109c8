"""The compiled form says what the YAML says, and is used only while it is up to date."""

import os
import zipfile
from dataclasses import replace

import pytest

from kubectl_crashloop import bundled
from kubectl_crashloop.knowledge import load
from kubectl_crashloop.literals import index_of

ENTRIES = load(bundled.CAUSES)


@pytest.fixture
def compiled(tmp_path, monkeypatch):
    """A compiled form of its own, just made."""
    monkeypatch.setattr(bundled, "COMPILED", tmp_path / "compiled.pickle")
    forget()
    bundled.compile_bundled()
    yield tmp_path / "compiled.pickle"
    forget()


def forget():
    bundled._compiled.cache_clear()
    bundled._up_to_date.cache_clear()


def test_the_compiled_form_says_the_same(compiled):
    knowledge = bundled.bundled_knowledge()
    assert bundled._up_to_date()
    assert knowledge.keys() == ENTRIES.keys()
    for code, entry in ENTRIES.items():
        assert knowledge[code] == replace(entry, signatures=tuple(replace(s, hits=(), misses=()) for s in entry.signatures))
    assert bundled.bundled_exit_codes() == bundled._table(bundled.EXIT_CODES)
    assert bundled.bundled_reasons() == bundled._table(bundled.REASONS)


def test_the_index_is_compiled_too(compiled):
    literals = [n for entry in ENTRIES.values() for s in entry.signatures for n in s.needs]
    assert vars(bundled.bundled_knowledge())["index"] == index_of(literals)


def test_a_stale_compiled_form_is_not_used(compiled):
    compiled.write_bytes(b"no pickle")
    os.utime(compiled, (0, 0))
    assert bundled.bundled_knowledge() == ENTRIES
    assert bundled.bundled_exit_codes()[137]["name"]


def test_without_a_compiled_form_the_sources_serve(compiled):
    compiled.unlink()
    assert bundled.bundled_knowledge() == ENTRIES


def test_the_binary_has_no_sources_and_trusts_its_compiled_form(compiled, tmp_path, monkeypatch):
    os.utime(compiled, (0, 0))
    monkeypatch.setattr(bundled, "CAUSES", tmp_path / "causes")
    assert bundled.bundled_knowledge().keys() == ENTRIES.keys()


def test_a_folder_comes_from_the_archive_where_it_is_not_beside_the_program(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "folders.zip", "w") as archive:
        archive.writestr("demo/objects.yaml", "kind: List")
        archive.writestr("causes/A.yaml", "x")
    monkeypatch.setattr(bundled, "ROOT", tmp_path)
    monkeypatch.setattr(bundled, "FOLDERS", tmp_path / "folders.zip")
    with bundled.bundled_folder("demo") as folder:
        assert [f.name for f in folder.iterdir()] == ["objects.yaml"]
    assert not folder.exists()
