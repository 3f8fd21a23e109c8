"""Tables that fit the width, and the table of a pod's containers."""

from __future__ import annotations

from collections.abc import Sequence

from ..model import ContainerRow, Item
from ..times import parse_time, seconds_between, short
from .width import columns, cut

HEADERS = ("CONTAINER", "STATE", "EXIT", "MEANING", "RESTARTS", "RAN", "NEXT TRY")
MAX_ROWS = 8
_SHRINK = ((3, 12), (0, 16), (1, 12), (0, 10))
"""(column, least width) in the order in which columns give way."""
NARROW, _VITAL = 72, (0, 1, 2, 6)
"""Below this width only these columns are shown."""
_PLAIN_REASONS = ("", "Error", "Completed", "ContainerStatusUnknown")


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], width: int, shrink: Sequence[tuple[int, int]]) -> list[str]:
    """The lines of a table; columns named in `shrink` are cut until it fits `width`, where they can."""
    from tabulate import tabulate

    cells = [list(headers), *(list(row) for row in rows)]
    for column, least in shrink:
        sizes = [max(columns(row[i]) for row in cells) for i in range(len(headers))]
        excess = sum(sizes) + 2 * (len(sizes) - 1) - width
        if excess > 0:
            limit = max(least, sizes[column] - excess)
            cells = [cells[0], *([*r[:column], cut(r[column], limit), *r[column + 1 :]] for r in cells[1:])]
    # As a row, not as `headers`, which tabulate would pad by two more columns.
    text = tabulate(cells, tablefmt="plain", disable_numparse=True)
    return [line.rstrip() for line in text.split("\n")]


def container_table(item: Item, fetched_at: str, width: int) -> list[str]:
    """The containers of a pod, the one at fault first; empty for an item without containers."""
    if not item.containers:
        return []
    first = item.causes[0].container if item.causes else None
    ordered = sorted(item.containers, key=lambda c: (c.name != first, c.role == "init", c.ready or c.state == "Completed"))
    rows = [_row(c, fetched_at) for c in ordered[:MAX_ROWS]]
    lines = _narrow(rows, width) if width < NARROW else table(HEADERS, rows, width, _SHRINK)
    more = len(ordered) - MAX_ROWS
    return [*lines, f"and {more} more"] if more > 0 else lines


def _narrow(rows: list[list[str]], width: int) -> list[str]:
    vital = [[row[i] for i in _VITAL] for row in rows]
    return table([HEADERS[i] for i in _VITAL], vital, width, ((0, 16), (1, 10), (0, 10)))


def _row(c: ContainerRow, fetched_at: str) -> list[str]:
    return [
        c.name if c.role == "app" else f"{c.name} ({c.role})",
        c.state or "-",
        "-" if c.exit_code is None else str(c.exit_code),
        _meaning(c),
        str(c.restarts),
        _ran(c, fetched_at) or "-",
        next_try(c, fetched_at) or "-",
    ]


def _meaning(c: ContainerRow) -> str:
    reason = "" if c.reason in (None, *_PLAIN_REASONS) or c.reason == c.state else str(c.reason)
    meaning = "" if c.exit_code is None else c.meaning or ""
    return ", ".join(part for part in (reason, meaning) if part) or "-"


def _ran(c: ContainerRow, fetched_at: str) -> str:
    end = fetched_at if c.state == "Running" else c.finished_at
    return short(seconds_between(parse_time(c.started_at), parse_time(end)))


def next_try(c: ContainerRow, fetched_at: str) -> str:
    """`in 3m`, `now` where the time has come, empty where none is known."""
    left = seconds_between(parse_time(fetched_at), parse_time(c.next_start_at))
    if left is None:
        return ""
    return f"in {short(left)}" if left >= 1 else "now"
