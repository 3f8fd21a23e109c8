"""plugin.yaml at the root obeys krew, what krew's index validates, and what its reviewers ask for."""

import re

import manifest
import pytest
import yaml
from krew_rules import Refused, check_for_index
from krew_user import ROOT, set_at

PLUGIN = yaml.safe_load((ROOT / "plugin.yaml").read_text(encoding="utf-8"))
DESCRIPTION = "spec.description"


def style(plugin):
    """What reviewers of the krew index would ask to change (its style guide and their standing remarks)."""
    spec = plugin["spec"]
    short, long, caveats = (spec.get(key, "") for key in ("shortDescription", "description", "caveats"))
    said = [f"shortDescription has {len(short)} characters, 50 at most"] if len(short) > 50 else []
    if re.search(r"\b(kubectl|kubernetes|plugin)\b", short, re.IGNORECASE) or short.endswith("."):
        said.append("shortDescription has filler words or ends with a full stop")
    if not re.match(r"[A-Z]", short):
        said.append("shortDescription begins with a capital letter")
    said += ["description is missing"] * (not long) + ["homepage is missing"] * (not spec.get("homepage"))
    said += [f"longer than 80: {line}" for line in (long + caveats).splitlines() if len(line) > 80]
    if re.search(r"(?<!\w)--?[a-z]|^\s*(\$ )?kubectl |\busage\b|\bexamples?:", long, re.IGNORECASE | re.MULTILINE):
        said.append("description shows usage or flags")
    if len(caveats.splitlines()) > 5:
        said.append("caveats are for steps that are left to do, not documentation")
    return said


def test_an_index_would_take_it():
    assert len(check_for_index("crashloop", PLUGIN)) == 5
    assert style(PLUGIN) == []


def test_its_version_is_the_projects():
    assert PLUGIN["spec"]["version"] == manifest.project_version()


def test_it_is_what_the_scripts_write():
    """So that filling it in changes versions, addresses and sums, and nothing else."""
    text = (ROOT / "plugin.yaml").read_text(encoding="utf-8")
    known = {
        target: item["sha256"]
        for target, item in zip(manifest.PLATFORMS, PLUGIN["spec"]["platforms"], strict=True)
        if item["sha256"] != manifest.UNKNOWN
    }
    assert manifest.filled(text, PLUGIN["spec"]["version"], known) == text


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("spec.shortDescription", "E" + "x" * 50, "51 characters"),
        ("spec.shortDescription", "Explain why a Kubernetes pod crashes", "filler"),
        ("spec.shortDescription", "Explain why a pod crashes.", "full stop"),
        ("spec.shortDescription", "explain why a pod crashes", "capital"),
        ("spec.homepage", None, "homepage"),
        (DESCRIPTION, None, "description is missing"),
        (DESCRIPTION, "x" * 81, "longer than 80"),
        (DESCRIPTION, "Reads a pod.\n\n  kubectl crashloop POD\n", "usage"),
        (DESCRIPTION, "Reads a pod. Usage: POD", "usage"),
        (DESCRIPTION, "Reads a pod; with -A all of them.", "flags"),
        (DESCRIPTION, "Reads a pod; with --all-namespaces all of them.", "flags"),
        ("spec.caveats", "x" * 81, "longer than 80"),
        ("spec.caveats", "a\n" * 6, "caveats"),
    ],
)
def test_reviewers_would_ask_to_change_it(path, value, words):
    assert any(words in said for said in style(set_at(PLUGIN, path, value)))


@pytest.mark.parametrize("text", ["Reads a pod's well-known files.", "x" * 80, "What kubectl reads."])
def test_reviewers_would_not_mind(text):
    assert style(set_at(PLUGIN, DESCRIPTION, text)) == []


def test_two_entries_for_one_platform_would_be_found():
    first = PLUGIN["spec"]["platforms"][0]
    with pytest.raises(Refused, match="overlapping"):
        check_for_index("crashloop", set_at(PLUGIN, "spec.platforms", [first, first]))
