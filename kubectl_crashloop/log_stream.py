"""Keeps the head and the tail of a stream whose length nobody knows, in bounded memory."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True)
class LogRead:
    """A log as far as it was kept.

    `head` is the first bytes, `tail` the last ones behind the head, `total` the bytes seen: nothing was cut when
    `total == len(head) + len(tail)`. `complete` is false when reading stopped before the server had finished.
    """

    head: bytes
    tail: bytes
    total: int
    complete: bool = True


class HeadAndTail:
    """Takes a stream piece by piece; holds at most `keep_head + keep_tail` bytes and one piece more."""

    def __init__(self, keep_head: int, keep_tail: int) -> None:
        self.total = 0
        self._keep_head, self._keep_tail = keep_head, keep_tail
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._tail_size = 0

    def add(self, piece: bytes) -> None:
        """Takes the next bytes."""
        self.total += len(piece)
        missing = self._keep_head - len(self._head)
        if missing > 0:
            self._head += piece[:missing]
            piece = piece[missing:]
        if piece:
            self._tail.append(piece)
            self._tail_size += len(piece)
            self._drop()

    def result(self, *, complete: bool = True) -> LogRead:
        """What was kept."""
        tail = b"".join(self._tail)
        return LogRead(bytes(self._head), tail[max(0, len(tail) - self._keep_tail) :], self.total, complete)

    def _drop(self) -> None:
        while self._tail and self._tail_size - len(self._tail[0]) >= self._keep_tail:
            self._tail_size -= len(self._tail.popleft())
