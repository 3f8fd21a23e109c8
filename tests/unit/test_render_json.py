"""JSON and YAML keep the contract to the letter."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
import sample_report as s
import yaml

from kubectl_crashloop import render
from kubectl_crashloop.model import Evidence
from kubectl_crashloop.render.json import render_json, render_yaml, to_dict

SCHEMA = json.loads((Path(render.__file__).parents[1] / "report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
WHOLE = s.report(s.POD, s.HEALTHY)


def test_the_schema_is_one_and_strict_everywhere():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    objects = [SCHEMA, *(d for d in SCHEMA["$defs"].values() if d.get("type") == "object")]
    assert all(o["additionalProperties"] is False for o in objects)


def test_the_whole_report(approve):
    VALIDATOR.validate(to_dict(WHOLE))
    approve(Path(__file__).parent / "approved" / "report.json", render_json(WHOLE))


def test_the_schema_refuses_what_the_contract_does_not_know():
    for path in ((), ("items", 0), ("items", 0, "causes", 0), ("items", 0, "causes", 0, "evidence", 0)):
        broken = to_dict(WHOLE)
        part = broken
        for step in path:
            part = part[step]
        part["somethingElse"] = 1
        assert not VALIDATOR.is_valid(broken), path


def test_json_and_yaml_say_the_same_in_the_same_order():
    parsed, read = json.loads(render_json(WHOLE)), yaml.safe_load(render_yaml(WHOLE))
    assert json.dumps(parsed) == json.dumps(read) == json.dumps(to_dict(WHOLE))


def test_a_field_without_a_value_is_left_out_and_zero_is_a_value():
    item = to_dict(s.report(replace(s.HEALTHY, node="", containers=(replace(s.PROXY, exit_code=0),))))["items"][0]
    assert "node" not in item and "owner" not in item
    assert item["causes"] == []
    container = item["containers"][0]
    assert container["exitCode"] == 0 and container["restarts"] == 0 and container["ready"] is True
    assert "signal" not in container and "finishedAt" not in container


def test_truncated_stands_only_where_the_log_began_earlier():
    cut, whole = (to_dict(s.report(s.with_log("x", truncated=t, span=None))) for t in (True, False))
    assert cut["items"][0]["causes"][0]["evidence"][0]["truncated"] is True
    assert "truncated" not in whole["items"][0]["causes"][0]["evidence"][0]


def evidence_of(*texts, **changes):
    items = tuple(Evidence("log", "app", t, line=i + 1, **changes) for i, t in enumerate(texts))
    found = to_dict(s.report(s.with_cause(evidence=items)))
    VALIDATOR.validate(found)
    return [e["text"] for e in found["items"][0]["causes"][0]["evidence"]]


def test_at_most_six_pieces_of_evidence():
    assert evidence_of(*"abcdefgh") == list("abcdef")


def test_only_the_longest_texts_are_cut_to_3000_characters_in_all():
    short, *long = evidence_of("short", "x" * 9000, "y" * 5000)
    assert short == "short"
    assert all(len(t) > 1400 and t.endswith("...") for t in long)
    assert sum(map(len, [short, *long])) <= 3000


def test_a_text_of_3000_characters_stays_whole():
    assert evidence_of("x" * 3000) == ["x" * 3000]


def test_what_is_cut_keeps_the_tell_tale_part():
    (text,) = evidence_of("a" * 5000 + "refused" + "b" * 5000, span=(5000, 5007))
    assert "refused" in text and len(text) <= 3000


def test_why_a_check_failed_names_the_permission():
    checks = to_dict(WHOLE)["items"][0]["checks"]
    assert {"name": "node worker-1", "status": "denied", "why": "forbidden (needs: get nodes)"} in checks


def test_characters_beyond_ascii_stay_readable():
    report = s.report(s.with_cause(title="`app` hört auf: 日本"))
    assert "hört auf: 日本" in render_json(report)
    assert "hört auf: 日本" in render_yaml(report)


@pytest.mark.parametrize("module", ["yaml", "tabulate"])
def test_json_needs_neither_yaml_nor_tabulate(module, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    assert render_json(WHOLE)
