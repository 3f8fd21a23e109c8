"""Nothing that a terminal would obey gets through, and nothing that a reader needs is lost."""

import time

import pytest

from kubectl_crashloop.sanitize import one_line, sanitize, sanitize_tree


@pytest.mark.parametrize(("raw", "clean"), [
    ("\x1b[31mERROR\x1b[0m: bad", "ERROR: bad"),
    ("\x1b[38;5;196mred\x1b[m", "red"),
    ("\x9b31mred", "red"),
    ("\x1b[2K\x1b[1Gline", "line"),
    ("\x1b]0;title\x07text", "text"),
    ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
    ("\x1bP1$r0m\x1b\\after", "after"),
    ("\x1b(Bcharset", "charset"),
])  # fmt: skip
def test_escape_sequences_are_dropped(raw, clean):
    assert sanitize(raw) == clean


@pytest.mark.parametrize(("raw", "clean"), [
    ("bell\x07", r"bell\x07"),
    ("nul\x00 del\x7f nel\x85", r"nul\x00 del\x7f nel\x85"),
    ("reset\x1bc", r"reset\x1bc"),
    ("user\u202etxt.exe\u2066", r"user\u202etxt.exe\u2066"),
    ("pass\u200bword\u200d", r"pass\u200bword\u200d"),
    ("a\u2028b\u2029c", r"a\u2028b\u2029c"),
    ("mid\ufeffdle", r"mid\ufeffdle"),
    ("half \ud83d", r"half \ud83d"),
    ("tag\U000e0041", r"tag\U000e0041"),
])  # fmt: skip
def test_other_invisible_characters_are_made_visible(raw, clean):
    assert sanitize(raw) == clean


def test_a_sequence_cannot_be_put_together_from_what_is_left_of_another():
    assert sanitize("\x1b\x1b[m[31mred") == r"\x1b[31mred"


def test_an_unfinished_sequence_does_not_hide_the_next_lines():
    assert sanitize("\x1b]0;start\npanic: boom\nend\x07") == "\\x1b]0;start\npanic: boom\nend\\x07"


@pytest.mark.parametrize(("raw", "clean"), [
    ("one\r\ntwo\r\n", "one\ntwo\n"),
    ("10%\r20%\r30%\n", "10%\n20%\n30%\n"),
    ("one\r\r\ntwo", "one\ntwo"),
    ("tabs\tstay\n", "tabs\tstay\n"),
])  # fmt: skip
def test_line_ends(raw, clean):
    assert sanitize(raw) == clean


def test_the_carriage_return_of_a_script_name_stays_to_be_diagnosed():
    assert sanitize("exec: /app/run.sh\r: not found\n") == "exec: /app/run.sh\\r: not found\n"


def test_the_byte_order_mark_at_the_start_is_no_text():
    assert sanitize("\ufeffhello") == "hello"


def test_plain_text_and_foreign_letters_stay_the_same_object():
    text = "Zeile mit Umlauten äöü, 日本語, emoji 🚀\n\tat foo"
    assert sanitize(text) is text


def test_sanitizing_twice_changes_nothing():
    once = sanitize("\x1b[1m\x07\x1b]x\r\u202e\ud800")
    assert sanitize(once) == once


def test_trees_are_cleaned_in_keys_and_values_and_left_as_they_were():
    tree = {"a\x07": ["b\x1b[1m", {"c": 1, "d": None, "e": True}]}
    assert sanitize_tree(tree) == {r"a\x07": ["b", {"c": 1, "d": None, "e": True}]}
    assert list(tree) == ["a\x07"]


def test_one_line():
    assert one_line("  a\n\tb \x07\r\nc ") == r"a b \x07 c"


@pytest.mark.parametrize(("text", "most"), [
    ("2026-11-22T09:00:00Z INFO an ordinary line of a log\n" * 20000, 0.15),
    ("\x1b[" + "0" * 2**20, 1.5),
    ("\x1b]" * 2**19, 1.5),
    ("\r" * 2**20, 1.5),
    ("\x1b]0;" + "x" * 2**20, 1.5),
], ids=["plain", "csi", "osc", "cr", "long-osc"])  # fmt: skip
def test_time_is_linear(text, most):
    start = time.process_time()
    sanitize(text)
    assert time.process_time() - start < most
