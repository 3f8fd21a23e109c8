"""kubectl's connection flags: their names, their help and how their values are read.

Source: cli-runtime `genericclioptions/config_flags.go`, client-go `clientcmd/helpers.go`, `kubectl options`.
Imported at every start, so it imports nothing but the standard library's argument parser.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence

# strconv.ParseBool of Go, which kubectl's flags go through.
BOOLEANS = {
    **dict.fromkeys(("1", "t", "T", "TRUE", "true", "True"), True),
    **dict.fromkeys(("0", "f", "F", "FALSE", "false", "False"), False),
}

_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_NUMBER = r"(\d+\.?\d*|\.\d+)"
_PART = re.compile(_NUMBER + r"(ns|us|µs|μs|ms|s|m|h)")
_DURATION = re.compile(rf"[+-]?(?:{_PART.pattern})+")
_TIMEOUT_ERROR = (
    "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by "
    "a corresponding time unit (e.g. 1s | 2m | 3h)"
)


_TEXTS = (
    (("--kubeconfig",), "PATH", "Path to the kubeconfig file to use for CLI requests."),
    (("--context",), "CONTEXT", "The name of the kubeconfig context to use"),
    (("--cluster",), "CLUSTER", "The name of the kubeconfig cluster to use"),
    (("--user",), "USER", "The name of the kubeconfig user to use"),
    (("-n", "--namespace"), "NAMESPACE", "If present, the namespace scope for this CLI request"),
    (("-s", "--server"), "URL", "The address and port of the Kubernetes API server"),
    (
        ("--as",),
        "NAME",
        "Username to impersonate for the operation. User could be a regular user or a service account in a namespace.",
    ),
    (("--as-uid",), "UID", "UID to impersonate for the operation."),
    (("--token",), "TOKEN", "Bearer token for authentication to the API server"),
    (("--username",), "NAME", "Username for basic authentication to the API server"),
    (("--password",), "TEXT", "Password for basic authentication to the API server"),
    (("--client-certificate",), "PATH", "Path to a client certificate file for TLS"),
    (("--client-key",), "PATH", "Path to a client key file for TLS"),
    (("--certificate-authority",), "PATH", "Path to a cert file for the certificate authority"),
    (
        ("--tls-server-name",),
        "NAME",
        "Server name to use for server certificate validation. If it is not provided, "
        "the hostname used to contact the server is used",
    ),
    (("--cache-dir",), "PATH", "Accepted for kubectl's sake: nothing is cached"),
)
_LISTS = (
    (
        ("--as-group",),
        "NAME",
        "Group to impersonate for the operation, this flag can be repeated to specify multiple groups.",
    ),
)
_BOOLEANS = (
    (
        "--insecure-skip-tls-verify",
        "If true, the server's certificate will not be checked for validity. This will make your HTTPS connections insecure",
    ),
    ("--disable-compression", "If true, opt-out of response compression for all requests to the server"),
    ("--match-server-version", "Accepted for kubectl's sake: any server version will do"),
)


def add_connection_flags(parser: argparse.ArgumentParser) -> None:
    """Adds kubectl's connection flags, to be read by `pflag.parse`. The metavar says what completes a flag's value."""
    group = parser.add_argument_group("Connection options, as kubectl takes them")
    for names, metavar, text in _TEXTS:
        group.add_argument(*names, dest=_dest(names), metavar=metavar, default="", help=text)
    for names, metavar, text in _LISTS:
        group.add_argument(*names, dest=_dest(names), metavar=metavar, action="append", default=[], help=text)
    group.add_argument(
        "--as-user-extra",
        dest="conn_as_user_extra",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        type=_key_value,
        help="User extras to impersonate for the operation, this flag can be repeated "
        "to specify multiple values for the same key.",
    )
    for name, text in _BOOLEANS:
        add_boolean(group, name, dest=_dest((name,)), text=text, default=None)
    group.add_argument(
        "--request-timeout",
        dest="conn_request_timeout",
        metavar="TIME",
        default="0",
        type=parse_timeout,
        help="The length of time to wait before giving up on a single server "
        "request. Non-zero values should contain a corresponding time unit (e.g. 1s, 2m, 3h). A value "
        "of zero means don't timeout requests.",
    )
    group.add_argument(
        "-v",
        "--v",
        dest="conn_v",
        metavar="N",
        default=0,
        type=_integer,
        help="number for the log level verbosity; from 6 on each request is logged",
    )


def add_boolean(group: argparse._ActionsContainer, *names: str, dest: str, text: str, default: bool | None = False) -> None:
    """Adds a flag that takes `--name` and `--name=true`, and never the next word (`pflag.split` sees to that)."""
    group.add_argument(*names, dest=dest, type=parse_boolean, default=default, help=text)


def parse_boolean(text: str) -> bool:
    """A boolean as Go reads it; raises ArgumentTypeError with kubectl's words."""
    if text not in BOOLEANS:
        raise argparse.ArgumentTypeError(f'strconv.ParseBool: parsing "{text}": invalid syntax')
    return BOOLEANS[text]


def parse_timeout(text: str) -> float:
    """Seconds of a Go duration (`1m30s`, `500ms`) or of a plain number of seconds; 0 means none.

    Raises ArgumentTypeError with kubectl's words. Source: client-go `clientcmd.ParseTimeout`.
    """
    if re.fullmatch(r"\+?\d*", text) and text != "+":
        return float(text or 0)
    if text.lstrip("+-") == "0":
        return 0.0
    if not _DURATION.fullmatch(text):
        raise argparse.ArgumentTypeError(_TIMEOUT_ERROR)
    if text.startswith("-"):
        return 0.0  # Go's http.Client counts a negative timeout as none.
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))


def _dest(names: Sequence[str]) -> str:
    return "conn_" + names[-1].lstrip("-").replace("-", "_")


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'strconv.ParseInt: parsing "{text}": invalid syntax') from None


def _key_value(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise argparse.ArgumentTypeError(f"{text} must be formatted as key=value")
    return key, value
