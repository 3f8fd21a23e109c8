"""The table of exit codes, and what is said of codes that are not in it."""

import signal
import sys

import pytest

from kubectl_crashloop.exitcodes import SIGNALS, describe, load_exit_codes, signal_of

LISTED = [
    0, 1, 2, 3, 64, 78, 125, 126, 127, 128, 129, 130, 131, 132, 133, 134, 135, 136, 137, 138, 139, 141, 143, 152, 153,
    159, 255, -1, -1073741819, -1073741510, -1073741515, -1073741502, -1073740791, -1073741571, -532462766, 1073807364,
]  # fmt: skip


@pytest.mark.parametrize("code", LISTED)
def test_listed_code_is_complete_and_fits_a_table_cell(code):
    entry = load_exit_codes()[code]
    assert entry.code == code
    assert entry.name and " " not in entry.name
    assert 0 < len(entry.meaning) <= 40
    assert entry.usual and all(isinstance(text, str) and text for text in entry.usual)
    assert entry.fix.endswith(".")


def test_table_holds_nothing_else():
    assert sorted(load_exit_codes()) == sorted(LISTED)


@pytest.mark.parametrize("code", [c for c in LISTED if 128 < c < 255])
def test_signal_in_the_table_is_that_of_128_plus_n(code):
    assert load_exit_codes()[code].signal == signal_of(code)


@pytest.mark.parametrize("code", [c for c in LISTED if not 128 < c < 255])
def test_other_codes_name_no_signal(code):
    assert load_exit_codes()[code].signal is None


@pytest.mark.skipif(sys.platform != "linux", reason="the numbers are those of Linux")
@pytest.mark.parametrize("number", sorted(SIGNALS))
def test_signal_numbers_are_those_of_linux(number):
    if number != signal.SIGALRM + 2:  # SIGSTKFLT, unknown to older Pythons
        assert int(getattr(signal, SIGNALS[number])) == number


@pytest.mark.parametrize(
    ("code", "name", "meaning"),
    [
        (137, "SIGKILL", "killed by SIGKILL: memory or force"),
        (140, "SIGUSR2", "ended by SIGUSR2"),
        (142, "SIGALRM", "ended by SIGALRM"),
        (158, "SIGPWR", "ended by SIGPWR"),
        (162, "SIGRTMIN+0", "ended by SIGRTMIN+0"),
        (165, "SIGRTMIN+3", "ended by SIGRTMIN+3"),
        (42, "Error", "application error"),
        (160, "Error", "application error"),
        (254, "Error", "application error"),
        (-7, "Error", "application error"),
    ],
)
def test_describe(code, name, meaning):
    found = describe(code)
    assert (found.code, found.name, found.meaning) == (code, name, meaning)
    assert found.fix


def test_windows_code_is_known_in_its_unsigned_form():
    assert describe(0xC0000005) == describe(-1073741819)


def test_every_code_fits_a_table_cell():
    assert all(0 < len(describe(code).meaning) <= 40 for code in range(-256, 512))
