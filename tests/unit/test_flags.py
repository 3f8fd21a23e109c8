"""kubectl's connection flags are taken with kubectl's meaning."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys

import pytest

from kubectl_crashloop.connection_flags import ConnectionFlags, connection_flags
from kubectl_crashloop.flags import add_connection_flags, parse_timeout
from kubectl_crashloop.pflag import UsageError, parse


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(allow_abbrev=False, exit_on_error=False)
    parser.add_argument("target", nargs="*")
    add_connection_flags(parser)
    return parser


def _flags(*words: str) -> ConnectionFlags:
    return connection_flags(parse(_parser(), words))


def test_nothing_given_is_all_defaults() -> None:
    assert _flags() == ConnectionFlags()


def test_every_flag_arrives() -> None:
    words = [
        "--kubeconfig",
        "k",
        "--context",
        "c",
        "--cluster",
        "cl",
        "--user",
        "u",
        "-n",
        "ns",
        "-s",
        "http://h",
        "--as",
        "a",
        "--as-group",
        "g1",
        "--as-group",
        "g2",
        "--as-uid",
        "7",
        "--as-user-extra",
        "k=v",
        "--as-user-extra",
        "k=w=x",
        "--token",
        "t",
        "--client-certificate",
        "cc",
        "--client-key",
        "ck",
        "--certificate-authority",
        "ca",
        "--insecure-skip-tls-verify",
        "--tls-server-name",
        "sn",
        "--request-timeout",
        "5s",
        "--cache-dir",
        "d",
        "--disable-compression",
        "-v",
        "6",
        "--username",
        "un",
        "--password",
        "pw",
        "--match-server-version",
    ]
    assert _flags(*words) == ConnectionFlags(
        kubeconfig="k",
        context="c",
        cluster="cl",
        user="u",
        namespace="ns",
        server="http://h",
        as_user="a",
        as_groups=("g1", "g2"),
        as_uid="7",
        as_extra=(("k", "v"), ("k", "w=x")),
        token="t",
        client_certificate="cc",
        client_key="ck",
        certificate_authority="ca",
        insecure=True,
        tls_server_name="sn",
        request_timeout=5.0,
        cache_dir="d",
        disable_compression=True,
        verbosity=6,
        username="un",
        password="pw",
        match_server_version=True,
    )


def test_long_and_equals_forms() -> None:
    assert _flags("--namespace=a", "--server=b", "--v=7").verbosity == 7
    assert _flags("-n=a").namespace == "a"
    assert _flags("-v=6").verbosity == 6


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("--insecure-skip-tls-verify", True),
        ("--insecure-skip-tls-verify=true", True),
        ("--insecure-skip-tls-verify=false", False),
        ("--insecure-skip-tls-verify=F", False),
        ("--insecure-skip-tls-verify=1", True),
    ],
)
def test_a_boolean_takes_a_value_only_behind_an_equals_sign(word: str, value: bool) -> None:
    parsed = parse(_parser(), [word, "web"])
    assert parsed.target == ["web"]
    assert connection_flags(parsed).insecure is value


def test_a_wrong_boolean_is_refused() -> None:
    with pytest.raises(UsageError, match="maybe"):
        _flags("--insecure-skip-tls-verify=maybe")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("", 0),
        ("5s", 5),
        ("1m30s", 90),
        ("500ms", 0.5),
        ("30", 30),
        ("1.5h", 5400),
        ("-5s", 0),
        ("0s", 0),
    ],
)
def test_timeouts(text: str, seconds: float) -> None:
    assert parse_timeout(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["abc", "5x", "5 s", "s", "-5", "5s3"])
def test_a_wrong_timeout_is_refused_with_kubectls_words(text: str) -> None:
    with pytest.raises(UsageError, match=r"Invalid timeout value\. Timeout must be a single integer in seconds"):
        _flags(f"--request-timeout={text}")


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("-v=abc", 'strconv.ParseInt: parsing "abc": invalid syntax'),
        ("--as-user-extra=abc", "abc must be formatted as key=value"),
    ],
)
def test_other_wrong_values(word: str, says: str) -> None:
    with pytest.raises(UsageError, match=re.escape(says)):
        _flags(word)


def test_the_import_is_light() -> None:
    code = (
        "import sys, argparse; before = set(sys.modules); import kubectl_crashloop.flags;"
        "print([m for m in set(sys.modules) - before if m.split('.')[0] in "
        "('yaml', 'ssl', 'urllib3', 'kubernetes', 'json', 'subprocess', 'socket', 'tempfile')])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
