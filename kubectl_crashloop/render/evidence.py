"""Evidence as text: log lines numbered with a caret below, everything else as source, place and words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..model import Evidence
from ..times import parse_time, seconds_between, short
from .colour import Paint
from .width import DOTS, columns, cut, cut_around, wrap

PLACE_COLUMNS = 25
MAX_LOG_LINES = 6
MAX_TEXT_LINES = 4
_TAB = "    "
_OWN_STATUS = re.compile(r"^status\.\w+\[(?P<name>[^\]]*)\]\.")
_AT = re.compile(r"\b(?:at|finishedAt:) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$")


@dataclass(frozen=True)
class View:
    """What evidence is shown to."""

    width: int
    fetched_at: str
    container: str | None
    paint: Paint
    tell_tales: tuple[str, ...] = ()
    """Values of the cause: where no span is known, a line is cut so that they stay in sight."""


def evidence_lines(items: tuple[Evidence, ...], view: View) -> list[str]:
    """All items: the first log lines with their context, others without."""
    lines: list[str] = []
    shown: set[tuple[str, int]] = set()
    for item in items:
        if item.source != "log" or item.line is None:
            lines += _plain_lines(item, view, PLACE_COLUMNS)
            continue
        hit = {(item.path, n) for n in range(item.line, item.line + item.text.count("\n") + 1)}
        if not hit <= shown:
            lines += log_lines(item, view, with_context=not shown)
            around = range(item.line - len(item.before[-2:]), item.line + len(hit) + len(item.after[:1]))
            shown |= {(item.path, n) for n in around}
    return lines


def age(at: str | None, fetched_at: str) -> str:
    """`2m ago`; empty where the time is unknown."""
    seconds = seconds_between(parse_time(at), parse_time(fetched_at))
    return "" if seconds is None else f"{short(seconds)} ago"


def _place(e: Evidence, view: View) -> str:
    own = _OWN_STATUS.match(e.path)
    if own and own["name"] == view.container:
        return e.path[own.end() :]
    place = e.path.removeprefix("status.").removeprefix("spec.")
    if e.source == "event":
        place += f" x{e.count}" if e.count and e.count > 1 else ""
        seen = age(e.last_at, view.fetched_at)
        return f"{place}, {seen}" if seen else place
    return place


def _plain_lines(e: Evidence, view: View, column: int) -> list[str]:
    text = _AT.sub(lambda m: age(m[1], view.fetched_at) or m[0], e.text)
    place = _place(e, view)
    room = MAX_TEXT_LINES * (view.width - (column + 10 if len(place) <= column else 10)) - 40
    if e.span and text == e.text and "\n" not in text and len(text) > room:
        text = _both_ends(text, e.span, room)
    head = f"  {e.source:<6}  {place:<{column}}  "
    if "\n" not in text and columns(head + text) <= view.width:
        return [head + text]
    if len(place) > column or view.width - len(head) < 30:
        return [head.rstrip(), *_bounded(wrap(text, view.width, " " * 10, " " * 10, True), view.width)]
    return _bounded(wrap(text, view.width, head, " " * len(head), True), view.width)


def _both_ends(text: str, span: tuple[int, int], room: int) -> str:
    """What matched, in `room` characters: a registry's answer stands at the end, behind the image's name."""
    start, end = span
    if end - start <= room:
        return cut_around(text, span, room)[0]
    first = room // 3
    return f"{text[start : start + first]} {DOTS} {text[end - (room - first - 5) : end]}"


def _bounded(lines: list[str], width: int) -> list[str]:
    kept = [cut(line, width) for line in lines[:MAX_TEXT_LINES]]
    if len(lines) > MAX_TEXT_LINES:
        kept[-1] = cut(kept[-1] + " " + DOTS, width) if len(kept[-1]) + 4 <= width else kept[-1][: width - 3] + DOTS
    return kept


def log_lines(e: Evidence, view: View, with_context: bool) -> list[str]:
    """The place of the hit, then its lines with numbers, a caret under the tell-tale part."""
    hit = e.text.split("\n")
    first = e.line or 1
    lines = [f"  log {e.path}, {_numbers(first, len(hit), e)}"]
    before = e.before[-2:] if with_context else ()
    for i, text in enumerate(before):
        lines.append(_numbered(first - len(before) + i, text, view))
    for i, text in enumerate(hit):
        if len(hit) > MAX_LOG_LINES and 3 <= i < len(hit) - 2:
            lines += [" " * 8 + view.paint("gutter", "| ") + DOTS] if i == 3 else []
            continue
        span = (e.span if i == 0 else None) or (_tell_tale(text, view) if len(text) > view.width - 10 else None)
        lines += _hit_line(first + i, text, span, view)
    after = e.after[:1] if with_context else ()
    lines += [_numbered(first + len(hit) + i, text, view) for i, text in enumerate(after)]
    return lines


def _tell_tale(text: str, view: View) -> tuple[int, int] | None:
    found = max((v for v in view.tell_tales if len(v) >= 4 and v in text), key=len, default="")
    at = text.rfind(found) if found else -1
    return (at, at + len(found)) if at >= 0 else None


def _numbers(first: int, count: int, e: Evidence) -> str:
    lines = f"line {first}" if count == 1 else f"lines {first}-{first + count - 1}"
    if not e.total:
        return lines
    return f"{lines} of the last {e.total}" if e.truncated else f"{lines} of {e.total}"


def _numbered(number: int, text: str, view: View) -> str:
    shown = cut(text.replace("\t", _TAB), view.width - 10).rstrip()
    return view.paint("gutter", f"{number:>7} |") + (f" {shown}" if shown else "")


def _hit_line(number: int, text: str, span: tuple[int, int] | None, view: View) -> list[str]:
    if span is None or not 0 <= span[0] < span[1] <= len(text):
        return [_numbered(number, text, view)]
    start, end = (place + text.count("\t", 0, place) * (len(_TAB) - 1) for place in span)
    shown, (start, end) = cut_around(text.replace("\t", _TAB), (start, end), view.width - 10)
    caret = " " * 8 + view.paint("gutter", "|") + " " * (start + 1) + view.paint("unsure", "^" * (end - start))
    return [view.paint("gutter", f"{number:>7} |") + " " + shown, caret]
