"""The next start, as the kubelet computes it."""

import pytest

from kubectl_crashloop.backoff import delay, next_start
from kubectl_crashloop.times import show_time
from tests.build import at, case, ended, pod, status, waiting

MESSAGE = "back-off {} restarting failed container=app pod=web-1_shop(u1)"


def container(message="", restarts=3, start=at(58), end=at(58, 30)):
    state = waiting("CrashLoopBackOff", message)
    return case(pod([status(state=state, last=ended(start=start, end=end), restarts=restarts)])).pod.containers[0]


@pytest.mark.parametrize(("told", "seconds"), [("10s", 10), ("1m20s", 80), ("5m0s", 300), ("2m40s", 160)])
def test_the_delay_is_the_one_of_the_message(told, seconds):
    assert delay(container(MESSAGE.format(told))) == seconds


@pytest.mark.parametrize(("restarts", "seconds"), [(1, 10), (2, 20), (5, 160), (6, 300), (99, 300)])
def test_without_a_message_it_doubles_to_five_minutes(restarts, seconds):
    assert delay(container(restarts=restarts)) == seconds


def test_next_start_counts_from_the_end():
    assert show_time(next_start(container(MESSAGE.format("40s")))) == at(59, 10)


def test_a_long_run_shortens_the_wait():
    """The back-off is forgotten 600 s after the start (kubelet-facts 3.1)."""
    c = container(MESSAGE.format("5m0s"), start=at(50), end=at(58))
    assert show_time(next_start(c)) == "2026-11-22T09:00:00Z"


def test_no_next_start_while_running():
    assert next_start(case(pod([status(state={"running": {}})])).pod.containers[0]) is None
