"""The commands of a fix, run by kubectl as they stand: the patch changes the template, the undo makes it what it was."""

import subprocess

import pytest
import runner
from api import NAMESPACE

from kubectl_crashloop.fixes import fixes_of
from kubectl_crashloop.knowledge import entry_of
from kubectl_crashloop.model import Owner
from kubectl_crashloop.owners import pod_spec_of

pytestmark = pytest.mark.cluster
PARKED = {"crashloop-e2e/parked": "true"}
CONTAINER = {
    "name": "app", "image": "registry.example/app:1", "args": ["serve"], "env": [{"name": "LEVEL", "value": "info"}],
    "livenessProbe": {"httpGet": {"path": "/", "port": 80}},
}  # fmt: skip
PATCH = """
priorityClassName: system-cluster-critical
containers:
  - name: "{{container}}"
    args: [serve, --verbose]
    env: [{name: LEVEL, value: debug}, {name: NEW, value: VALUE}]
    livenessProbe: null
"""
RAW = {"title": "t", "effect": "restarts-pods", "patch": PATCH}
ENTRY = entry_of("X", {"summary": "s", "family": "program", "title": "t", "why": "w", "fixes": [RAW]})
EXTRA = {
    "Deployment": {"replicas": 0},
    "StatefulSet": {"replicas": 0, "serviceName": "none"},
    "ReplicaSet": {"replicas": 0},
    "DaemonSet": {},
    "CronJob": {"schedule": "0 0 1 1 *", "suspend": True},
}


def workload(kind):
    spec = {"containers": [CONTAINER], "nodeSelector": PARKED, "restartPolicy": "OnFailure" if kind == "CronJob" else "Always"}
    labels = {"app": kind.lower()}
    template = {"metadata": {"labels": labels}, "spec": spec}
    body = (
        {"jobTemplate": {"spec": {"template": template}}}
        if kind == "CronJob"
        else {"selector": {"matchLabels": labels}, "template": template}
    )
    version = "batch/v1" if kind == "CronJob" else "apps/v1"
    return {"apiVersion": version, "kind": kind, "metadata": {"name": "undo"}, "spec": {**EXTRA[kind], **body}}


def shell(command):
    return subprocess.run(command, shell=True, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("kind", sorted(EXTRA))
def test_a_fix_and_its_undo_leave_the_template_as_it_was(api, kind):
    status, answer = api.create(workload(kind))
    assert status == 201, answer

    def read():
        return api.request("GET", api.path(kind, "undo"))[1]

    def settled():
        """The object once its controller has seen the newest template; a CronJob has no such mark."""
        now = read()
        return now if kind == "CronJob" or now["status"].get("observedGeneration") == now["metadata"]["generation"] else None

    before = pod_spec_of(runner.until("the first revision", settled, every=0.1), kind)
    values = {"kubectl": f"kubectl -n {NAMESPACE}", "container": "app", "pod": "undo-1"}
    fix = fixes_of(ENTRY, values, Owner(kind, "undo", pod_spec=before), "app")[0]
    tried = shell(f"{fix.commands[0]} --dry-run=server")
    assert (tried.returncode, tried.stderr) == (0, "")
    assert shell(fix.commands[0]).returncode == 0
    changed = pod_spec_of(runner.until("the second revision", settled, every=0.1), kind)
    assert changed["containers"][0]["args"] == ["serve", "--verbose"] and "livenessProbe" not in changed["containers"][0]
    undone = shell(fix.undo)
    assert undone.returncode == 0, undone.stderr
    assert pod_spec_of(read(), kind) == before
