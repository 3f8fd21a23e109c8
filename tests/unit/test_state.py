"""Which containers fail, and which only look like it."""

import pytest

from kubectl_crashloop.rules.state import standing_of
from tests.build import at, case, ended, pod, running, status, waiting


def kind(**kw):
    spec = kw.pop("spec", {})
    c = case(pod([status(**kw)], **spec))
    return standing_of(c.pod.containers[0], c.pod, c.now).kind


@pytest.mark.parametrize(
    ("expected", "kw"),
    [
        ("waiting", {"state": waiting(), "last": ended()}),
        ("waiting", {"state": waiting("ImagePullBackOff")}),
        ("blocked", {"state": waiting("ContainerCreating")}),
        ("blocked", {"state": waiting("PodInitializing")}),
        ("ended", {"state": ended(1), "spec": {"restartPolicy": "Never"}}),
        ("ended", {"state": ended(0, "Completed")}),
        ("fine", {"state": ended(0, "Completed"), "spec": {"restartPolicy": "Never"}}),
        ("ended", {"state": ended(0, "OOMKilled"), "spec": {"restartPolicy": "Never"}}),
        ("restarted", {"state": running(at(51)), "last": ended(), "ready": True}),
        ("fine", {"state": running(at(49)), "last": ended(end=at(49)), "ready": True}),
        ("fine", {"state": running(at(59)), "last": ended(255, "Unknown"), "ready": True}),
        ("restarted", {"state": running(at(59)), "last": ended(255, "Unknown"), "ready": False}),
        ("unready", {"state": running(at(50)), "ready": False}),
        ("starting", {"state": running(at(59, 55)), "ready": False}),
        ("fine", {"state": running(at(10)), "ready": True}),
    ],
)
def test_standing(expected, kw):
    assert kind(**kw) == expected


def test_a_slow_start_within_its_readiness_budget_is_not_a_failure():
    container = {"name": "app", "image": "i:1", "readinessProbe": {"httpGet": {"port": 80}, "initialDelaySeconds": 300}}
    assert kind(state=running(at(56)), spec={"containers": [container]}) == "starting"
