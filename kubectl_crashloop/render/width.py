"""How wide the output may be, and how text is made to fit."""

from __future__ import annotations

import os
import textwrap
import unicodedata
from collections.abc import Mapping

TYPE_CHECKING = False  # the module typing is not needed to read a cause
if TYPE_CHECKING:
    from typing import TextIO

MAX_WIDTH, DEFAULT_WIDTH, MIN_WIDTH = 100, 80, 40
DOTS = "..."


def terminal_width(stream: TextIO, environ: Mapping[str, str] = os.environ) -> int:
    """COLUMNS, else the terminal's width, else 80; between 40 and 100."""
    columns = environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) > 0:
        found = int(columns)
    else:
        try:
            found = os.get_terminal_size(stream.fileno()).columns or DEFAULT_WIDTH
        except (OSError, ValueError, AttributeError):
            found = DEFAULT_WIDTH
    return max(MIN_WIDTH, min(found, MAX_WIDTH))


def columns(text: str) -> int:
    """The columns that `text` takes on a terminal."""
    return len(text) if text.isascii() else sum(map(_columns_of, text))


def _columns_of(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, width: int) -> str:
    """`text`, its end replaced by `...` where it takes more than `width` columns."""
    if columns(text) <= width:
        return text
    kept, used = [], 0
    for character in text:
        used += _columns_of(character)
        if used > width - len(DOTS):
            break
        kept.append(character)
    return "".join(kept) + DOTS


def cut_around(text: str, span: tuple[int, int], width: int) -> tuple[str, tuple[int, int]]:
    """`text` cut at both ends to `width` characters so that `span` stays in sight; where the span stands then."""
    if len(text) <= width:
        return text, span
    start, end = span
    room = width - 2 * len(DOTS)
    shown = min(end - start, room)
    first = max(0, min(start - (room - shown) // 2, len(text) - room))
    last = min(len(text), first + room)
    head, tail = (DOTS if first else ""), (DOTS if last < len(text) else "")
    return head + text[first:last] + tail, (start - first + len(head), min(end, last) - first + len(head))


def wrap(text: str, width: int, first: str = "", rest: str = "", break_words: bool = False) -> list[str]:
    """The lines of a paragraph: `first` begins the first line, `rest` the others. Long words stay whole unless asked."""
    lines = textwrap.wrap(
        " ".join(text.split()), max(width, len(rest) + 20), initial_indent=first, subsequent_indent=rest,
        break_long_words=break_words, break_on_hyphens=False,
    )  # fmt: skip
    return lines or [first.rstrip()]
