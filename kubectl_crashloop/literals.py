"""Finds thousands of literals in a text in one pass.

Each literal is known by one run of RUN bytes in it, the one that fewest others share. The pass over the text looks up
every run, and only where one is known the literals behind it are compared: the time grows with the text, not with the
number of literals, whatever the text holds.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress

RUN = 4
MOST = 64
"""Places of one literal that are given: those nearest to the end."""

Places = dict[str, list[int]]
"""Where each literal begins, in bytes, the last place first; a literal that does not stand in the text is not a key."""


@dataclass(frozen=True)
class Index:
    """The literals to look for."""

    runs: dict[bytes, tuple[tuple[str, bytes, int], ...]]
    """A run -> the literals known by it, their bytes, and how far into them the run begins."""
    numbers: frozenset[int]
    """The runs as numbers of this machine: four bytes are compared faster as one number."""
    short: tuple[str, ...]
    """Literals shorter than a run."""


def index_of(literals: Iterable[str]) -> Index:
    """The index of `literals`, in the case in which texts will have them."""
    wanted = {literal: literal.encode() for literal in sorted(set(literals))}
    shared = Counter(run for data in wanted.values() for run in _runs(data))
    runs = defaultdict(list)
    for literal, data in wanted.items():
        if len(data) >= RUN:
            best = min(_runs(data), key=shared.__getitem__)
            runs[best].append((literal, data, data.index(best)))
    numbers = frozenset(int.from_bytes(run, sys.byteorder) for run in runs)
    short = tuple(literal for literal, data in wanted.items() if len(data) < RUN)
    return Index({run: tuple(known) for run, known in runs.items()}, numbers, short)


def places(text: bytes, index: Index) -> Places:
    """Where the literals of `index` stand in `text`, at most MOST places each."""
    found: Places = defaultdict(list)
    open_runs = dict(index.runs)
    for at in reversed(_candidates(text, index.numbers)):
        run = text[at : at + RUN]
        for known in open_runs[run]:
            literal, data, offset = known
            if at >= offset and text.startswith(data, at - offset):
                found[literal].append(at - offset)
                if len(found[literal]) == MOST:
                    open_runs[run] = tuple(k for k in open_runs[run] if k is not known)
    for literal in index.short:
        at = text.rfind(literal.encode())
        while at >= 0 and len(found[literal]) < MOST:
            found[literal].append(at)
            at = text.rfind(literal.encode(), 0, at + len(literal.encode()) - 1)
    return {literal: at for literal, at in found.items() if at}


def _candidates(text: bytes, numbers: frozenset[int]) -> list[int]:
    """Where the runs begin that are among `numbers`."""
    found: list[int] = []
    for start in range(min(RUN, max(0, len(text) - RUN + 1))):
        whole = (len(text) - start) // RUN * RUN
        words = memoryview(text)[start : start + whole].cast("I")
        found += compress(range(start, start + whole, RUN), map(numbers.__contains__, words))
    return sorted(found)


def _runs(data: bytes) -> list[bytes]:
    return [data[i : i + RUN] for i in range(len(data) - RUN + 1)]
