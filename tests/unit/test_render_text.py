"""The text report: whole pages as approved files, and what every page keeps to."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import sample_report as s

from kubectl_crashloop.bundled import bundled_knowledge
from kubectl_crashloop.exitcodes import describe
from kubectl_crashloop.model import Check, ContainerRow, Evidence, Fix, Item, Note
from kubectl_crashloop.render.colour import use_colour
from kubectl_crashloop.render.explain import render_exit_code, render_explain, render_explain_list
from kubectl_crashloop.render.text import render_text
from kubectl_crashloop.render.width import columns, cut, cut_around, terminal_width

APPROVED = Path(__file__).parent / "approved"
ENTRY = bundled_knowledge()["MissingEnvVar"]


def text(*items, width=80, colour=False):
    return render_text(s.report(*items), width=width, colour=colour)


def many_containers():
    rows = [ContainerRow(f"worker-with-a-long-name-{i}", "app", "x", "Running", True, 0) for i in range(12)]
    return replace(s.POD, containers=(*rows, s.APP))


def workload():
    cause = replace(s.MISSING, code="AdmissionRejected", container=None, title="`checkout` gets no pod: quota is used up")
    return Item("Deployment", "shop", "checkout", causes=(cause,), created_at="2026-11-22T08:18:00Z")


PAGES = {
    "certain": [s.POD],
    "possible": [s.with_cause(confidence="possible")],
    "healthy": [s.HEALTHY],
    "two-items": [s.with_cause(evidence=(s.STATUS,)), s.HEALTHY],
    "workload": [workload()],
    "many-containers": [many_containers()],
    "siblings": [replace(s.POD, siblings=("checkout-a", "checkout-b", "checkout-c", "checkout-d"))],
}


@pytest.mark.parametrize("name", PAGES)
def test_page(name, approve):
    approve(APPROVED / f"text-{name}.txt", text(*PAGES[name]))


def test_narrow_page(approve):
    approve(APPROVED / "text-narrow.txt", text(s.POD, width=48))


def test_wide_page(approve):
    approve(APPROVED / "text-wide.txt", text(s.POD, width=100))


def test_explanation(approve):
    entry = replace(ENTRY, signatures=())
    approve(APPROVED / "explain-MissingEnvVar.txt", render_explain(entry, width=80, colour=False))


def test_colour_changes_nothing_but_colour():
    painted = text(s.POD, colour=True)
    assert painted != text(s.POD)
    assert re.sub(r"\x1b\[[\d;]*m", "", painted) == text(s.POD)


def test_the_first_line_answers_and_the_last_can_be_pasted():
    lines = text(s.POD).splitlines()
    assert lines[0] == s.MISSING.title
    assert lines[1].startswith("shop/checkout-6d9f7c-x2k5p -- MissingEnvVar, certain")
    assert lines[-1].strip() == s.UNDO.commands[0]
    assert lines[-2].strip().endswith("this restarts pods")


@pytest.mark.parametrize("confidence", ["likely", "possible"])
def test_the_last_line_only_reads_unless_the_cause_is_certain(confidence):
    page = text(s.with_cause(confidence=confidence))
    assert page.splitlines()[-1].strip() == s.MISSING.checks[0]
    assert s.UNDO.commands[0] in page


def test_a_command_with_a_word_to_fill_in_is_not_the_last_line():
    fix = Fix(
        "use another tag",
        "restarts-pods",
        "",
        ("kubectl -n shop set image deployment/checkout app=IMAGE:TAG",),
        words=("IMAGE", "TAG"),
    )
    page = text(s.with_cause(fixes=(fix,)))
    assert page.splitlines()[-1].strip() == s.MISSING.checks[0]
    assert fix.commands[0] in page


def test_a_name_in_upper_case_that_the_cause_knows_is_nothing_to_fill_in():
    fix = Fix("set it", "restarts-pods", "", ("kubectl -n shop set env deployment/checkout DATABASE_URL=",))
    assert text(s.with_cause(fixes=(fix,))).splitlines()[-1].strip() == fix.commands[0]


def test_without_any_command_the_last_line_describes_the_pod():
    page = text(s.with_cause(fixes=(), checks=()))
    assert page.splitlines()[-1].strip() == "kubectl -n shop describe pod checkout-6d9f7c-x2k5p"


def test_commands_never_wrap_and_nothing_else_is_wider_than_the_page():
    command = f"kubectl -n shop exec checkout -- sh -c '{'x' * 200}'"
    item = with_long_texts(command)
    for width in (40, 60, 80, 100):
        lines = text(item, width=width).splitlines()
        assert any(command in line for line in lines)
        wide = [line for line in lines if columns(line) > width]
        assert [line for line in wide if command not in line and line.strip() not in s.PATCH] == []


def with_long_texts(command):
    evidence = (replace(s.LOG, text="x" * 500, span=(300, 310)), replace(s.SPEC, text="word " * 100), s.EVENT, s.STATUS)
    names = tuple(replace(c, name=c.name + "-with-a-very-long-name", meaning="many words " * 9) for c in s.POD.containers)
    checks = (Check("node worker-1", "denied", "forbidden " * 20, "get nodes"),)
    item = s.with_cause(evidence=evidence, checks=(command,), fixes=(s.SET,), title="many words " * 20)
    return replace(item, containers=names, checks=checks, notes=(Note("X", "note " * 40),), name="pod", changed="image a " * 20)


def test_one_pod_fits_on_one_screen():
    fixes = (replace(s.SET, patch="\n".join(f"line{i}: x" for i in range(60))), s.UNDO, s.UNDO, s.UNDO)
    notes = tuple(Note("X", f"note {i}") for i in range(9))
    item = replace(s.with_cause(fixes=fixes), notes=notes)
    page = text(item)
    assert page.count("\n") <= 40
    assert "50 more lines: see -o yaml" in page


def test_the_caret_stands_under_the_tell_tale_part():
    lines = text(s.POD).splitlines()
    at = next(i for i, line in enumerate(lines) if "37 | KeyError" in line)
    caret = lines[at + 1]
    assert lines[at][caret.index("^") : caret.rindex("^") + 1] == "DATABASE_URL"


@pytest.mark.parametrize("lead", ["y" * 300 + " ", "\t\t", "{" * 60])
def test_a_long_line_is_cut_around_its_tell_tale_part(lead):
    line = f"{lead}refused{' z' * 200}"
    lines = text(s.with_log(line, span=(len(lead), len(lead) + 7))).splitlines()
    at = next(i for i, x in enumerate(lines) if "37 |" in x)
    caret = lines[at + 1]
    assert lines[at][caret.index("^") : caret.rindex("^") + 1] == "refused"
    assert len(lines[at]) <= 80


def test_a_long_line_without_a_span_is_cut_around_a_value_of_the_cause():
    page = text(s.with_log('{"msg":"' + "a" * 300 + " DATABASE_URL " + "b" * 300 + '"}', span=None))
    assert "DATABASE_URL" in next(line for line in page.splitlines() if "37 |" in line)


def test_a_log_that_began_earlier_says_so():
    assert "line 37 of the last 37" in text(s.with_log("KeyError", span=None, truncated=True))


def test_lines_that_were_shown_as_context_are_not_shown_again():
    second = Evidence("log", "app (previous)", s.LOG.before[1], line=36, total=37)
    assert text(s.with_cause(evidence=(s.LOG, second))) == text(s.with_cause(evidence=(s.LOG,)))


def test_not_checked_joins_what_failed_alike_and_names_the_permission():
    checks = (
        Check("node a", "denied", "forbidden", "get nodes"), Check("events", "denied", "forbidden", "list events"),
        Check("node b", "denied", "forbidden", "get nodes"), Check("secrets", "skipped", "--no-secrets"),
        Check("pod", "ok"), Check("configmap shop/x", "absent"),
    )  # fmt: skip
    page = text(replace(s.POD, checks=checks))
    assert "Not checked   node a, node b: forbidden (needs: get nodes)\n" in page
    assert "              events: forbidden (needs: list events)\n" in page
    assert "              secrets: --no-secrets\n" in page
    assert "configmap" not in page


def test_a_cause_of_another_container_that_is_not_just_possible_is_told_beside():
    other = replace(s.UNREACHABLE, container="proxy", confidence="certain")
    page = text(replace(s.POD, causes=(s.MISSING, other)))
    assert "Also          certain   DependencyUnreachable" in page
    assert "Less likely" not in page


def test_what_is_due_is_tried_now_and_ages_come_from_the_report():
    page = text(replace(s.POD, containers=(replace(s.APP, next_start_at="2026-11-22T08:59:00Z"),)))
    assert "12 restarts in 42m, next try now" in page


def test_one_restart_is_no_plural_and_none_tells_the_age():
    assert "1 restart in 42m" in text(replace(s.POD, containers=(replace(s.APP, restarts=1),)))
    assert "created 42m ago, next try in 3m" in text(replace(s.POD, containers=(replace(s.APP, restarts=0),)))


def test_a_reason_that_says_more_than_error_stands_before_the_meaning():
    killed = replace(s.APP, exit_code=137, reason="OOMKilled", meaning="killed")
    assert "OOMKilled, killed" in text(replace(s.POD, containers=(killed,)))


def test_no_percentages():
    assert not re.search(r"\d\s*%", "".join(text(*items) for items in PAGES.values()))


class Terminal:
    def __init__(self, tty):
        self.tty = tty

    def isatty(self):
        return self.tty

    def fileno(self):
        raise OSError


@pytest.mark.parametrize(("choice", "tty", "environ", "platform", "colour"), [
    ("auto", True, {}, "linux", True),
    ("auto", False, {}, "linux", False),
    ("auto", True, {"NO_COLOR": ""}, "linux", False),
    ("auto", True, {"TERM": "dumb"}, "linux", False),
    ("auto", True, {}, "win32", False),
    ("auto", True, {"WT_SESSION": "x"}, "win32", True),
    ("always", False, {"NO_COLOR": "1"}, "linux", True),
    ("never", True, {}, "linux", False),
])  # fmt: skip
def test_when_colour_is_used(choice, tty, environ, platform, colour):
    assert use_colour(choice, Terminal(tty), environ, platform) is colour


@pytest.mark.parametrize(("environ", "width"), [
    ({}, 80), ({"COLUMNS": "60"}, 60), ({"COLUMNS": "200"}, 100), ({"COLUMNS": "7"}, 40), ({"COLUMNS": "x"}, 80), ({"COLUMNS": "0"}, 80),
])  # fmt: skip
def test_width(environ, width):
    assert terminal_width(Terminal(False), environ) == width


def test_cutting_counts_columns():
    assert cut("short", 10) == "short"
    assert cut("0123456789abc", 10) == "0123456..."
    assert columns(cut("日本語日本語日本語", 10)) <= 10


@pytest.mark.parametrize("span", [(0, 3), (250, 260), (497, 500), (100, 400)])
def test_cut_around_keeps_the_start_of_the_span(span):
    line = "".join(chr(97 + i % 26) for i in range(500))
    shown, (start, end) = cut_around(line, span, 60)
    assert len(shown) <= 60
    assert line[span[0] : span[1]].startswith(shown[start:end])
    assert end > start


def test_an_exit_code_explained(approve):
    approve(APPROVED / "explain-137.txt", render_exit_code(describe(137), width=80, colour=False))


def test_the_list_names_every_cause_and_exit_code_within_the_page():
    page = render_explain_list([ENTRY, bundled_knowledge()["OOMKilled"]], [describe(1), describe(137)], width=80, colour=False)
    assert all(word in page for word in ("MissingEnvVar", "OOMKilled", "137", "SIGKILL"))
    assert max(map(len, page.splitlines())) <= 80


def test_no_placeholder_is_left_in_any_explanation():
    for entry in bundled_knowledge().values():
        assert "{{" not in render_explain(entry, width=80, colour=False), entry.code
