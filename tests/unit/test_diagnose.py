"""Which of several matches is the verdict, and how sure it is."""

from kubectl_crashloop import diagnose
from kubectl_crashloop.diagnose import ordered
from kubectl_crashloop.model import Evidence, Match
from tests.build import case, ended, pod, status, waiting

CRASHED = pod([status("app", waiting(), ended(1), restarts=3)])


def match(code, rank, confidence="certain", container="app", text="x"):
    return Match(code, confidence, container, {}, (Evidence("log", "app", text),), rank)


def of(monkeypatch, *matches, objects=(CRASHED,)):
    monkeypatch.setattr(diagnose, "all_matches", lambda _: list(matches))
    return [(m.code, m.confidence) for m in ordered(case(*objects))]


def test_the_root_takes_the_place_of_its_symptom(monkeypatch):
    found = of(monkeypatch, match("Panic", 60), match("DependencyUnreachable", 52))
    assert found == [("DependencyUnreachable", "certain")]


def test_a_warning_far_off_is_not_the_root_of_a_panic(monkeypatch):
    found = of(monkeypatch, match("Panic", 60), match("DependencyUnreachable", 30, "likely"))
    assert found[0] == ("Panic", "likely")


def test_a_catch_all_is_never_certain(monkeypatch):
    assert of(monkeypatch, match("UnhandledException", 60)) == [("UnhandledException", "likely")]


def test_rivals_are_not_certain(monkeypatch):
    found = of(monkeypatch, match("TLSFailure", 70), match("DiskFull", 68))
    assert found == [("TLSFailure", "likely"), ("DiskFull", "likely")]


def test_a_weak_second_does_not_shake_the_first(monkeypatch):
    assert of(monkeypatch, match("TLSFailure", 70), match("DiskFull", 40)) == [
        ("TLSFailure", "certain"),
        ("DiskFull", "possible"),
    ]


def test_two_that_explain_each_other_leave_one(monkeypatch):
    entries = case(CRASHED).knowledge
    pairs = [(a, b) for a in entries for b in entries[a].supersedes if b in entries and a in entries[b].supersedes]
    for a, b in pairs:
        assert len(of(monkeypatch, match(a, 70), match(b, 65))) == 1


def test_an_application_error_is_said_only_when_nothing_else_is(monkeypatch):
    assert of(monkeypatch, match("ApplicationError", 10, "likely"), match("DiskFull", 40)) == [("DiskFull", "certain")]
    assert of(monkeypatch, match("ApplicationError", 10, "likely")) == [("ApplicationError", "likely")]


def test_matches_of_one_code_are_one_cause_with_the_evidence_of_all(monkeypatch):
    monkeypatch.setattr(diagnose, "all_matches", lambda _: [match("DiskFull", 50, text="a"), match("DiskFull", 60, text="b")])
    found = ordered(case(CRASHED))
    assert [[e.text for e in m.evidence] for m in found] == [["b", "a"]]


def test_other_containers_keep_their_own_cause(monkeypatch):
    both = pod([status("app", waiting(), ended(1)), status("db", waiting(), ended(1))])
    found = of(monkeypatch, match("DiskFull", 70), match("TLSFailure", 60, container="db"), objects=(both,))
    assert found == [("DiskFull", "certain"), ("TLSFailure", "certain")]
