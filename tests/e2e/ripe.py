"""When a scenario is ripe: its `wait` is a set of conditions that one pod must meet together. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timezone

STATUSES = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")


def seconds(text):
    number, unit = re.fullmatch(r"(\d+)(s|m)", str(text)).groups()
    return int(number) * {"s": 1, "m": 60}[unit]


def age(stamp, now):
    return (now - datetime.fromisoformat(stamp.replace("Z", "+00:00"))).total_seconds() if stamp else 0


def containers(pod, name):
    """The statuses of the named container, or of all where none is named."""
    found = [status for key in STATUSES for status in pod.get("status", {}).get(key, [])]
    return [status for status in found if name in (None, status["name"])]


def state(status, kind):
    return status.get("state", {}).get(kind, {})


def running_for(status, wanted, ready, now):
    running = state(status, "running")
    long_enough = age(running.get("startedAt"), now) >= seconds(wanted)
    return bool(running) and status.get("ready") is ready and long_enough


def pod_events(look):
    name = look.pod["metadata"]["name"]
    return [event for event in look.events if event["involvedObject"].get("name") == name]


@dataclass(frozen=True)
class Look:
    """One pod as a condition sees it: `found` are the statuses of the container that counts."""

    pod: dict
    found: list
    events: list
    now: datetime


CONDITIONS = {
    "restarts": lambda wanted, look: any(status["restartCount"] >= wanted for status in look.found),
    "stopped": lambda wanted, look: any(bool(state(s, "running")) is not wanted for s in look.found),
    "waiting": lambda wanted, look: any(state(s, "waiting").get("reason") == wanted for s in look.found),
    "unready": lambda wanted, look: any(running_for(s, wanted, False, look.now) for s in look.found),
    "ready": lambda wanted, look: any(running_for(s, wanted, True, look.now) for s in look.found),
    "event": lambda wanted, look: any(event["reason"] == wanted for event in pod_events(look)),
    "phase": lambda wanted, look: look.pod["status"].get("phase") == wanted,
}


def ripe_pods(wait, pods, events, container=None, now=None):
    """Those of the pods that meet every condition of `wait`."""
    now = now or datetime.now(timezone.utc)
    looks = [Look(pod, containers(pod, container), events, now) for pod in pods]
    conditions = [(CONDITIONS[name], wanted) for name, wanted in wait.items() if name != "owner_event"]
    return [look.pod for look in looks if all(met(wanted, look) for met, wanted in conditions)]


def owner_event_seen(wait, events):
    """`owner_event` asks for an event about anything but a pod: the workload never got one."""
    others = [event for event in events if event["involvedObject"].get("kind") != "Pod"]
    return any(event["reason"] == wait["owner_event"] for event in others)


def is_ripe(wait, pods, events, container=None, now=None):
    if "owner_event" in wait:
        return owner_event_seen(wait, events)
    return bool(ripe_pods(wait, pods, events, container, now))
