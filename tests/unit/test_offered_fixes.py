"""The fixes that a whole report offers fit what the pod shows."""

import pytest

from kubectl_crashloop import files
from kubectl_crashloop.bundled import bundled_folder, bundled_knowledge
from kubectl_crashloop.grouping import joined_report
from kubectl_crashloop.refs import PodRef
from kubectl_crashloop.report import build_report
from kubectl_crashloop.snapshot import Asked
from tests.build import KNOWLEDGE, at, ended, event, pod, snapshot, status, waiting

PROBE_BUDGET = {"periodSeconds": 10, "timeoutSeconds": 1, "failureThreshold": 3}
HTTP = {"httpGet": {"path": "/live", "port": 8080}}
TCP = {"tcpSocket": {"port": 8080}}
ANSWERS = [
    (HTTP, 'Get "http://10.1.2.3:8080/live": dial tcp 10.1.2.3:8080: connect: connection refused', {"startupProbe"}),
    (TCP, "dial tcp 10.1.2.3:8080: connect: connection refused", {"startupProbe"}),
    (
        HTTP,
        'Get "http://10.1.2.3:8080/live": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
        {"timeoutSeconds"},
    ),
    (TCP, "dial tcp 10.1.2.3:8080: i/o timeout", {"timeoutSeconds"}),
    ({"exec": {"command": ["check"]}}, 'command timed out: "check" timed out after 1s', {"timeoutSeconds"}),
    (HTTP, "HTTP probe failed with statuscode: 404", {"httpGet"}),
]


@pytest.mark.parametrize(("handler", "answer", "first"), ANSWERS)
def test_the_fix_of_a_probe_fits_its_answer(handler, answer, first):
    """Only a probe that waited for its answer is given more time for it."""
    container = {"name": "app", "image": "i:1", "livenessProbe": {**handler, **PROBE_BUDGET}}
    killed = status("app", waiting(), ended(137, "Error", at(58), at(58, 30)), restarts=4)
    events = [
        event("Unhealthy", f"Liveness probe failed: {answer}", "app", count=9, last=at(58, 30)),
        event("Killing", "Container app failed liveness probe, will be restarted", "app", type="Normal", last=at(58, 30)),
    ]
    snap = snapshot(pod([killed], [container]), *events)
    cause = build_report(snap, (PodRef("shop", "web-1"),), KNOWLEDGE).items[0].causes[0]
    assert (cause.code, cause.confidence) == ("LivenessProbeFailed", "certain")
    patches = [fix.patch for fix in cause.fixes if fix.patch]
    assert all(word in patches[0] for word in first)
    assert any("timeoutSeconds" in patch for patch in patches) == (first == {"timeoutSeconds"})


@pytest.mark.parametrize(
    ("spec", "command"),
    [
        ({"command": ["sh", "-c"], "args": ["echo it's done"]}, "create job app --image=i:1 -- sh -c 'echo it'\"'\"'s done'"),
        ({}, "create job app --image=i:1"),
        ({"args": ["report"]}, "create job app --image=i:1 --dry-run=client -o yaml > job.yaml"),
    ],
)
def test_the_job_that_is_suggested_runs_what_the_container_runs(spec, command):
    finished = status("app", waiting(), ended(0, "Completed"), restarts=4)
    snap = snapshot(pod([finished], [{"name": "app", "image": "i:1", **spec}]))
    cause = build_report(snap, (PodRef("shop", "web-1"),), KNOWLEDGE).items[0].causes[0]
    assert cause.code == "CleanExit"
    assert cause.fixes[0].commands == (f"kubectl -n shop {command}",)
    assert ('`args` ["report"]' in cause.fixes[0].title) == (spec == {"args": ["report"]})


def test_what_an_eviction_says_is_known_to_its_fixes():
    """The status ends in a blank that the evidence of the pod's own reason has not."""
    said = 'Usage of EmptyDir volume "scratch" exceeds the limit "16Mi". '
    evicted = pod([], phase="Failed", pod_status={"reason": "Evicted", "message": said})
    cause = build_report(snapshot(evicted), (PodRef("shop", "web-1"),), KNOWLEDGE).items[0].causes[0]
    assert cause.values["volume"] == "scratch"
    assert "sizeLimit" in cause.fixes[0].patch


def test_a_service_that_is_there_is_not_to_be_created():
    with bundled_folder("demo") as folder:
        snapshot, saved = files.load(str(folder))
    cart = next(ref for ref in saved.pods if ref.name.startswith("cart-"))
    cause = joined_report(snapshot, Asked((cart,)), bundled_knowledge()).items[0].causes[0]
    titles = [fix.title for fix in cause.fixes]
    assert cause.code == "DNSFailure"
    assert titles[0].startswith("bring a pod behind Service `sessions` up")
    assert not any("create the Service" in title for title in titles)
