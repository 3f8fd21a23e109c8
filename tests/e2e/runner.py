"""Brings the scenarios to a cluster (that of KUBECONFIG), waits until they are ripe, and asks the command.

Every scenario gets a namespace of its own, `e2e-<scenario>`. Nothing here sleeps for luck: what has to
be waited for is a condition that is polled, with a deadline.
"""

import json
import os
import shlex
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import ripe
import yaml

from tests.program import PROGRAM

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DEADLINE = 240
FIRST = (
    "ConfigMap",
    "Secret",
    "ServiceAccount",
    "Role",
    "RoleBinding",
    "ResourceQuota",
    "LimitRange",
    "Service",
    "PersistentVolumeClaim",
)


@dataclass(frozen=True)
class Scenario:
    folder: Path

    @property
    def name(self):
        return self.folder.name

    @property
    def namespace(self):
        return f"e2e-{self.name}"

    @cached_property
    def expect(self):
        return yaml.safe_load((self.folder / "expect.yaml").read_text())

    @cached_property
    def objects(self):
        """The manifest's objects in its namespace, what pods refer to before the pods."""
        found = [o for o in yaml.safe_load_all((self.folder / "manifest.yaml").read_text()) if o]
        for item in found:
            item["metadata"]["namespace"] = self.namespace
        return sorted(found, key=lambda item: item["kind"] not in FIRST)

    @property
    def images(self):
        return self.expect.get("images", [])


def scenarios():
    return [Scenario(file.parent) for file in sorted((HERE / "scenarios").glob("*/expect.yaml"))]


def kubectl(*args, text=None, check=True):
    done = subprocess.run(["kubectl", *args], input=text, capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise RuntimeError(f"kubectl {shlex.join(args)}: {done.stderr.strip()}")
    return done.stdout


def listed(kinds, *args):
    return json.loads(kubectl("get", kinds, "-o", "json", *args))["items"]


def until(what, check, deadline=DEADLINE, every=1.0):
    """The first true value of `check()`; TimeoutError after the deadline."""
    end = time.monotonic() + deadline
    while not (value := check()):
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {deadline} s")
        time.sleep(every)
    return value


# Images


def recipes():
    return yaml.safe_load((HERE / "images.yaml").read_text())


@cache
def cluster_tool():
    """The tool that can load images, if there is one and KUBECONFIG is the cluster it made."""
    tool = Path(os.environ.get("CRASHLOOP_CLUSTER_TOOL") or ROOT / "../shared/cluster/cluster")
    if not os.access(tool, os.X_OK):
        return None
    own = subprocess.run([tool, "kubeconfig"], capture_output=True, text=True, check=True).stdout.strip()
    return tool if os.path.realpath(own) == os.path.realpath(os.environ.get("KUBECONFIG", "")) else None


@cache
def loaded_images():
    """Names on the first node, without the default registry."""
    images = listed("nodes")[0]["status"].get("images", [])
    return {name.removeprefix("docker.io/") for image in images for name in image.get("names") or ()}


def make_image(name):
    recipe = recipes()[name]
    if isinstance(recipe, list):
        command = [cluster_tool(), "image", name, *recipe]
        return subprocess.run(command, check=True, capture_output=True, text=True)
    with tempfile.TemporaryDirectory() as tree:
        Path(tree).chmod(0o755)
        subprocess.run(["sh", HERE / recipe / "build.sh", tree], check=True)
        return subprocess.run([cluster_tool(), "image", name, "--dir", tree], check=True, capture_output=True)


def make_images(wanted):
    """Makes those of the scenarios' images that the node does not have."""
    for name in sorted({name for scenario in wanted for name in scenario.images} - loaded_images()):
        make_image(name)


def why_not(scenario):
    """Why a scenario cannot run on this cluster, or nothing."""
    if not os.environ.get("KUBECONFIG"):
        return "no cluster: KUBECONFIG is not set"
    if cluster_tool():
        return None
    if scenario.expect.get("own_cluster"):
        return "needs the node name or the registries of the test cluster; this is another cluster"
    lacking = sorted(set(scenario.images) - loaded_images())
    if lacking:
        return f"images {', '.join(lacking)} are not on the node, and no cluster tool can make them here"
    return None


# Namespaces and objects


def namespace_of(scenario):
    labels = {"crashloop-e2e": "scenario", **scenario.expect.get("namespace_labels", {})}
    metadata = {"name": scenario.namespace, "labels": labels}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}


def apply_objects(objects):
    if objects:
        kubectl("apply", "-f", "-", text=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))


def live_namespaces():
    return {item["metadata"]["name"] for item in listed("namespaces", "-l", "crashloop-e2e")}


def delete(wanted, wait=False):
    names = [scenario.namespace for scenario in wanted]
    if names:
        kubectl("delete", "namespace", "--ignore-not-found", f"--wait={str(wait).lower()}", *names)


def namespaces_with_account():
    """Those in which pods are admitted: the controller has made their default service account."""
    accounts = [item["metadata"] for item in listed("serviceaccounts", "-A")]
    return {account["namespace"] for account in accounts if account["name"] == "default"}


def apply(wanted):
    """Creates the scenarios' namespaces afresh and all their objects."""
    live = live_namespaces()
    delete([scenario for scenario in wanted if scenario.namespace in live], wait=True)
    apply_objects([namespace_of(scenario) for scenario in wanted])
    names = {scenario.namespace for scenario in wanted}
    until("default service accounts", lambda: names <= namespaces_with_account())
    objects = [item for scenario in wanted for item in scenario.objects]
    apply_objects([item for item in objects if item["kind"] in FIRST])
    apply_objects([item for item in objects if item["kind"] not in FIRST])


# Ripeness


def workload_label(scenario, target):
    """The `app` label that the pods of deploy/web (or another TYPE/NAME) carry."""
    for item in scenario.objects:
        if item["metadata"]["name"] == target.split("/")[1] and item["kind"] not in FIRST:
            spec = item["spec"].get("jobTemplate", item)["spec"]
            return spec["template"]["metadata"]["labels"]["app"]
    raise LookupError(f"{scenario.name}: the manifest has no {target}")


def pods_of(scenario, pods):
    target = scenario.expect["target"]
    here = [pod for pod in pods if pod["metadata"]["namespace"] == scenario.namespace]
    if "/" in target or "=" in target:
        app = target.removeprefix("app=") if "=" in target else workload_label(scenario, target)
        return [pod for pod in here if pod["metadata"].get("labels", {}).get("app") == app]
    return [pod for pod in here if pod["metadata"]["name"] == target]


_latest = {"at": float("-inf"), "look": None}


def read_cluster():
    """All pods and events: one read a second serves every scenario that waits."""
    if time.monotonic() - _latest["at"] > 1:
        _latest.update(look=(listed("pods", "-A"), listed("events", "-A")), at=time.monotonic())
    return _latest["look"]


def seen(scenario):
    """What the conditions of a scenario look at: its wait, pods, events and container."""
    pods, events = read_cluster()
    own = [event for event in events if event["metadata"]["namespace"] == scenario.namespace]
    return scenario.expect["wait"], pods_of(scenario, pods), own, scenario.expect.get("container")


# Asking


def typed_target(scenario):
    """What the user types: the target, or for app=LABEL the name of a ripe pod with that label."""
    target = scenario.expect["target"]
    if "=" not in target:
        return target
    wait, pods, events, container = seen(scenario)
    return (ripe.ripe_pods(wait, pods, events, container) or pods)[0]["metadata"]["name"]


def ask(scenario, *args):
    line = [*PROGRAM, typed_target(scenario), "-n", scenario.namespace, *(args or ("-o", "json"))]
    return subprocess.run(line, capture_output=True, text=True, check=False)


@dataclass
class Field:
    """Runs scenarios side by side, at most `width` at a time, and asks each as soon as it is ripe."""

    queue: list
    ask: Callable = ask
    width: int = 45
    batch: int = 15
    started: dict = field(default_factory=dict)
    answers: dict = field(default_factory=dict)

    def fill(self):
        room = self.width - len(self.started)
        if self.queue and (room >= self.batch or room >= len(self.queue)):
            new, self.queue = self.queue[:room], self.queue[room:]
            apply(new)
            self.started.update({scenario: time.monotonic() for scenario in new})

    def late(self, scenario):
        return time.monotonic() - self.started[scenario] > scenario.expect.get("deadline", DEADLINE)

    def finish(self, scenario, answer):
        self.answers[scenario] = answer
        del self.started[scenario]
        delete([scenario])

    def step(self):
        """One round: asks those that are ripe, gives up those that are late; true if there was one."""
        self.fill()
        before = len(self.answers)
        for scenario in list(self.started):
            if ripe.is_ripe(*seen(scenario)):
                self.finish(scenario, self.ask(scenario))
            elif self.late(scenario):
                self.finish(scenario, TimeoutError(f"{scenario.name}: never {scenario.expect['wait']}"))
        return len(self.answers) > before

    def answer(self, scenario):
        """What `ask` gave for the scenario; others that ripen earlier are asked on the way."""
        while scenario not in self.answers:
            if not self.step():
                time.sleep(1)
        if isinstance(self.answers[scenario], Exception):
            raise self.answers[scenario]
        return self.answers[scenario]

    def clear(self):
        delete(self.started)
        self.started.clear()
