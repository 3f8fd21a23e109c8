"""What the user may type, and the pods behind a workload."""

import pytest

from kubectl_crashloop.failing import distinct, is_failing, selector_of, worst_first
from kubectl_crashloop.targets import Target, TargetError, parse_targets
from kubectl_crashloop.times import parse_time
from tests.build import NOW, ended, pod, running, snapshot, status, waiting


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["web-1"], [("Pod", "web-1")]),
        (["demo"], [("Pod", "demo")]),
        (["deploy"], [("Pod", "deploy")]),
        (["pod/web-1"], [("Pod", "web-1")]),
        (["deploy/web"], [("Deployment", "web")]),
        (["sts", "db"], [("StatefulSet", "db")]),
        (["deployments.apps", "web"], [("Deployment", "web")]),
        (["po", "a", "b"], [("Pod", "a"), ("Pod", "b")]),
        (["a", "cj/b"], [("Pod", "a"), ("CronJob", "b")]),
        ([], []),
    ],
)
def test_words(words, expected):
    assert parse_targets(words) == [Target(*e) for e in expected]


@pytest.mark.parametrize("words", [["svc/web"], ["deploy/"], ["deploy/a/b"], ["deploy", "pod/a"], [""], ["deploy", ""]])
def test_words_that_name_nothing(words):
    with pytest.raises(TargetError):
        parse_targets(words)


def test_selector():
    workload = {"spec": {"selector": {"matchLabels": {"app": "web"}, "matchExpressions": [
        {"key": "tier", "operator": "In", "values": ["a", "b"]}, {"key": "old", "operator": "DoesNotExist"}]}}}  # fmt: skip
    assert selector_of(workload) == "app=web,tier in (a,b),!old"


def fails(*statuses, **kw):
    p = pod(statuses, **kw)
    return is_failing(snapshot(p), p, parse_time(NOW))


def test_failing_by_status():
    assert fails(status(state=waiting(), last=ended()))
    assert fails(phase="Failed", pod_status={"reason": "Evicted"})
    assert fails(phase="Pending", pod_status={"conditions": [{"type": "PodScheduled", "status": "False"}]})
    assert not fails(status(state=running("2026-11-22T08:10:00Z"), ready=True))
    assert not fails(status(state=ended(0, "Completed")), phase="Succeeded", restartPolicy="Never")


def test_pods_that_fail_alike_are_one_group():
    crashing = [status(state=waiting(), last=ended(), restarts=n) for n in (2, 7)]
    a, b = pod([crashing[0]], name="a"), pod([crashing[1]], name="b")
    other = pod([status(state=waiting(), last=ended(137, "OOMKilled"))], name="c")
    assert [p["metadata"]["name"] for p in worst_first(snapshot(), [a, b])] == ["b", "a"]
    assert [(p["metadata"]["name"], names) for p, names in distinct([b, a, other])] == [("b", ["a"]), ("c", [])]
