"""The command line is read by kubectl's rules, and refused in its words."""

import pytest

from kubectl_crashloop.options import parser
from kubectl_crashloop.pflag import UsageError, is_boolean, nearest, parse, split


def given(*words):
    return parse(parser(), words)


@pytest.mark.parametrize(
    "words",
    [["-o", "json"], ["-ojson"], ["-o=json"], ["--output", "json"], ["--output=json"], ["-o", "yaml", "-ojson"]],
)
def test_a_value_stands_behind_or_in_the_flag(words):
    assert given(*words, "web").output == "json"
    assert given("web", *words).words == ["web"]


@pytest.mark.parametrize("words", [["-n", "ns"], ["-nns"], ["-n=ns"], ["--namespace", "ns"], ["--namespace=ns"]])
def test_the_namespace_in_every_form(words):
    assert given(*words).conn_namespace == "ns"


def test_a_value_may_look_like_a_flag():
    assert given("--token", "-x").conn_token == "-x"
    assert given("--token=--x").conn_token == "--x"


def test_two_dashes_end_the_flags():
    args = given("-n", "a", "--", "-x", "--y")
    assert (args.conn_namespace, args.words) == ("a", ["-x", "--y"])


def test_a_dash_alone_is_a_word_and_a_value():
    assert given("-f", "-").filename == "-"
    assert given("-").words == ["-"]


@pytest.mark.parametrize(("word", "value"), [("--no-secrets", True), ("--no-secrets=true", True), ("--no-secrets=0", False)])
def test_a_boolean_takes_no_word_behind_it(word, value):
    args = given(word, "web")
    assert (args.no_secrets, args.words) == (value, ["web"])


def test_a_boolean_letter_may_be_followed_by_others():
    args = given("-hn", "ns")
    assert (args.help, args.conn_namespace) == (True, "ns")


@pytest.mark.parametrize(
    ("words", "explain"),
    [(["--explain"], ""), (["--explain", "137"], "137"), (["--explain", "-1"], "-1"), (["--explain=OOMKilled"], "OOMKilled")],
)
def test_explain_may_stand_alone(words, explain):
    assert given(*words).explain == explain
    assert given(*words, "--color", "never").explain == explain


def test_words_and_flags_mix():
    args = given("deploy", "-c", "app", "web", "-v6", "api")
    assert (args.words, args.container, args.conn_v) == (["deploy", "web", "api"], "app", 6)


def test_the_open_flag_is_the_one_that_the_next_word_belongs_to():
    assert split(parser(), ["web", "-n"]).open.dest == "conn_namespace"
    assert split(parser(), ["--explain"]).open.dest == "explain"
    assert split(parser(), ["--explain", "137"]).open is None
    assert split(parser(), ["-n", "a", "web"]).open is None


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--namespce", "x"], "unknown flag: --namespce\nDid you mean --namespace?"),
        (["--namespce=x"], "unknown flag: --namespce\nDid you mean --namespace?"),
        (["--zzz"], "unknown flag: --zzz"),
        (["-Z"], "unknown shorthand flag: 'Z' in -Z"),
        (["-hZ"], "unknown shorthand flag: 'Z' in -hZ"),
        (["--context"], "flag needs an argument: --context"),
        (["web", "-n"], "flag needs an argument: 'n' in -n"),
        (["-v=abc"], 'invalid argument "abc" for "-v, --v" flag: strconv.ParseInt: parsing "abc": invalid syntax'),
        (["-v=1", "-vx"], 'invalid argument "x" for "-v, --v" flag: strconv.ParseInt: parsing "x": invalid syntax'),
        (["--check=maybe"], 'invalid argument "maybe" for "--check" flag: strconv.ParseBool: parsing "maybe": invalid syntax'),
        (["--color=allways"], 'invalid argument "allways" for "--color" flag: must be one of: auto, always, never\nDid you mean always?'),
    ],
)  # fmt: skip
def test_wrong_usage_is_told_in_kubectls_words(words, says):
    with pytest.raises(UsageError) as error:
        given(*words)
    assert str(error.value) == says


def test_a_wrong_form_names_the_allowed_ones_and_the_nearest():
    with pytest.raises(UsageError) as error:
        given("-o", "JSN")
    first, second = str(error.value).splitlines()
    assert first.startswith('unable to match a printer suitable for the output format "JSN", allowed formats are: text,')
    assert second == "Did you mean json?"


def test_nearest_is_near():
    assert nearest("deploy", ["deployment", "job"]) == "deployment"
    assert nearest("x", ["deployment", "job"]) == ""


def test_every_flag_is_one_that_the_reader_knows():
    for action in parser()._actions:
        assert is_boolean(action) or action.nargs in (None, "?", "*"), action.dest
        assert "%" not in (action.help or "").replace("%(choices)s", "")
