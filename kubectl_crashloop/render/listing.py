"""The failing pods of a namespace, worst first, each with the line to type."""

from __future__ import annotations

from ..model import ContainerRow, Item, Report
from ..times import parse_time, seconds_between, short


def render_list(report: Report, *, width: int, colour: bool) -> str:
    """A table of the items, then the lines to type; one line where nothing fails."""
    del colour  # A list says nothing by colour.
    failing = [i for i in report.items if i.causes]
    if not failing:
        return "No failing pods found."
    from tabulate import tabulate

    rows = [_row(item, report) for item in failing]
    table = tabulate(rows, headers=["POD", "STATE", "EXIT", "RESTARTS", "AGE", "CAUSE"], tablefmt="plain", disable_numparse=True)
    lines = [line if len(line) <= width else line[: width - 3] + "..." for line in table.split("\n")]
    flag = report.kubectl.removeprefix("kubectl")
    commands = [f"  kubectl crashloop {i.name} -n {i.namespace}{flag}" for i in failing[:10]]
    return "\n".join([*lines, "", "Why, in full:", *commands])


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
        item.causes[0].code if item.causes and item.causes[0].confidence != "possible" else "-",
    ]


def _state(item: Item, worst: ContainerRow | None) -> str:
    if worst is not None and worst.state not in ("Running",):
        return worst.state
    return item.phase if worst is None or worst.ready else f"{worst.state}, not ready"
