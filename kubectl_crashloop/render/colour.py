"""Colour, where the reader wants it. It never carries meaning alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping

TYPE_CHECKING = False  # the module typing is not needed to read a cause
if TYPE_CHECKING:
    from typing import TextIO

STYLES = {"headline": "1;31", "label": "1", "unsure": "33", "gutter": "2;36", "command": "32", "good": "32"}

EFFECTS = {"restarts-pods": "this restarts pods", "changes-cluster": "this changes the cluster"}
"""What a command does, in words: colour alone carries no meaning."""

Paint = Callable[[str, str], str]


def use_colour(choice: str, stream: TextIO | None, environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """True for `always`; for `auto` on a terminal that shows colours, unless NO_COLOR is set, even to nothing."""
    if choice != "auto":
        return choice == "always"
    if "NO_COLOR" in environ or environ.get("TERM") == "dumb" or stream is None or not stream.isatty():
        return False
    return platform != "win32" or "WT_SESSION" in environ


def painter(colour: bool) -> Paint:
    """A function (style, text) -> text that paints, or leaves the text as it is."""
    return _painted if colour else _plain


def _painted(style: str, text: str) -> str:
    return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if text else text


def _plain(style: str, text: str) -> str:
    return text
