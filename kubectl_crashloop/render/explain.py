"""Entries of the knowledge base, exit codes and reasons, without a pod: placeholders stand in UPPER CASE."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..placeholders import PLACEHOLDER
from .colour import EFFECTS, Paint, painter
from .width import wrap

TYPE_CHECKING = False  # the module typing is not needed to read an entry
if TYPE_CHECKING:
    from typing import Any

    from ..exitcodes import ExitCode
    from ..knowledge import Entry

_COMMON = {
    "kubectl": "kubectl -n NAMESPACE", "kubectl_cluster": "kubectl", "deployment": "deployment/NAME", "job": "job/NAME",
    "cronjob": "cronjob/NAME", **dict.fromkeys(("owner", "editable", "rollout", "scalable"), "TYPE/NAME"),
}  # fmt: skip


def generic(text: str) -> str:
    """`text` with each placeholder in UPPER CASE, for the reader to fill in."""
    return PLACEHOLDER.sub(lambda m: _COMMON.get(m[1], m[1].upper()), text)


def render_explain(entry: Entry, *, width: int, colour: bool) -> str:
    """All that is known about one cause."""
    paint = painter(colour)
    lines = [paint("headline", entry.code), *wrap(entry.summary, width), ""]
    lines += _labelled("Title", generic(entry.title[0]), width, paint)
    lines += _labelled("Why", generic(entry.why[0]), width, paint)
    for i, fix in enumerate(entry.fixes):
        lines += _fix("  or" if i else "Fix", fix, width, paint)
    for i, text in enumerate(entry.prevent):
        lines += _labelled("" if i else "Prevent", generic(text), width, paint)
    lines += _list("Check", [paint("command", generic(c)) for c in entry.checks], paint)
    return "\n".join(lines + _list("Read", list(entry.links), paint)) + "\n"


def _labelled(label: str, text: str, width: int, paint: Paint) -> list[str]:
    lines = wrap(text, width, " " * 8, " " * 8)
    return [paint("label", f"{label:<8}") + lines[0][8:], *lines[1:]] if text else []


def _list(label: str, texts: list[str], paint: Paint) -> list[str]:
    return [paint("label", label), *(f"  {t}" for t in texts)] if texts else []


def _fix(label: str, fix: Mapping[str, Any], width: int, paint: Paint) -> list[str]:
    lines = _labelled(label, generic(str(fix["title"])), width, paint)
    lines += ["    " + line for line in generic(str(fix.get("patch") or "")).rstrip().split("\n") if line]
    commands = [generic(str(c)) for c in fix.get("commands") or ()]
    remark = EFFECTS.get(str(fix.get("effect")))
    lines += [f"    {remark}"] if commands and remark else []
    return lines + ["    " + paint("command", c) for c in commands]


def render_explain_list(entries: Iterable[Entry], exit_codes: Iterable[ExitCode], *, width: int, colour: bool) -> str:
    """Every cause, those of one family together, then every exit code."""
    from .table import table

    paint = painter(colour)
    causes = [(e.code, e.summary) for e in sorted(entries, key=lambda e: (e.family, e.code))]
    codes = [(str(c.code), c.name, c.meaning) for c in sorted(exit_codes, key=lambda c: c.code)]
    lines = table(("CODE", "MEANING"), causes, width, ((1, 20),)) if causes else []
    lines[:1] = [paint("label", line) for line in lines[:1]]
    if codes:
        head, *rows = table(("EXIT", "NAME", "MEANING"), codes, width, ((2, 20),))
        lines += [*([""] if lines else []), paint("label", head), *rows]
    return "\n".join([*lines, "", "One of them in full: kubectl crashloop --explain CODE"]) + "\n"


def render_exit_code(exit_code: ExitCode, *, width: int, colour: bool) -> str:
    """What one exit code means, where it usually comes from, and what to do."""
    paint = painter(colour)
    head = " ".join(str(p) for p in (exit_code.code, exit_code.name) if p not in (None, ""))
    lines = [paint("headline", head), *wrap(exit_code.meaning, width)]
    details = [*_labelled("Usually", _text(exit_code.usual), width, paint), *_labelled("Fix", _text(exit_code.fix), width, paint)]
    return "\n".join([*lines, *([""] if details else []), *details]) + "\n"


def render_reason(reason: str, raw: Mapping[str, Any], entries: Mapping[str, Entry], *, width: int, colour: bool) -> str:
    """What a reason in the status of a container means, and which causes can be behind it."""
    from .table import table

    paint = painter(colour)
    lines = [paint("headline", reason), *wrap(raw["meaning"], width), "", *_labelled("Why", raw["detail"], width, paint)]
    rows = [(code, entries[code].summary) for code in raw["codes"] if code in entries]
    every = "any cause of a container that has run: kubectl crashloop --explain lists them"
    if rows:
        head, *listed = table(("CAUSE", "MEANING"), rows, width, ((1, 20),))
        lines += ["", paint("label", head), *listed]
    else:
        lines += _labelled("Cause", every, width, paint)
    lines += ["", *_list("Check", [paint("command", generic(raw["check"]))], paint)]
    return "\n".join([*lines, "", "Which one it is: kubectl crashloop POD"]) + "\n"


def _text(value: Any) -> str:
    return generic(value if isinstance(value, str) else "; ".join(map(str, value or ())))
