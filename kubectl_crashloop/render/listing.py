"""Many pods at once: the failing pods of a namespace, and the pods of the demo."""

from __future__ import annotations

from ..model import ContainerRow, Item, Report
from ..times import parse_time, seconds_between, short
from .table import table
from .width import wrap

HEADERS = ("POD", "STATE", "EXIT", "RESTARTS", "AGE")
MAX_COMMANDS = 20


def render_list(report: Report, *, width: int) -> str:
    """A table, worst first, and for each pod the line to type; one line where nothing fails."""
    failing = [i for i in report.items if i.causes]
    if not failing:
        return "No failing pods found."
    lines = table(HEADERS, [_row(item, report) for item in failing], width, ((1, 12), (0, 24)))
    flag = report.kubectl.removeprefix("kubectl")
    commands = [f"  kubectl crashloop {i.name} -n {i.namespace}{flag}" for i in failing[:MAX_COMMANDS]]
    more = [f"  and {len(failing) - MAX_COMMANDS} more"] if len(failing) > MAX_COMMANDS else []
    return "\n".join([*lines, "", "Why, in full", *commands, *more])


def render_demo(report: Report, *, width: int) -> str:
    """One verdict a pod, and how to see it in full."""
    parts = [f"{len(report.items)} pods of a small shop, recorded on a real cluster. One verdict each:"]
    for item in report.items:
        cause = item.causes[0]
        name = item.owner.name if item.owner else item.name
        parts += ["", f"{name} -- {cause.code}, {cause.confidence}"]
        parts += [f"  {line}" for line in wrap(cause.title, width - 2)]
        parts += [f"  kubectl crashloop --demo {name}"]
    return "\n".join(parts)


def _row(item: Item, report: Report) -> list[str]:
    worst = next((c for c in item.containers if item.causes and c.name == item.causes[0].container), None)
    worst = worst or next((c for c in item.containers if not c.ready), None)
    now, created = parse_time(report.fetched_at), parse_time(item.created_at)
    return [
        item.name,
        _state(item, worst),
        "-" if worst is None or worst.exit_code is None else str(worst.exit_code),
        str(sum(c.restarts for c in item.containers)),
        short(seconds_between(created, now)) or "<unknown>",
    ]


def _state(item: Item, worst: ContainerRow | None) -> str:
    if worst is not None and worst.state not in ("Running", "Waiting"):
        return worst.state
    return item.phase if worst is None or worst.ready or not item.phase else f"{item.phase}, not ready"
