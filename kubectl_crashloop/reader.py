"""Carries out reads in parallel, without waiting for them."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any

from .cluster import ApiError, Cluster
from .reads import METADATA, Read

WORKERS = 8
LOST = ("refused", "timeout", "reset", "dns", "tls", "proxy", "closed")
"""Kinds of ApiError after which the server is taken for lost when they repeat."""

Pending = tuple[Read, "Future[Any]"]
Outcome = tuple[Read, Any]


class Reader:
    """A few connections that read at the same time; stops asking when the server is gone. A context manager."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster, self._pool, self._lost = cluster, ThreadPoolExecutor(WORKERS), 0

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        # After an error or Ctrl-C nobody waits for what is still under way.
        self._pool.shutdown(wait=kind is None, cancel_futures=True)

    def start(self, reads: Iterable[Read]) -> list[Pending]:
        """Sends the reads on their way."""
        return [(read, self._pool.submit(self._one, read)) for read in reads]

    def _one(self, read: Read) -> Any:
        if self._lost >= 2:
            return ApiError("skipped", None, "the server stopped answering", {})
        try:
            if read.log:
                return self._cluster.get_log(read.path, read.query)
            accept = METADATA.format("PartialObjectMetadata" + ("List" if "limit" in read.query else ""))
            return self._cluster.get_json(read.path, read.query, accept=accept if read.metadata_only else "application/json")
        except ApiError as error:
            self._lost += error.kind in LOST
            return error


def finished(pending: Iterable[Pending]) -> list[Outcome]:
    """Waits for the reads: each with its object, its LogRead or its ApiError."""
    return [(read, future.result()) for read, future in pending]
