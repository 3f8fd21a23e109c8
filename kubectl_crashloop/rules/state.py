"""How each container stands at the time of reading: failing, crashed lately, still starting or fine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..facts import BACKOFF_RESET, Container, Pod, Termination
from ..times import seconds_between

NOT_YET = ("", "ContainerCreating", "PodInitializing")
"""Waiting reasons that only say that the start has not come (kubelet_pods.go)."""
NO_PROBE = 10
"""Seconds that a container without probes may take to be marked ready."""
READY_SLACK = 2
"""Seconds beyond a readiness budget before a container counts as not ready."""


@dataclass(frozen=True)
class Standing:
    """`kind` is `waiting`, `ended`, `restarted`, `unready`, `starting`, `blocked` or `fine`."""

    kind: str

    @property
    def failing(self) -> bool:
        """True where there is something to explain in this container."""
        return self.kind in ("waiting", "ended", "restarted", "unready")


def standing_of(container: Container, pod: Pod, now: datetime) -> Standing:
    """How one container stands."""
    if container.waiting:
        return Standing("waiting" if container.waiting_reason not in NOT_YET or container.crash else "blocked")
    if container.ended:
        return Standing("ended" if ended_badly(container.ended, container, pod) else "fine")
    if not container.running:
        return Standing("blocked")
    if crashed_lately(container, pod, now):
        return Standing("restarted")
    if not container.ready and container.role in ("app", "sidecar"):
        return Standing("starting" if _still_starting(container, now) else "unready")
    return Standing("fine")


def ended_badly(ended: Termination, container: Container, pod: Pod) -> bool:
    """False where ending is what the container is for."""
    if ended.exit_code != 0 or ended.reason == "OOMKilled":
        return True
    return container.role in ("app", "sidecar") and pod.restart_policy == "Always" and pod.phase != "Succeeded"


def crashed_lately(container: Container, pod: Pod, now: datetime) -> bool:
    """True where it crashed and has not run for the back-off reset since."""
    last = container.last
    if last is None or not ended_badly(last, container, pod):
        return False
    back = seconds_between(container.running_since, now)
    if lost_with_runtime(last):
        return not container.ready
    return back is None or back < BACKOFF_RESET


def lost_with_runtime(ended: Termination) -> bool:
    """exit 255 `Unknown`: the runtime or the node restarted, not the program (containerd restart.go)."""
    return ended.exit_code == 255 and ended.reason == "Unknown"


def _still_starting(container: Container, now: datetime) -> bool:
    since = seconds_between(container.running_since, now)
    if since is None:
        return False
    budgets = [p.budget for kind, p in container.probes.items() if kind in ("startup", "readiness")]
    return since <= max(budgets, default=NO_PROBE) + READY_SLACK
