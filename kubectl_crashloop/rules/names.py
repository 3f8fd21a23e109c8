"""Names beside names: what an object holds, which name is near, and how a match takes more values."""

from __future__ import annotations

import difflib
from dataclasses import replace

from ..model import Evidence, Match
from .case import Case

MAX_NAMES = 12


def nearest(name: str, names: list[str]) -> str:
    """The most similar name, empty where none is near."""
    return next(iter(difflib.get_close_matches(name, [n for n in names if n != name], 1, 0.6)), "")


def with_more(match: Match, values: dict[str, str], *evidence: Evidence) -> Match:
    """The match with more values, where they are not empty, and more evidence."""
    return replace(
        match,
        values={**match.values, **{k: v for k, v in values.items() if v}},
        evidence=(*match.evidence, *evidence),
    )


def keys_of(case: Case, kind: str, name: str) -> list[str]:
    """The key names that a ConfigMap or Secret is known to have."""
    found = case.object(kind, name) or {}
    return sorted({*(found.get("data") or {}), *(found.get("binaryData") or {})})
