"""When the place of a log line makes its cause certain, and when another error within it does the opposite."""

import pytest

from kubectl_crashloop.diagnose import ordered
from tests.build import case, ended, pod, status, waiting

REFUSED = 'level=error msg="store" err="dial tcp 10.1.2.3:5432: connect: connection refused"'


def first(log, code=1):
    crashed = pod([status("app", waiting(), ended(code), restarts=3)], [{"name": "app", "image": "shop/web:1"}])
    found = ordered(case(crashed, logs={"app": log}))[0]
    return found.code, found.confidence


def test_a_refused_connection_that_ends_the_log_is_certain():
    assert first(f"starting\n{REFUSED}\n") == ("DependencyUnreachable", "certain")


@pytest.mark.parametrize(
    ("log", "code"),
    [
        (f"{REFUSED}\n" + "level=info msg=tick\n" * 3, 1),
        (REFUSED.replace("store", "retrying in 5s") + "\n", 1),
        (REFUSED.replace("error", "warning") + "\n", 1),
        (f"{REFUSED}\n", 137),
        (f"{REFUSED}\n", 139),
    ],
    ids=["more follows", "it tries again", "only a warning", "killed", "a signal"],
)
def test_a_refused_connection_that_need_not_have_ended_it_is_not_certain(log, code):
    assert first(log, code) != ("DependencyUnreachable", "certain")


def test_a_configuration_error_that_quotes_another_error_is_not_certain():
    line = 'Configuration error. error=Source "a": {}\n'
    assert first(line.format("unknown variant `x`")) == ("InvalidConfig", "certain")
    assert first(line.format("listen: address already in use")) != ("InvalidConfig", "certain")


GUESS = 'level=fatal msg="the quota of the mirror must be an even number"'


def test_general_words_are_only_possible():
    assert first(f"starting\n{GUESS}\n") == ("InvalidConfig", "possible")


def test_general_words_are_not_heard_beside_a_known_cause():
    crashed = pod([status("app", waiting(), ended(1), restarts=3)], [{"name": "app", "image": "shop/web:1"}])
    found = ordered(case(crashed, logs={"app": f"{REFUSED}\n{GUESS}\n"}))
    assert [m.code for m in found] == ["DependencyUnreachable"]


def test_general_words_say_nothing_of_a_process_that_was_killed():
    assert first(f"{GUESS}\n", 137)[0] == "Killed"


MODULE = "Error: Cannot find module 'fastcopy'\nRequire stack:\n- /app/node_modules/ws/index.js\n"


def test_an_error_before_a_mistake_of_the_program_is_not_certain():
    assert first(MODULE) == ("ModuleNotFound", "certain")
    mistake = "TypeError: Cannot read properties of undefined (reading 'forEach')\n    at load (/app/index.js:10:14)\n"
    assert first(MODULE + mistake) == ("ModuleNotFound", "likely")


def test_what_the_program_said_outranks_the_shell_that_reports_its_abort():
    shell = "/start.sh: line 11:    27 Aborted                 (core dumped) ./server\n"
    panic = "thread 'main' panicked at src/main.rs:93:44:\ncalled `Option::unwrap()` on a `None` value\n"
    assert first(shell, 134)[0] == "Aborted"
    assert first(panic + shell, 134)[0] == "Panic"


@pytest.mark.parametrize(
    "line",
    [
        'traces export: Post "http://otel:4318/v1/traces": dial tcp 10.9.4.4:4318: connect: connection refused',
        'traces export: Post "http://otel:4318/v1/traces": dial tcp: lookup otel on 10.9.0.10:53: no such host',
        'could not push metrics to gateway: Put "http://push:9091/x": dial tcp 10.9.8.8:9091: connect: connection refused',
        'ERROR: failed to send envelope: Post "https://sentry.example.com/api/2/envelope/": dial tcp 10.9.0.7:443: i/o timeout',
    ],
)
def test_telemetry_that_is_not_delivered_is_only_possible(line):
    assert first(f"plan gold has no price, stopping\n{line}\n")[1] == "possible"


def test_telemetry_that_is_said_to_end_the_program_is_certain():
    line = 'level=fatal msg="failed to send metrics: dial tcp 10.9.8.8:9091: connect: connection refused"\n'
    assert first(line) == ("DependencyUnreachable", "certain")
    line = "failed to create the exporter of traces: dial tcp 10.9.4.4:4317: connect: connection refused\n"
    assert first(line) == ("DependencyUnreachable", "certain")


TRACE = "java.net.ConnectException: Connection refused\n\tat com.example.shop.PriceClient.get(PriceClient.java:22)\n"


@pytest.mark.parametrize("head", ["Internal Server Error: /orders/", "ERROR Servlet.service() for servlet [web] threw exception"])
def test_the_trace_of_a_request_is_only_possible(head):
    assert first(f"{head}\n{TRACE}")[1] == "possible"
    assert first(f"ERROR cannot start\n{TRACE}") == ("DependencyUnreachable", "certain")


@pytest.mark.parametrize(
    "line",
    [
        "torch/cuda/__init__.py:107: UserWarning: CUDA initialization: Found no NVIDIA driver on your system.",
        "npm error EACCES: permission denied, open '/root/.npm/_logs/2026-01-01T10_00_00_000Z-debug.log'",
        "npm warn update-notifier getaddrinfo ENOTFOUND registry.example.org",
        'E0101 10:00:00.000000 1 event.go:267] Server rejected event: events is forbidden: User "system:serviceaccount:shop:web"'
        ' cannot create resource "events" in API group "" in the namespace "shop"',
    ],
)
def test_a_remark_that_no_program_ends_for_is_not_certain(line):
    assert first(f"{line}\nplan gold has no price, giving up\n")[1] != "certain"


def test_a_shell_tool_s_error_is_certain_only_where_the_script_stops_at_it():
    error = "mkdir: cannot create directory '/data/web': Permission denied\n"
    assert first(error) == ("FilePermissionDenied", "certain")
    assert first(error + error.replace("web", "api")) == ("FilePermissionDenied", "certain")
    assert first(f"{error}loaded 12 plans\nplan gold has no price, giving up\n") == ("FilePermissionDenied", "likely")
