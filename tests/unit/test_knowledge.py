"""Every entry of the knowledge base keeps the promises of causes/README.md."""

import re
import time
from pathlib import Path

import pytest
import yaml

from kubectl_crashloop.bundled import CAUSES
from kubectl_crashloop.knowledge import EFFECTS, FAMILIES, SOURCES, WEIGHTS, load, placeholders
from kubectl_crashloop.model import CONFIDENCES
from kubectl_crashloop.search import matches

CODES_OF_VOCABULARY = set((Path(__file__).parent / "vocabulary.txt").read_text(encoding="utf-8").split())
ENTRIES = load(CAUSES)
SIGNATURES = [s for entry in ENTRIES.values() for s in entry.signatures]


def by_name(signature):
    return signature.name


@pytest.mark.parametrize("code", sorted(ENTRIES))
def test_entry_is_complete(code):
    entry = ENTRIES[code]
    assert code in CODES_OF_VOCABULARY
    assert entry.family in FAMILIES
    assert not placeholders(entry.summary)
    assert entry.links, "links to the official documentation"
    for fix in entry.fixes:
        assert set(fix) <= {"title", "needs", "effect", "patch", "commands"}
        assert fix["effect"] in EFFECTS
        assert fix.get("patch") or fix.get("commands"), f"fix {fix['title']} does nothing"
    for command in [*entry.checks, *(c for fix in entry.fixes for c in fix.get("commands", []))]:
        if "kubectl" in command:
            assert "{{kubectl}}" in command or "{{kubectl_cluster}}" in command, command
    assert set(entry.supersedes) <= CODES_OF_VOCABULARY


@pytest.mark.parametrize("code", sorted(ENTRIES))
def test_last_title_and_why_need_common_values_only(code):
    entry = ENTRIES[code]
    for text in (entry.title[-1], entry.why[-1]):
        assert placeholders(text) <= {"container", "pod", "namespace", "image", "exit"}, text


@pytest.mark.parametrize("code", sorted(ENTRIES))
def test_patches_are_yaml(code):
    for fix in ENTRIES[code].fixes:
        if fix.get("patch"):
            filled = re.sub(r"\{\{\s*\w+\s*\}\}", "x", fix["patch"])
            assert isinstance(yaml.safe_load(filled), dict), fix["title"]


def test_signature_names_are_unique():
    names = [s.name for s in SIGNATURES]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("signature", SIGNATURES, ids=by_name)
def test_signature_matches_its_hits_and_no_miss(signature):
    assert set(signature.where) <= set(SOURCES)
    assert signature.weight in WEIGHTS
    assert signature.confidence in CONFIDENCES
    assert len(signature.hits) >= 2 and len(signature.misses) >= 2
    for hit in signature.hits:
        assert matches(signature, hit) is not None, hit
    for miss in signature.misses:
        assert matches(signature, miss) is None, miss


@pytest.mark.parametrize("signature", SIGNATURES, ids=by_name)
def test_signature_is_linear(signature):
    """A window full of near matches takes no time that grows faster than its length."""
    literal = signature.needs[0]
    worst = [(literal + fill * 4096)[:4096] for fill in ("a", " ", '"', "a ", ":", literal)]
    for line in worst:
        started = time.process_time()
        signature.pattern.search("\n".join([line] * (signature.before + signature.lines)))
        assert time.process_time() - started < 0.2, signature.name
