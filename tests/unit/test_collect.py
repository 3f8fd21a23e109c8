"""Reading a cluster: every failed read is a recorded gap, every read is bounded, secrets do not get in."""

import threading
import time

import pytest

from kubectl_crashloop.api_errors import ApiError
from kubectl_crashloop.cluster import Cluster
from kubectl_crashloop.collect import collect
from kubectl_crashloop.connection_flags import ConnectionFlags
from kubectl_crashloop.kubeconfig import resolve
from kubectl_crashloop.reads import Options
from kubectl_crashloop.refs import LogKey, PodRef
from tests.build import ended, event, pod, running, status, waiting
from tests.fake_api import Answer, FakeApi
from tests.fake_api import status as api_status

REF = PodRef("shop", "web-1")
BASE = "/api/v1/namespaces/shop"
FORBIDDEN = (403, api_status(403, "Forbidden", 'events is forbidden: User "u" cannot list resource "events"'))


def cluster_of(api):
    return Cluster(resolve(ConnectionFlags(server=api.url, namespace="shop", kubeconfig=""), {"HOME": "/nonexistent"}))


def read(routes, options=Options()):  # noqa: B008
    with FakeApi(routes) as api:
        cluster = cluster_of(api)
        try:
            return collect(cluster, (REF,), options), api.requests
        finally:
            cluster.close()


def crashing(**spec):
    return pod([status("app", waiting(), ended(), restarts=3)], **spec)


def checks(snapshot):
    return {c.name: c.status for c in snapshot.checks}


def test_everything_denied_but_the_pod():
    routes = lambda r: (200, crashing()) if r.path == f"{BASE}/pods/web-1" else FORBIDDEN  # noqa: E731
    snapshot, _ = read(routes)
    found = checks(snapshot)
    assert found["events shop/web-1"] == "denied"
    assert found["log shop/web-1 app (previous)"] == "denied"
    assert snapshot.check("log shop/web-1 app (previous)").unlock == "get pods/log"
    assert found["pod shop/web-1"] == "ok"


def test_a_pod_that_is_not_there_ends_the_read():
    with pytest.raises(ApiError) as error:
        read({})
    assert error.value.status == 404


def test_at_most_three_waves_and_only_get():
    snapshot, requests = read({f"{BASE}/pods/web-1": (200, crashing())})
    assert {r.method for r in requests} == {"GET"}
    assert snapshot.find("Pod", "shop", "web-1")


def test_the_guessed_log_serves_a_pod_of_one_container():
    routes = {f"{BASE}/pods/web-1": (200, crashing()), f"{BASE}/pods/web-1/log": Answer(200, "boom\n")}
    snapshot, requests = read(routes)
    assert snapshot.logs[LogKey("shop", "web-1", "app", True)].text == "boom\n"
    assert len([r for r in requests if r.path.endswith("/log")]) == 1


def test_thirty_failing_containers_are_read_in_a_bounded_time():
    names = [f"c{n}" for n in range(30)]
    many = pod([status(n, waiting(), ended()) for n in names], containers=[{"name": n, "image": "i:1"} for n in names])
    routes = {
        f"{BASE}/pods/web-1": (200, many),
        f"{BASE}/pods/web-1/log": lambda r: Answer(200, f"log of {r.query.get('container')}\n"),
    }
    started = time.monotonic()
    snapshot, _ = read(routes)
    assert time.monotonic() - started < 5
    assert len(snapshot.logs) == 30


def test_a_log_that_is_gone_is_a_gap_though_the_kubelet_answers_200():
    gone = Answer(200, "unable to retrieve container logs for containerd://0123")
    alive = pod([status("app", running(), ended(), ready=True)])
    routes = {
        f"{BASE}/pods/web-1": (200, alive),
        f"{BASE}/pods/web-1/log": lambda r: gone if r.query.get("previous") else Answer(200, "current\n"),
    }
    snapshot, _ = read(routes)
    assert checks(snapshot)["log shop/web-1 app (previous)"] == "failed"
    assert snapshot.logs[LogKey("shop", "web-1", "app", False)].text == "current\n"


def test_a_server_that_dies_in_mid_run_leaves_gaps():
    api = FakeApi({})
    dead = threading.Event()

    def route(request):
        if request.path == f"{BASE}/pods/web-1":
            return 200, crashing()
        if dead.is_set():
            return Answer(drop=True)
        if request.path == "/version":
            dead.set()
        return FORBIDDEN

    api.routes = route
    with api:
        started = time.monotonic()
        snapshot = collect(cluster_of(api), (REF,), Options())
    assert time.monotonic() - started < 20
    assert snapshot.find("Pod", "shop", "web-1")
    assert {"failed", "skipped"} & set(checks(snapshot).values())


def test_values_of_secrets_never_enter():
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": "db",
            "namespace": "shop",
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": '{"data":{"password":"aHVudGVyMg=="}}'},
        },
        "data": {"password": "aHVudGVyMg=="},
    }
    container = {"name": "app", "image": "i:1", "envFrom": [{"secretRef": {"name": "db"}}]}
    failing = pod([status("app", waiting(), ended())], containers=[container])
    snapshot, requests = read({f"{BASE}/pods/web-1": (200, failing), f"{BASE}/secrets/db": (200, secret)})
    assert "aHVudGVyMg" not in str(snapshot)
    assert snapshot.find("Secret", "shop", "db")["data"] == {"password": ""}
    asked = next(r for r in requests if r.path == f"{BASE}/secrets/db")
    assert "PartialObjectMetadata" in asked.header("Accept")


def test_key_names_come_from_managed_fields():
    meta = {
        "kind": "PartialObjectMetadata",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {
            "name": "db",
            "namespace": "shop",
            "managedFields": [{"manager": "m", "fieldsV1": {"f:data": {".": {}, "f:user": {}}}}],
        },
    }
    container = {"name": "app", "image": "i:1", "envFrom": [{"secretRef": {"name": "db"}}]}
    failing = pod([status("app", waiting(), ended())], containers=[container])
    snapshot, _ = read({f"{BASE}/pods/web-1": (200, failing), f"{BASE}/secrets/db": (200, meta)})
    assert snapshot.find("Secret", "shop", "db")["data"] == {"user": ""}


def test_no_secrets_reads_none_and_says_so():
    container = {"name": "app", "image": "i:1", "envFrom": [{"secretRef": {"name": "db"}}]}
    failing = pod([status("app", waiting(), ended())], containers=[container])
    snapshot, requests = read({f"{BASE}/pods/web-1": (200, failing)}, Options(secrets=False))
    assert not [r for r in requests if "/secrets" in r.path]
    assert checks(snapshot)["secrets"] == "skipped"


def test_escape_codes_are_made_harmless_on_entry():
    hostile = event("BackOff", "\x1b]0;owned\x07\x1b[2Jback\u202eoff \x1b[31mred\x1b[0m", "app")
    events = {"kind": "EventList", "apiVersion": "v1", "items": [hostile]}
    routes = {f"{BASE}/pods/web-1": (200, crashing()), f"{BASE}/events": (200, events)}
    snapshot, _ = read(routes)
    message = next(snapshot.of_kind("Event"))["message"]
    assert "\x1b" not in message and "\x07" not in message and "\u202e" not in message
    assert "red" in message


def test_of_a_long_log_the_beginning_is_read_too():
    lines = [b"fatal: the first word\n", *[b"line %d\n" % n for n in range(20_000)]]

    def log(request):
        kept = lines[-int(request.query["tailLines"]) :] if "tailLines" in request.query else lines
        return Answer(200, b"".join(kept)[: int(request.query.get("limitBytes", 10**9))])

    snapshot, _ = read({f"{BASE}/pods/web-1": (200, crashing()), f"{BASE}/pods/web-1/log": log})
    text = snapshot.logs[LogKey("shop", "web-1", "app", True)].text
    assert text.startswith("fatal: the first word\n")
    assert "\n[...]\n" in text
    assert text.endswith("line 19999\n")
    assert "64 KiB" in snapshot.check("beginning of log shop/web-1 app (previous)").why


def test_two_hundred_megabytes_of_log_are_read_within_bounds():
    line = b"x" * 99 + b"\n"

    routes = {
        f"{BASE}/pods/web-1": (200, crashing()),
        f"{BASE}/pods/web-1/log": Answer(200, line * 2_000_000 + b"panic: the end\n"),
    }
    started = time.monotonic()
    snapshot, _ = read(routes)
    log = snapshot.logs[LogKey("shop", "web-1", "app", True)]
    assert log.truncated
    assert len(log.text) < 2**21
    assert log.text.endswith("panic: the end\n")
    assert time.monotonic() - started < 15
