"""Applies a signature of the knowledge base to a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .knowledge import Signature
from .literals import Places, index_of, places
from .logs import LogText, span_of

NAMES = ("path", "file", "host", "module", "library", "variable")
AFTER_A_NAME = "\"'`}],;:."
"""What a sentence or JSON puts after a name and a path never ends in."""


@dataclass(frozen=True)
class Hit:
    """One place where a signature matches."""

    signature: Signature
    log: LogText
    line: int
    """Index of the line in which the match begins, from 0."""
    last: int
    """Index of the line in which the match ends."""
    values: dict[str, str]
    span: tuple[int, int] | None

    @property
    def text(self) -> str:
        """The matching lines as fetched."""
        return "\n".join(self.log.lines[self.line : self.last + 1])


def search(log: LogText, signature: Signature, places: Places) -> Iterator[Hit]:
    """The hits of `signature` in `log`, the last one first, each place once; `places` are those of the log's literals."""
    seen = set()
    for literal in signature.needs:
        for window in log.windows(places.get(literal, ()), signature.before, signature.lines):
            found = signature.pattern.search(window.text)
            if not found:
                continue
            line = window.first + window.text.count("\n", 0, found.start())
            last = window.first + window.text.count("\n", 0, found.end())
            if line in seen:
                continue
            seen.add(line)
            values = {**signature.values, **_named(found.groupdict())}
            yield Hit(signature, log, line, last, values, span_of(log.lines[line], found[0]))


def _named(groups: Mapping[str, str | None]) -> dict[str, str]:
    """Values by name; `port2` is another place in the pattern for `port`."""
    named = {k.rstrip("0123456789"): v.strip() for k, v in groups.items() if v and v.strip()}
    return {k: (v.rstrip(AFTER_A_NAME) or v) if k in NAMES else v for k, v in named.items()}


def matches(signature: Signature, text: str) -> dict[str, str] | None:
    """The values that `signature` reads from `text`, or None where it does not match."""
    log = LogText("text", text)
    hit = next(search(log, signature, places(log.lower, index_of(signature.needs))), None)
    return None if hit is None else hit.values
