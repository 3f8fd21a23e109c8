"""Kubernetes quantities: memory in bytes, CPU in cores."""

from __future__ import annotations

import re

_SUFFIX = {
    "": 1.0, "m": 1e-3, "u": 1e-6, "n": 1e-9, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
    "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40, "Pi": 2.0**50, "Ei": 2.0**60,
}  # fmt: skip
_QUANTITY = re.compile(r"^\s*([0-9.]+(?:[eE][+-]?\d+)?)\s*([a-zA-Z]{0,2})\s*$")


def parse_quantity(text: object) -> float | None:
    """The number, or None where it is not a quantity (apimachinery pkg/api/resource)."""
    found = _QUANTITY.match(str(text)) if text is not None else None
    if not found or found[2] not in _SUFFIX:
        return None
    try:
        return float(found[1]) * _SUFFIX[found[2]]
    except ValueError:
        return None


def show_bytes(count: float) -> str:
    """Bytes as a quantity that a manifest takes: `384Mi`, `2Gi`."""
    mebi = max(1, round(count / 2**20))
    return f"{mebi // 1024}Gi" if mebi % 1024 == 0 else f"{mebi}Mi"
