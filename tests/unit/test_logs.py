"""Levels of lines and bounded search in logs."""

import re

import pytest

from kubectl_crashloop.logs import MAX_LINE, MAX_TRIES, LogText, level, plain


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2026-11-22 09:00:00 ERROR main: cannot start", "error"),
        ("E1122 09:00:00.123456       1 main.go:12] cannot start", "error"),
        ("2026-11-22T09:00:00Z F1122 09:00:00.123456 1 main.go:12] x", "fatal"),
        ('{"level":"warn","msg":"ERROR in the text"}', "warn"),
        ("ts=2026 level=info msg=x", "info"),
        ("2026/11/22 09:00:00 [emerg] 1#1: no file", "fatal"),
        ("[WARN] slow", "warn"),
        ("Error: no such file", "error"),
        ("time=x lvl=eror msg=x", "error"),
        ("everything is fine", ""),
        ("the word error inside a sentence", ""),
    ],
)
def test_level(line, expected):
    assert level(line) == expected


def test_json_quotes_are_seen_as_quotes():
    assert plain('{"msg":"open \\"/a\\": no"}') == '{"msg":"open "/a": no"}'


def test_a_long_line_keeps_both_ends():
    line = plain("a" * 10_000 + "the end")
    assert len(line) < MAX_LINE + 10
    assert line.endswith("the end")


def key_in(log):
    """The places of `key`, the last one first."""
    return [m.start() for m in re.finditer(b"key", log.lower)][::-1]


def test_windows_come_last_first_and_hold_the_lines_around():
    log = LogText("app", "one\ntwo KEY\nthree\nfour key\nfive\n")
    found = list(log.windows(key_in(log), before=1, lines=2))
    assert [w.anchor for w in found] == [3, 1]
    assert found[0].text == "three\nfour key\nfive"


def test_windows_are_bounded():
    log = LogText("app", "key key\n" * 1000)
    found = list(log.windows(key_in(log)))
    assert len(found) == MAX_TRIES
    assert found[0].anchor == 999


def test_a_line_with_two_places_is_one_window():
    log = LogText("app", "key key\nother\nkey")
    assert [w.anchor for w in log.windows(key_in(log))] == [2, 0]


def test_long_lines_get_fewer_tries():
    log = LogText("app", ("key" + "x" * 3000 + "\n") * 10)
    assert len(list(log.windows(key_in(log)))) == 2


def test_no_line_end_at_the_end_and_crlf():
    assert LogText("app", "a\r\nb").lines == ("a", "b")
    assert LogText("app", "").lines == ()
    assert LogText("app", "a\n\n").last_line == 0
