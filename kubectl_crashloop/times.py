"""Times as the API writes them (RFC 3339 UTC) and durations in seconds."""

from __future__ import annotations

import re
from datetime import datetime, timezone

_GO_DURATION = re.compile(r"(\d+(?:\.\d+)?)(h|ms|m|s)")
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


def parse_time(text: object) -> datetime | None:
    """The time, or None for what is absent, unreadable, or 1970 (a container that never started)."""
    if not isinstance(text, str) or len(text) < 19:
        return None
    try:
        at = datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    except ValueError:
        return None
    return at if at.year > 1970 else None


def show_time(at: datetime) -> str:
    """RFC 3339 UTC, whole seconds."""
    return at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_between(start: datetime | None, end: datetime | None) -> float | None:
    """`end - start`, or None where one is unknown."""
    return None if start is None or end is None else (end - start).total_seconds()


def go_duration(text: str) -> float | None:
    """Seconds of a Go duration such as `1m20s`; None where it is not one."""
    parts = _GO_DURATION.findall(text)
    if not parts or "".join(n + u for n, u in parts) != text:
        return None
    return sum(float(n) * _UNITS[u] for n, u in parts)


def short(seconds: float | None) -> str:
    """A duration as kubectl shows an age: `45s`, `3m`, `2h5m`, `3d4h`."""
    if seconds is None:
        return ""
    s = max(0, int(seconds))
    if s < 120:
        return f"{s}s"
    if s < 600:
        return f"{s // 60}m{s % 60}s" if s % 60 else f"{s // 60}m"
    if s < 3 * 3600:
        return f"{s // 60}m"
    if s < 8 * 3600:
        return f"{s // 3600}h{s % 3600 // 60}m" if s % 3600 // 60 else f"{s // 3600}h"
    if s < 48 * 3600:
        return f"{s // 3600}h"
    return f"{s // 86400}d{s % 86400 // 3600}h" if s < 8 * 86400 and s % 86400 // 3600 else f"{s // 86400}d"
