"""The report as text: the first line answers, the last one can be pasted."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..model import CERTAIN, POSSIBLE, Cause, Check, Fix, Item, Report
from ..patches import words_of
from ..quoting import shell_quote
from ..times import parse_time, seconds_between, short
from .colour import EFFECTS, Paint, painter
from .evidence import View, evidence_lines
from .table import container_table, next_try
from .width import wrap

SCREEN = 40
MAX_NOT_CHECKED = 4
MAX_COMMANDS = 3


@dataclass(frozen=True)
class _Detail:
    """How much is shown: the first of `DETAILS` that fits one screen."""

    fixes: int
    patch_lines: int
    notes: int
    undo: bool = False
    """The command to undo the first fix takes no room from anything else."""


_SIZES = ((3, 16, 2), (2, 16, 1), (2, 10, 0), (1, 10, 0))
DETAILS = tuple(_Detail(*size, undo) for size in _SIZES for undo in (True, False))


@dataclass(frozen=True)
class _Page:
    report: Report
    item: Item
    width: int
    paint: Paint
    detail: _Detail = DETAILS[0]

    def paragraph(self, label: str, text: str, size: int = 8) -> list[str]:
        """A label and its text, wrapped beside it."""
        lines = wrap(text, self.width, " " * size, " " * size)
        return [self.paint("label", f"{label:<{size}}") + lines[0][size:], *lines[1:]]

    def commands(self, commands: tuple[str, ...], indent: str = "  ") -> list[str]:
        """Commands never wrap: they are pasted."""
        return [indent + self.paint("command", c) for c in commands]


def duration(seconds: float) -> str:
    """A duration as kubectl shows an age: `45s`, `3m`, `2h5m`, `3d4h`."""
    return short(seconds)


def render_text(report: Report, *, width: int, colour: bool) -> str:
    """The whole report: one block an item, a line of dashes between two."""
    paint = painter(colour)
    if not report.items:
        return "No pods found.\n"
    blocks = ["\n".join(_item(_Page(report, item, width, paint))) for item in report.items]
    return ("\n\n" + paint("gutter", "-" * min(width, 80)) + "\n\n").join(blocks) + "\n"


def _item(page: _Page) -> list[str]:
    if not page.item.causes:
        return _healthy(page)
    tries = (_failing(replace(page, detail=detail)) for detail in DETAILS)
    lines: list[str] = []
    for lines in tries:
        if len(lines) <= SCREEN:
            break
    return lines


def _failing(page: _Page) -> list[str]:
    table = container_table(page.item, page.report.fetched_at, page.width)
    cause = page.item.causes[0]
    lines = [*_headline(page, cause), *([""] if table else []), *_painted_header(page, table), ""]
    lines += _evidence(page, cause)
    if cause.why:
        lines += page.paragraph("Why", cause.why)
    lines += _others(page)
    for i, fix in enumerate(cause.fixes[: page.detail.fixes]):
        lines += _fix(page, fix, first=i == 0, told=_told_in_next(cause) is fix)
    lines += _more(len(cause.fixes) - page.detail.fixes)
    lines += _rest(page)
    return [*lines, *_next(page, cause)]


def _painted_header(page: _Page, table: list[str]) -> list[str]:
    return [page.paint("label", table[0]), *table[1:]] if table else []


def _healthy(page: _Page) -> list[str]:
    item = page.item
    text = item.state_text or f"`{item.name}` is healthy"
    vital = ", ".join(p for p in (item.phase, _restarts(page, None)) if p)
    lines = [*wrap(text, page.width), *([f"{_place(item)} -- {vital}"] if vital else [])]
    unseen = [c for c in item.checks if c.status in ("denied", "failed")]
    return [*lines, *_not_checked(page, unseen)]


def _headline(page: _Page, cause: Cause) -> list[str]:
    title = wrap(cause.title, page.width)
    sure = cause.confidence if cause.confidence == CERTAIN else page.paint("unsure", cause.confidence)
    parts = [_place(page.item), f"{cause.code}, {cause.confidence}", _vital(page, cause)]
    line = " -- ".join(p for p in parts if p)
    second = [line] if len(line) <= page.width else [" -- ".join(parts[:2]), f"  {parts[2]}"]
    second[0] = second[0].replace(f"{cause.code}, {cause.confidence}", f"{cause.code}, {sure}", 1)
    return [*(page.paint("headline", line) for line in title), *(line for line in second if line.strip())]


def _place(item: Item) -> str:
    place = f"{item.namespace}/{item.name}" if item.namespace else item.name
    return place if item.kind == "Pod" else f"{place} ({item.kind})"


def _vital(page: _Page, cause: Cause) -> str:
    row = next((c for c in page.item.containers if c.name == cause.container), None)
    again = next_try(row, page.report.fetched_at) if row else ""
    parts = [_restarts(page, cause.container), f"next try {again}" if again else "", page.item.state_text]
    return ", ".join(p for p in parts if p)


def _restarts(page: _Page, container: str | None) -> str:
    rows = [c for c in page.item.containers if container in (None, c.name)]
    count = sum(c.restarts for c in rows)
    seconds = seconds_between(parse_time(page.item.created_at), parse_time(page.report.fetched_at))
    if not count:
        return f"created {short(seconds)} ago" if seconds is not None else ""
    word = "restart" if count == 1 else "restarts"
    return f"{count} {word} in {short(seconds)}" if seconds is not None else f"{count} {word}"


def _evidence(page: _Page, cause: Cause) -> list[str]:
    if not cause.evidence:
        return []
    view = View(page.width, page.report.fetched_at, cause.container, page.paint, tuple(cause.values.values()))
    return [page.paint("label", "Evidence"), *evidence_lines(cause.evidence, view), ""]


def _others(page: _Page) -> list[str]:
    others = page.item.causes[1:]
    lines: list[str] = []
    for cause in others:
        label = "Less likely" if cause.confidence == POSSIBLE else "Also"
        indent = " " * 14
        wrapped = wrap(cause.title, page.width, f"{indent}{cause.confidence:<8}  {cause.code}: ", " " * 24)
        lines += [
            page.paint("label", f"{label:<14}") + wrapped[0][14:],
            *wrapped[1:],
        ]
        if cause is others[0] and cause.checks:
            lines += [f"{indent}this would tell:", *page.commands(cause.checks[:1])]
    return lines


def _fix(page: _Page, fix: Fix, first: bool, told: bool) -> list[str]:
    lines = page.paragraph("Fix" if first else "  or", fix.title)
    # The patch of another way out stands in its command already.
    if fix.patch and (first or not fix.commands):
        patch = fix.patch.split("\n")
        # A line that says "2 more" saves nothing.
        most = page.detail.patch_lines if len(patch) > page.detail.patch_lines + 2 else len(patch)
        lines += ["    " + line for line in patch[:most]]
        lines += [f"    # {len(patch) - most} more lines: see -o yaml"] if len(patch) > most else []
    if not told:
        effect = EFFECTS.get(fix.effect, "") if fix.commands else ""
        remark = "; ".join(part for part in (effect, fill_in(fix)) if part)
        lines += wrap(remark, page.width, "    ", "    ") if remark else []
        lines += page.commands(fix.commands, "    ")
    if fix.undo and first and page.detail.undo:
        lines.append("    to undo: " + page.paint("command", fix.undo))
    return lines


def fill_in(fix: Fix) -> str:
    """What the reader must do before the patch or the commands can be used; empty where they can be pasted."""
    return f"put your own {', '.join(fix.words)} in first" if fix.words else ""


def _rest(page: _Page) -> list[str]:
    item = page.item
    lines = page.paragraph("Changed", item.changed) if item.changed else []
    if item.siblings:
        names = ", ".join(item.siblings[:3]) + (", ..." if len(item.siblings) > 3 else "")
        lines += page.paragraph("Same", f"in {len(item.siblings)} more: {names}")
    for i, note in enumerate(item.notes[: page.detail.notes]):
        lines += page.paragraph("" if i else "Notes", note.text)
    more = _more(len(item.notes) - page.detail.notes)
    lines += page.paragraph("Notes", f"{len(item.notes)} not shown: see -o yaml") if more and not page.detail.notes else more
    return lines + _not_checked(page, [c for c in item.checks if c.status in ("denied", "failed", "skipped")])


def _more(count: int) -> list[str]:
    return [f"        and {count} more: see -o yaml"] if count > 0 else []


def _not_checked(page: _Page, checks: list[Check]) -> list[str]:
    """One line a reason: what failed alike stands together."""
    groups: dict[tuple[str, str], list[str]] = {}
    for check in checks:
        groups.setdefault((check.why, check.unlock), []).append(check.name)
    lines: list[str] = []
    for i, ((why, unlock), names) in enumerate(groups.items()):
        if i == MAX_NOT_CHECKED:
            lines.append(" " * 14 + f"and {len(groups) - i} more: see -o yaml")
            break
        text = ", ".join(names) + (f": {why}" if why else "") + (f" (needs: {unlock})" if unlock else "")
        lines += page.paragraph("" if i else "Not checked", text, 14)
    return lines


def _told_in_next(cause: Cause) -> Fix | None:
    """The fix whose commands end the report: only of a cause that is certain."""
    first = cause.fixes[0] if cause.fixes else None
    if first is None or not first.commands or cause.confidence != CERTAIN:
        return None
    return None if first.words else first


def _is_unfilled(command: str, cause: Cause) -> bool:
    """True where the reader must put something in place of a word in UPPER CASE before it can be pasted."""
    known = " ".join([*cause.values.values(), cause.title])
    return any(word not in known for word in words_of(command))


def _next(page: _Page, cause: Cause) -> list[str]:
    fix = _told_in_next(cause)
    changing = fix.commands[-MAX_COMMANDS:] if fix else ()
    reading = tuple(c for c in cause.checks if not _is_unfilled(c, cause))[: MAX_COMMANDS - len(changing)]
    if not reading and not changing:
        reading = (_fallback(page),)
    remark = EFFECTS.get(fix.effect, "") if fix else ""
    lines = [page.paint("label", "Next")] if reading else []
    lines += page.commands(reading)
    if changing and remark:
        lines += [f"        {remark}"] if lines else [page.paint("label", f"{'Next':<8}") + remark]
    elif changing and not lines:
        lines = [page.paint("label", "Next")]
    return lines + page.commands(changing)


def _fallback(page: _Page) -> str:
    item = page.item
    place = f" -n {shell_quote(item.namespace)}" if item.namespace else ""
    return f"{page.report.kubectl}{place} describe {item.kind.lower()} {shell_quote(item.name)}"
