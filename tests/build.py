"""Small builders of API objects for tests: only what a test is about has to be written."""

from datetime import datetime, timezone

from kubectl_crashloop.bundled import bundled_knowledge
from kubectl_crashloop.model import Log
from kubectl_crashloop.read_facts import pod_facts
from kubectl_crashloop.refs import LogKey
from kubectl_crashloop.rules.case import Case
from kubectl_crashloop.snapshot import Snapshot
from kubectl_crashloop.times import parse_time

NOW = "2026-11-22T09:00:00Z"
KNOWLEDGE = bundled_knowledge()


def at(minute, second=0):
    """A time in the hour before NOW."""
    return f"2026-11-22T08:{minute:02}:{second:02}Z"


def ended(code=1, reason="Error", start=at(58), end=at(58, 30), message=""):
    """A terminated state."""
    state = {"exitCode": code, "reason": reason, "startedAt": start, "finishedAt": end}
    return {"terminated": {**state, "message": message} if message else state}


def waiting(reason="CrashLoopBackOff", message=""):
    """A waiting state."""
    return {"waiting": {"reason": reason, "message": message} if message else {"reason": reason}}


def running(since=at(59)):
    """A running state."""
    return {"running": {"startedAt": since}}


def status(name="app", state=None, last=None, ready=False, restarts=0, **more):
    """One entry of containerStatuses."""
    return {"name": name, "state": state or {}, "lastState": last or {}, "ready": ready, "restartCount": restarts, **more}


def pod(statuses=(), containers=None, phase="Running", name="web-1", meta=None, pod_status=None, **spec):
    """A pod of namespace shop."""
    containers = containers or [{"name": s["name"], "image": "shop/web:1"} for s in statuses] or [{"name": "app", "image": "i:1"}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "shop", "uid": "u1", "creationTimestamp": at(0), **(meta or {})},
        "spec": {"nodeName": "node-1", "containers": containers, **spec},
        "status": {"phase": phase, "containerStatuses": list(statuses), **(pod_status or {})},
    }


def event(reason, message, container="", type="Warning", count=1, last=at(59), kind="Pod", name="web-1", uid="u1"):
    """An event as the kubelet writes it."""
    involved = {"kind": kind, "name": name, "namespace": "shop", "uid": uid}
    if container:
        involved["fieldPath"] = f"spec.containers{{{container}}}"
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{name}.{reason}.{count}.{hash((message, last)) & 0xFFFF:x}", "namespace": "shop"},
        "involvedObject": involved,
        "reason": reason,
        "message": message,
        "type": type,
        "count": count,
        "lastTimestamp": last,
        "firstTimestamp": last,
    }


def snapshot(*objects, logs=None, checks=()):
    """A snapshot; `logs` maps container (previous) or (container, False) to text."""
    keys = {}
    for key, text in (logs or {}).items():
        container, previous = key if isinstance(key, tuple) else (key, True)
        keys[LogKey("shop", "web-1", container, previous)] = Log(text)
    return Snapshot(NOW, objects=tuple(objects), logs=keys, checks=tuple(checks))


def case(*objects, logs=None, checks=(), name="web-1"):
    """A case on pod web-1 of the given objects."""
    s = snapshot(*objects, logs=logs, checks=checks)
    return Case(pod_facts(s, "shop", name), s, KNOWLEDGE, parse_time(NOW) or datetime.now(timezone.utc))
