"""What is suggested can be pasted, whatever names the cluster holds."""

import shlex

import pytest
import yaml

from kubectl_crashloop.quoting import shell_quote, yaml_scalar

HOSTILE = ["", "web-1", "a b", "$(reboot)", "`id`", "it's", 'say "hi"', "a;b|c&d", "--flag", "*", "~", "#x", "日本"]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_shell_reads_the_value_back_as_one_word(value):
    assert shlex.split(f"kubectl {shell_quote(value)}") == ["kubectl", value]


def test_plain_names_stay_plain():
    assert shell_quote("web-7d4b8c6f9-x2k4p") == "web-7d4b8c6f9-x2k4p"


@pytest.mark.parametrize(("value", "shown"), [
    ("a\nrm -rf /", r"'a\nrm -rf /'"), ("x\x1b]0;t\x07", "x"), ("a\u202eb", r"'a\u202eb'"), ("a\tb", r"'a\tb'"),
])  # fmt: skip
def test_control_characters_never_reach_the_shell(value, shown):
    assert shell_quote(value) == shown


YAML_VALUES = [
    *HOSTILE, "true", "No", "on", "null", "y", "1", "1.5", "1e3", "0x1f", "0o17", "1_000", "12:30", "256Mi", "500m", "5s",
    "2026-11-22", "- x", "a: b", "a #b", "{x}", "[x]", "x,y", "&a", "*a", "!t", "%x", "@x", "line\nbreak", "tab\t", "\x7f\x85",
    "\u2028", "\ufeff", "🚀", "/app/run.sh", "app/web:1.2", "=", "<<", ".inf", "nan",
]  # fmt: skip


@pytest.mark.parametrize("value", YAML_VALUES)
@pytest.mark.parametrize("frame", ["k: {}", "k: {{v: {}}}", "k: [{}, 1]"])
def test_yaml_reads_the_value_back_as_the_same_string(value, frame):
    read = yaml.safe_load(frame.format(yaml_scalar(value)))["k"]
    read = read["v"] if isinstance(read, dict) else read[0] if isinstance(read, list) else read
    assert read == value


@pytest.mark.parametrize("value", ["256Mi", "app", "DATABASE_URL", "/app/run.sh", "busybox"])
def test_simple_words_stay_plain(value):
    assert yaml_scalar(value) == value


@pytest.mark.parametrize("value", ["y", "n", "1e3", "0b1", "0o17"])
def test_what_other_yaml_readers_take_for_something_else_is_quoted(value):
    assert yaml_scalar(value) == f'"{value}"'
