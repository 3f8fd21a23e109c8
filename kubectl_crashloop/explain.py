"""`--explain`: the knowledge entry of a code, what an exit code or a reason of a status means, or the whole list."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from .cli import Failure
from .render.colour import use_colour
from .render.explain import render_exit_code, render_explain, render_explain_list, render_reason
from .render.width import terminal_width
from .texts import bundled_texts

TYPE_CHECKING = False  # the module typing is not needed to read an entry
if TYPE_CHECKING:
    from pathlib import Path

    from .knowledge import Entry


def explain(word: str, color: str, own: Sequence[Path] = ()) -> str:
    """The text for `word`, with the entries of the folders `own`; raises Failure where it is none of these."""
    width, colour = terminal_width(sys.stdout), use_colour(color, sys.stdout)
    if word.lstrip("-").isdigit():
        from .exitcodes import describe

        return render_exit_code(describe(int(word)), width=width, colour=colour)
    entries = _entries(own)
    if not word:
        from .exitcodes import load_exit_codes

        return render_explain_list(entries.values(), load_exit_codes().values(), width=width, colour=colour)
    code = {c.lower(): c for c in entries}.get(word.lower())
    if code is not None:
        return render_explain(entries[code], width=width, colour=colour)
    from .bundled import bundled_reasons

    reasons = bundled_reasons()
    reason = {r.lower(): r for r in reasons}.get(word.lower().removeprefix("init:"))
    if reason is not None:
        return render_reason(reason, reasons[reason], entries, width=width, colour=colour)
    import difflib

    near = difflib.get_close_matches(word, [*entries, *reasons], 3, 0.5)
    hint = f"; the nearest: {', '.join(near)}" if near else ""
    raise Failure(f"error: no cause code or reason {word!r}{hint}\nSee 'kubectl crashloop --explain' for the list.")


def _entries(own: Sequence[Path]) -> Mapping[str, Entry]:
    if not own:
        return bundled_texts()
    from .own_knowledge import joined

    return joined(own)
