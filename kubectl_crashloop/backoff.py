"""When the kubelet starts a container again (pkg/kubelet/kuberuntime, Kubernetes 1.36)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from .facts import BACKOFF_RESET, Container
from .times import go_duration

_MESSAGE = re.compile(r"^back-off (\S+) restarting failed container")
INITIAL, CAP = 10.0, 300.0
"""Seconds; both can be set on a node."""


def delay(container: Container) -> float | None:
    """Seconds of back-off in force; from the waiting message, else by the restart count; None when not backing off."""
    if container.waiting_reason != "CrashLoopBackOff":
        return None
    found = _MESSAGE.match(str(container.waiting.get("message") or ""))
    told = go_duration(found[1]) if found else None
    return told if told is not None else min(CAP, INITIAL * 2 ** min(max(container.restarts - 1, 0), 10))


def next_start(container: Container) -> datetime | None:
    """The earliest next start: `finishedAt` + delay, but at most `startedAt` + 600 s, when the back-off resets."""
    wait, ended = delay(container), container.crash
    if wait is None or ended is None or ended.finished_at is None:
        return None
    at = ended.finished_at + timedelta(seconds=wait)
    if ended.started_at is not None:
        at = min(at, max(ended.finished_at, ended.started_at + timedelta(seconds=BACKOFF_RESET)))
    return at
