"""Rules that join status, events and spec: each cause by its own evidence, near misses beside hits."""

from dataclasses import replace

import pytest

from kubectl_crashloop.diagnose import ordered
from tests.build import at, case, ended, event, pod, running, snapshot, status, waiting

LIVENESS = {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 5, "failureThreshold": 2}
REFUSED = 'Liveness probe failed: Get "http://10.0.0.1:8080/healthz": dial tcp 10.0.0.1:8080: connect: connection refused'
KILLING = "Container app failed liveness probe, will be restarted"


def verdicts(*objects, logs=None):
    return [(m.code, m.confidence) for m in ordered(case(*objects, logs=logs))]


def first(*objects, logs=None):
    return ordered(case(*objects, logs=logs))[0]


def crashed(code, reason="Error", spec=None, **kw):
    state = ended(code, reason, **kw)
    return pod([status("app", waiting(), state, restarts=3)], [{"name": "app", "image": "shop/web:1", **(spec or {})}])


LIMIT = {"resources": {"limits": {"memory": "256Mi"}, "requests": {"memory": "128Mi"}}}


@pytest.mark.parametrize("code", [137, 0, 1])
def test_oom_killed_stands_beside_any_exit_code(code):
    found = first(crashed(code, "OOMKilled", LIMIT))
    assert (found.code, found.confidence) == ("OOMKilled", "certain")
    assert found.values["limit"] == "256Mi"
    assert found.values["limit_proposed"] == "512Mi"


def test_jvm_heap_is_seen_beside_the_limit():
    spec = {**LIMIT, "env": [{"name": "JAVA_OPTS", "value": "-Xmx240m"}]}
    found = first(crashed(137, "OOMKilled", spec))
    assert found.values["heap"] == "-Xmx240m (94% of the limit)"
    assert found.values["heap_proposed"] == "384m"


def node(**conditions):
    listed = [{"type": t, "status": s, "message": "m", "reason": "r"} for t, s in conditions.items()]
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1"}, "status": {"conditions": listed}}


def test_137_under_memory_pressure_without_a_limit_is_the_node():
    assert first(crashed(137), node(MemoryPressure="True")).code == "NodeOutOfMemory"


def test_137_under_memory_pressure_below_its_limit_is_not_certain():
    assert verdicts(crashed(137, spec=LIMIT), node(MemoryPressure="True"))[0] == ("Killed", "likely")


def test_137_with_nothing_behind_it_is_killed():
    assert verdicts(crashed(137))[0] == ("Killed", "likely")


def test_143_with_nothing_behind_it_is_terminated():
    assert verdicts(crashed(143))[0] == ("Terminated", "likely")


@pytest.mark.parametrize("code", [137, 143, 0])
def test_liveness_kill_by_event_whatever_the_exit_code(code):
    found = first(
        crashed(code, "Completed" if code == 0 else "Error", {"livenessProbe": LIVENESS}),
        event("Unhealthy", REFUSED, "app", count=6, last=at(58, 20)),
        event("Killing", KILLING, "app", "Normal", last=at(58, 25)),
    )
    assert (found.code, found.confidence) == ("LivenessProbeFailed", "certain")
    assert found.values["probe"] == "http :8080/healthz"
    assert found.values["budget"] == "6"


def test_a_kill_long_before_the_crash_is_not_its_cause():
    found = verdicts(
        crashed(1, spec={"livenessProbe": LIVENESS}),
        event("Unhealthy", REFUSED, "app", count=6, last=at(10)),
        event("Killing", KILLING, "app", "Normal", last=at(10)),
    )
    assert found[0][0] != "LivenessProbeFailed"


def test_failures_below_the_threshold_do_not_kill():
    found = verdicts(crashed(1, spec={"livenessProbe": LIVENESS}), event("Unhealthy", REFUSED, "app", count=1, last=at(58, 20)))
    assert found[0][0] != "LivenessProbeFailed"


def test_137_at_the_end_of_the_grace_period_is_terminated():
    stop = event("Killing", "Stopping container app", "app", "Normal", last=at(58, 0))
    found = first(crashed(137), stop)
    assert (found.code, found.values["grace"]) == ("Terminated", "30")
    assert first(crashed(137), event("Killing", "Stopping container app", "app", "Normal", last=at(10))).code == "Killed"


def test_liveness_kill_of_an_application_that_is_still_starting():
    found = first(
        crashed(143, spec={"livenessProbe": LIVENESS}),
        event("Unhealthy", REFUSED, "app", count=6, last=at(58, 20)),
        event("Killing", KILLING, "app", "Normal", last=at(58, 25)),
        logs={"app": "Starting shop\nLoading catalogue 10 %\nLoading catalogue 20 %\n"},
    )
    assert found.code == "StartupProbeFailed"


def test_liveness_kill_of_an_application_that_had_started():
    found = first(
        crashed(143, spec={"livenessProbe": LIVENESS}),
        event("Unhealthy", REFUSED, "app", count=6, last=at(58, 20)),
        event("Killing", KILLING, "app", "Normal", last=at(58, 25)),
        logs={"app": "Starting shop\nListening on port 9090\nloading a page\n"},
    )
    assert found.code == "LivenessProbeFailed"


def test_never_ready_is_its_own_code():
    container = {"name": "app", "image": "i:1", "readinessProbe": {"tcpSocket": {"port": 5432}}}
    found = first(
        pod([status("app", running(at(50)))], [container]),
        event("Unhealthy", "Readiness probe failed: dial tcp 10.0.0.1:5432: connect: connection refused", "app", count=40),
    )
    assert (found.code, found.confidence) == ("ReadinessProbeFailed", "certain")


def test_clean_exit_is_certain_without_a_kill():
    assert verdicts(crashed(0, "Completed")) == [("CleanExit", "certain")]


def test_job_that_finished_is_healthy():
    assert verdicts(pod([status("app", ended(0, "Completed"))], phase="Succeeded", restartPolicy="Never")) == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (126, "CommandNotExecutable"),
        (127, "CommandNotFound"),
        (132, "IllegalInstruction"),
        (134, "Aborted"),
        (139, "Segfault"),
        (135, "Segfault"),
    ],
)
def test_way_of_ending(code, expected):
    assert first(crashed(code)).code == expected


def test_an_unknown_failure_has_a_cause_all_the_same():
    assert verdicts(crashed(3), logs={"app": "bye\n"}) == [("ApplicationError", "likely")]


def test_evicted_comes_before_what_its_containers_say():
    gone = ended(137, "ContainerStatusUnknown")
    evicted = pod(
        [status("app", gone)],
        phase="Failed",
        pod_status={"reason": "Evicted", "message": "The node was low on resource: memory. "},
    )
    assert first(evicted).code == "Evicted"
    assert first(evicted).confidence == "certain"


def test_container_lost_with_its_node():
    lost = pod([status("app", ended(137, "ContainerStatusUnknown"))], restartPolicy="Never")
    assert first(lost, node(Ready="Unknown")).code == "NodeNotReady"


def test_a_silent_container_creating_is_only_possible():
    found = verdicts(pod([status("app", waiting("ContainerCreating"))], phase="Pending"))
    assert found == [("ContainerCreateFailed", "possible")]


def test_a_container_that_waits_for_a_failing_one_is_not_silent():
    both = [status("app", waiting("PodInitializing")), status("init", ended(3))]
    found = case(pod(both, pod_status={"startTime": at(10)}))
    assert ordered(found) != []
    assert ordered(replace(found, only="app")) == []


def test_a_fresh_container_creating_is_no_failure():
    fresh = pod([status("app", waiting("ContainerCreating"))], phase="Pending", meta={"creationTimestamp": at(59, 50)})
    assert verdicts(fresh) == []


def test_events_of_an_older_pod_of_that_name_do_not_count():
    old = event("Killing", KILLING, "app", "Normal", last=at(58, 25), uid="u0")
    assert verdicts(crashed(143), old)[0][0] == "Terminated"


def test_a_healthy_pod_keeps_its_past_hindrances_to_itself():
    ready = pod([status("app", running(at(10)), ready=True)])
    assert (
        verdicts(ready, event("FailedMount", 'MountVolume.SetUp failed for volume "c" : configmap "x" not found', last=at(5)))
        == []
    )


def test_a_crash_of_another_container_outranks_one_that_is_only_not_ready():
    containers = [{"name": "app", "image": "i:1"}, {"name": "mesh", "image": "i:1", "readinessProbe": {"tcpSocket": {"port": 1}}}]
    both = pod([status("app", waiting(), ended(3), restarts=3), status("mesh", running(at(10)))], containers)
    assert first(both, event("Unhealthy", "Readiness probe failed: x", "mesh", count=9)).container == "app"


def test_post_start_hook():
    said = "cp: can't stat '/a': No such file or directory"
    told = f'Exec lifecycle hook ([cp /a /b]) for Container "app" in Pod "web-1_shop(u1)" failed - error: command exited with 1: {said}'
    state = waiting("PostStartHookError", told)
    hooked = pod([status("app", state, ended(137), restarts=2)])
    assert first(hooked, event("FailedPostStartHook", "PostStartHook failed", "app")).code == "PostStartHookFailed"


def test_snapshot_is_the_only_clock():
    assert snapshot().fetched_at == "2026-11-22T09:00:00Z"
