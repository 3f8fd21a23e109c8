"""Completion against a real API server: the tables, names and states are its own."""

import json
import os
import shutil
import subprocess
import sys

import pytest
import runner

from tests.program import PROGRAM

pytestmark = pytest.mark.cluster

NAMESPACE = "e2e-completion"
IMAGE = "busybox:1.35"


@pytest.fixture(autouse=True)
def _scrubbed_environment():
    """Unlike other tests these keep KUBECONFIG: it says which cluster."""


def meta(name):
    return {"name": name, "namespace": NAMESPACE}


def spec(*commands, **more):
    names = (f"c{n}" for n in range(len(commands)))
    made = [
        {"name": n, "image": IMAGE, "imagePullPolicy": "IfNotPresent", "command": c}
        for n, c in zip(names, commands, strict=False)
    ]
    return {"containers": made, "terminationGracePeriodSeconds": 0, **more}


def template(**more):
    return {"metadata": {"labels": {"app": "x"}}, "spec": spec(["false"], **more)}


SELECTOR = {"matchLabels": {"app": "x"}}
JOB = {"backoffLimit": 0, "template": template(restartPolicy="Never")}
OBJECTS = [
    {"apiVersion": "v1", "kind": "Pod", "metadata": meta("a-fine"), "spec": spec(["sleep", "9999"], ["sleep", "9999"])},
    {"apiVersion": "v1", "kind": "Pod", "metadata": meta("z-crash"), "spec": spec(["false"])},
    {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta("web"), "spec": {"selector": SELECTOR, "template": template()}},
    {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": meta("agent"), "spec": {"selector": SELECTOR, "template": template()}},
    {
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": meta("db"),
        "spec": {"selector": SELECTOR, "serviceName": "db", "template": template()},
    },
    {"apiVersion": "batch/v1", "kind": "Job", "metadata": meta("once"), "spec": JOB},
    {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": meta("nightly"), "spec": {"schedule": "0 3 * * *", "jobTemplate": {"spec": JOB}}},
]  # fmt: skip


@pytest.fixture(scope="module")
def namespace():
    if not os.environ.get("KUBECONFIG"):
        pytest.skip("no cluster: KUBECONFIG is not set")
    runner.kubectl("create", "namespace", NAMESPACE)
    try:
        runner.until("the default service account", lambda: runner.kubectl("get", "sa", "default", "-n", NAMESPACE, check=False))
        runner.kubectl("apply", "-f", "-", text=json.dumps({"apiVersion": "v1", "kind": "List", "items": OBJECTS}))
        runner.until("pods that run and crash", lambda: state("a-fine", "running") and state("z-crash", "waiting"))
        yield
    finally:
        runner.kubectl("delete", "namespace", NAMESPACE, "--wait=false")


def state(pod, wanted):
    status = json.loads(runner.kubectl("get", "pod", pod, "-n", NAMESPACE, "-o", "json"))["status"]
    return all(
        wanted in s["state"] and s.get("restartCount", 0) >= (wanted == "waiting")
        for s in status.get("containerStatuses") or [{"state": {}}]
    )


def completed(*words):
    """(candidates with what they are, directive)"""
    command = [*PROGRAM, "__complete", *words]
    *found, directive = subprocess.run(command, capture_output=True, text=True, cwd=runner.ROOT, check=True).stdout.splitlines()
    return {name: text for name, _, text in (line.partition("\t") for line in found)}, directive


def test_the_crashing_pods_come_first(namespace):
    found, directive = completed("-n", NAMESPACE, "")
    names = list(found)
    assert names.index("z-crash") < names.index("a-fine")
    assert found["a-fine"] == "Running"
    assert found["z-crash"].endswith(" restarts")
    assert directive == ":36"


@pytest.mark.parametrize(
    ("kind", "name"), [("deploy", "web"), ("ds", "agent"), ("sts", "db"), ("job", "once"), ("cronjob", "nightly")]
)
def test_workloads_and_their_containers(namespace, kind, name):
    assert list(completed("-n", NAMESPACE, f"{kind}/")[0]) == [f"{kind}/{name}"]
    assert list(completed("-n", NAMESPACE, f"{kind}/{name}", "-c", "")[0]) == ["c0"]


def test_replica_sets_containers_namespaces_and_contexts(namespace):
    assert len(completed("-n", NAMESPACE, "rs/web-")[0]) == 1
    assert list(completed("-n", NAMESPACE, "a-fine", "-c", "")[0]) == ["c0", "c1"]
    assert NAMESPACE in completed("--namespace=e2e-")[0]
    assert list(completed("--context", "")[0]) == sorted(runner.kubectl("config", "get-contexts", "-o", "name").split())


def test_kubectl_asks_the_installed_helper(namespace, tmp_path):
    program = tmp_path / "kubectl-crashloop"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={runner.ROOT} exec {sys.executable} -m kubectl_crashloop "$@"\n')
    program.chmod(0o755)
    env = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run([shutil.which("kubectl"), "crashloop", "--install-completion"], env=env, check=True, capture_output=True)
    done = subprocess.run(
        ["kubectl", "__complete", "crashloop", "-n", NAMESPACE, "z"], env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("z-crash\t")
    assert done.stdout.endswith("\n:36\n")
