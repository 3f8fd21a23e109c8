"""The recorded cases cover the vocabulary: every cause has a case that it wins and a near miss that it must not win."""

from pathlib import Path

import pytest
import yaml

TESTS = Path(__file__).parent
CASES = TESTS / "cases"
REPLAYS = TESTS / "replay" / "pods"
SCENARIOS = TESTS / "e2e" / "scenarios"
VOCABULARY = (TESTS / "unit" / "vocabulary.txt").read_text(encoding="utf-8").split()
PARTS = {"expect.yaml", "report.txt", "objects.yaml", "snapshot.yaml"}
NEAR = "near-miss-"


def folders_of(root):
    """The folders CODE/NAME that hold a file; git knows no others."""
    return sorted({root.joinpath(*p.relative_to(root).parts[:2]) for p in root.rglob("*") if p.is_file()})


FOLDERS = folders_of(CASES)


def name_of(folder):
    return f"{folder.parent.name}/{folder.name}"


def read(folder):
    path = folder / "expect.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}


def under(code):
    return [(folder.name, read(folder)) for folder in FOLDERS if folder.parent.name == code]


@pytest.mark.parametrize("code", VOCABULARY)
def test_the_cause_wins_a_case(code):
    assert [name for name, expect in under(code) if expect.get("code") == code]


@pytest.mark.parametrize("code", VOCABULARY)
def test_the_cause_has_a_near_miss(code):
    assert [name for name, expect in under(code) if name.startswith(NEAR) and code in expect.get("not", ())]


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_the_case_is_whole(folder):
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert found >= PARTS
    assert {p for p in found - PARTS if not (p.startswith("logs/") and p.endswith(".log"))} == set()


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_the_case_stands_under_its_code(folder):
    code, expect = folder.parent.name, read(folder)
    assert code in VOCABULARY
    assert expect["code"] in VOCABULARY
    assert (expect["code"] == code) != folder.name.startswith(NEAR)


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_the_case_can_be_recorded_again(folder):
    replay = REPLAYS / folder.parent.name / folder.name
    assert (replay / "expect.yaml").is_file() != (SCENARIOS / folder.name).is_dir()


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_logs_belong_to_pods_of_the_snapshot(folder):
    items = yaml.safe_load((folder / "objects.yaml").read_text(encoding="utf-8"))["items"]
    pods = {(o["metadata"]["namespace"], o["metadata"]["name"]) for o in items if o["kind"] == "Pod"}
    assert {p.relative_to(folder).parts[1:3] for p in folder.glob("logs/*/*/*.log")} <= pods


@pytest.mark.parametrize("replay", folders_of(REPLAYS), ids=name_of)
def test_the_replay_was_recorded(replay):
    expect = read(CASES / replay.parent.name / replay.name)
    asked = read(replay)
    assert {key: asked.get(key) for key in expect} == expect
    assert bool(asked.get("edited")) == ("made" in expect), "what is edited by hand says so"
