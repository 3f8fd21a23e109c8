"""Recorded crashes are diagnosed as expected, and their whole reports are approved files.

A case is a folder `tests/cases/CODE/SENTENCE/` with a snapshot, `expect.yaml` and `report.txt`. A near miss
stands under the code that it must not be given: its `expect.yaml` names another `code` and `not: [CODE]`.
"""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from kubectl_crashloop import files
from kubectl_crashloop.bundled import bundled_knowledge
from kubectl_crashloop.grouping import joined_report
from kubectl_crashloop.render.json import to_dict
from kubectl_crashloop.render.text import render_text

ROOT = Path(__file__).parent / "cases"
CASES = sorted(p.parent for p in ROOT.glob("*/*/expect.yaml"))
KNOWLEDGE = bundled_knowledge()
SCHEMA = json.loads((Path(files.__file__).parent / "report.schema.json").read_text(encoding="utf-8"))


def name_of(case):
    return f"{case.parent.name}/{case.name}"


def report_on(case):
    snapshot, saved = files.load(str(case))
    return joined_report(snapshot, saved, KNOWLEDGE)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_verdict(case):
    expect = yaml.safe_load((case / "expect.yaml").read_text(encoding="utf-8"))
    causes = report_on(case).items[0].causes
    code = causes[0].code if causes else "Healthy"
    assert code in [expect["code"], *expect.get("accept", [])], [(c.code, c.confidence) for c in causes]
    assert code not in expect.get("not", [])
    if code != expect["code"]:
        return
    if causes and "container" in expect:
        assert causes[0].container == expect["container"]
    if "confidence" in expect:
        assert causes[0].confidence == expect["confidence"]
    quoted = " ".join(" ".join(e.text for e in causes[0].evidence).split()) if causes else ""
    assert " ".join(expect.get("evidence", "").split()) in quoted
    told = json.dumps(to_dict(report_on(case)), ensure_ascii=False)
    for name in expect.get("names", []):
        assert str(name) in told


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_report_is_the_approved_one(case, approve):
    approve(case / "report.txt", render_text(report_on(case), width=80, colour=False))


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_json_keeps_the_schema(case):
    jsonschema.validate(to_dict(report_on(case)), SCHEMA)


@pytest.mark.parametrize("case", CASES[:10], ids=name_of)
def test_a_saved_snapshot_gives_the_same_report(case, tmp_path):
    snapshot, saved = files.load(str(case))
    files.save(snapshot, saved, str(tmp_path / "again.tar.gz"))
    again, refs = files.load(str(tmp_path / "again.tar.gz"))
    assert to_dict(joined_report(again, refs, KNOWLEDGE)) == to_dict(report_on(case))


def test_every_code_with_a_patch_offers_one_in_a_case():
    """So that the end-to-end tests try it on a real server."""
    causes = [cause for case in CASES for item in report_on(case).items for cause in item.causes]
    offered = {cause.code for cause in causes if any(fix.patch for fix in cause.fixes)}
    assert {code for code, entry in KNOWLEDGE.items() if any(fix.get("patch") for fix in entry.fixes)} - offered == set()
