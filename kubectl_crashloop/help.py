"""The text of `-h`, laid out as kubectl's: examples, the flags one a block, the usage last."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterable

from .pflag import is_boolean

WIDTH = 80


def help_text(parser: argparse.ArgumentParser) -> str:
    """The whole help of a parser whose epilog holds the examples."""
    parts = [*textwrap.wrap(parser.description or "", WIDTH), "", (parser.epilog or "").rstrip()]
    for group in parser._action_groups:
        flags = [action for action in group._group_actions if action.option_strings]
        if flags:
            parts += ["", f"{group.title}:", *_blocks(flags)]
    return "\n".join([*parts, "", "Usage:", f"  {parser.usage}"])


def _blocks(flags: Iterable[argparse.Action]) -> list[str]:
    blocks: list[str] = []
    for action in flags:
        text = (action.help or "") % {"choices": ", ".join(map(str, action.choices or ()))}
        blocks += ["", f"    {', '.join(action.option_strings)}{_default(action)}:"]
        blocks += textwrap.wrap(text, WIDTH, initial_indent=" " * 8, subsequent_indent=" " * 8, break_on_hyphens=False)
    return blocks[1:]


def _default(action: argparse.Action) -> str:
    """The default as kubectl shows it."""
    if action.nargs == "?":
        return f" [{action.metavar}]"
    if is_boolean(action):
        return "=false"
    if isinstance(action.default, list):
        return "=[]"
    return f"='{action.default}'" if isinstance(action.default, str) else f"={action.default}"
