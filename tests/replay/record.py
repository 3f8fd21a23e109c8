"""Replays logs in a real cluster and records the crash as a case: statuses and events are the kubelet's own.

python tests/replay/record.py [--to tests/cases] [--together 20] [CODE/NAME ...]      all without a name

A replay is a folder `tests/replay/pods/CODE/NAME/` and becomes the case `tests/cases/CODE/NAME/`:

log.txt             what the container prints before it ends, byte for byte; mounted from the ConfigMap POD-log
NAME.log.txt        what a second container of that name prints before it runs on
pod.yaml            any objects instead of the plain pod; its pod mounts POD-log, which has a key for each log
expect.yaml         what the case expects, which is copied to the case, and how to replay it, which is not:
    exit: 1             exit code after the log
    stays: 0            seconds between the log and the end
    pod: api            name of the pod (default: the folder's name); `container` (default: app) names its container as well
    wait: restarts      until what is recorded: two restarts and a wait for the third (default), `ended`, `pulling`,
                        `running` (ready again after a crash) or a number of seconds

What one node cannot show is edited by hand in the case afterwards; its expect.yaml says so in `made`. Such a replay
has `edited: true`, and is recorded only where it is named. Needs kubectl with access to a cluster that has busybox:1.35.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
NAMESPACE = "replay"
IMAGE = "busybox:1.35"
REPLAYED = ("exit", "stays", "pod", "wait", "edited")
"""Keys of expect.yaml that only the replay needs."""
NOISE = {("ConfigMap", "kube-root-ca.crt")}
PATIENCE = 150


def kubectl(*args, text=None):
    return subprocess.run(["kubectl", "-n", NAMESPACE, *args], input=text, capture_output=True, encoding="utf-8", check=False)


def read(folder):
    return yaml.safe_load((folder / "expect.yaml").read_text(encoding="utf-8"))


def pod_name(folder):
    return read(folder).get("pod", folder.name)


def logs_of(folder):
    """Container -> log; the first one ends, the others run on."""
    main = read(folder).get("container", "app")
    files = sorted(folder.glob("*.log.txt"))
    found = {main: (folder / "log.txt")} if (folder / "log.txt").exists() else {}
    return {**found, **{p.name.removesuffix(".log.txt"): p for p in files}}


def config_map(folder):
    # bytes that are no UTF-8 are not meant here: a log's own control characters survive a ConfigMap's data
    data = {name: path.read_bytes().decode("utf-8") for name, path in logs_of(folder).items()}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"{pod_name(folder)}-log"}, "data": data}


def container(name, script):
    return {
        "name": name, "image": IMAGE, "command": ["sh", "-c", script],
        "volumeMounts": [{"name": "replay", "mountPath": "/replay"}],
    }  # fmt: skip


def plain_pod(folder):
    expect = read(folder)
    containers = []
    for number, name in enumerate(logs_of(folder)):
        end = f"sleep {expect.get('stays', 0)}; exit {expect.get('exit', 1)}" if number == 0 else "sleep 3600"
        containers.append(container(name, f"cat /replay/{name}; {end}"))
    return {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": pod_name(folder)},
        "spec": {
            "terminationGracePeriodSeconds": 1, "containers": containers,
            "volumes": [{"name": "replay", "configMap": {"name": f"{pod_name(folder)}-log"}}],
        },
    }  # fmt: skip


def objects_of(folder):
    objects = [config_map(folder)] if logs_of(folder) else []
    if (folder / "pod.yaml").exists():
        text = (folder / "pod.yaml").read_text(encoding="utf-8")
        return objects + [o for o in yaml.safe_load_all(text) if o]
    return [*objects, plain_pod(folder)]


def statuses(pod):
    status = pod.get("status") or {}
    return (status.get("initContainerStatuses") or []) + (status.get("containerStatuses") or [])


def is_ripe(pod, wait, age):
    if isinstance(wait, int):
        return age > wait
    if wait == "ended":
        return pod["status"].get("phase") in ("Succeeded", "Failed")
    if wait == "pulling":
        return any((s["state"].get("waiting") or {}).get("reason") == "ImagePullBackOff" for s in statuses(pod))
    if wait == "running":
        return any(s["ready"] and s["restartCount"] and age > 30 for s in statuses(pod))
    return any(s["restartCount"] >= 2 and (s["state"].get("waiting") or {}).get("reason") for s in statuses(pod))


def await_ripe(folder):
    began, wait = time.monotonic(), read(folder).get("wait", "restarts")
    while (age := time.monotonic() - began) < PATIENCE:
        got = kubectl("get", "pod", pod_name(folder), "-o", "json")
        if got.returncode == 0 and is_ripe(json.loads(got.stdout), wait, age):
            return True
        time.sleep(2)
    return False


def is_noise(item):
    about = item.get("involvedObject") or {}
    return (item["kind"], item["metadata"]["name"]) in NOISE or about.get("kind") == "Node"


def slim(case):
    """Leaves out what every namespace has, older events of the node, and what would only name the machine."""
    path = case / "objects.yaml"
    listed = yaml.safe_load(path.read_text(encoding="utf-8"))
    listed["items"] = [o for o in listed["items"] if not is_noise(o)]
    for node in (o for o in listed["items"] if o["kind"] == "Node"):
        node["status"].pop("images", None)
        for key in ("machineID", "systemUUID", "bootID"):
            node["status"]["nodeInfo"].pop(key, None)
    path.write_text(yaml.safe_dump(listed, sort_keys=False, allow_unicode=True, width=120), encoding="utf-8")


def record(folder, to):
    name = f"{folder.parent.name}/{folder.name}"
    applied = kubectl("apply", "-f", "-", text=yaml.safe_dump_all(objects_of(folder)))
    if applied.returncode:
        return f"{name}: {applied.stderr.strip()}"
    try:
        if not await_ripe(folder):
            return f"{name}: not ripe after {PATIENCE} s"
        case = to / name
        shutil.rmtree(case, ignore_errors=True)
        command = [str(Path(sys.executable).parent / "kubectl-crashloop"), pod_name(folder), "-n", NAMESPACE, "-o", "name"]
        done = subprocess.run([*command, "--save", str(case)], capture_output=True, encoding="utf-8", check=False)
        if not (case / "objects.yaml").exists():
            return f"{name}: {done.stderr.strip()}"
        slim(case)
        kept = {key: value for key, value in read(folder).items() if key not in REPLAYED}
        (case / "expect.yaml").write_text(yaml.safe_dump(kept, sort_keys=False, allow_unicode=True), encoding="utf-8")
        return f"{name}: {done.stdout.strip()}"
    finally:
        kubectl("delete", "pod", pod_name(folder), "--wait=false", "--grace-period=1")
        kubectl("delete", "configmap", f"{pod_name(folder)}-log", "--ignore-not-found", "--wait=false")


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=ROOT / "tests" / "cases")
    parser.add_argument("--together", type=int, default=20, help="pods at a time")
    parser.add_argument("names", metavar="CODE/NAME", nargs="*")
    args = parser.parse_args(argv)
    folders = sorted(path.parent for path in (HERE / "pods").glob("*/*/expect.yaml"))
    if args.names:
        wanted = [f for f in folders if f"{f.parent.name}/{f.name}" in args.names]
    else:
        wanted = [f for f in folders if not read(f).get("edited")]
    subprocess.run(["kubectl", "create", "namespace", NAMESPACE], capture_output=True, check=False)
    with ThreadPoolExecutor(args.together) as workers:
        for line in workers.map(lambda folder: record(folder, args.to), wanted):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
