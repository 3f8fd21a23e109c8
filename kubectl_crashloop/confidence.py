"""How sure a verdict is."""

from __future__ import annotations

CERTAIN, LIKELY, POSSIBLE = "certain", "likely", "possible"
CONFIDENCES = (CERTAIN, LIKELY, POSSIBLE)


def weaker(*confidences: str) -> str:
    """The least sure of the given confidences."""
    return CONFIDENCES[max(CONFIDENCES.index(c) for c in confidences)]
