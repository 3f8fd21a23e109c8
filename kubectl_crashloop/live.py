"""A run against a live cluster: only what must be loaded before the first request can go out."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING

from .cli import Failure
from .cluster import Cluster
from .kubeconfig import ConfigError, resolve
from .reader import Reader
from .reads import first_reads
from .refs import PodRef

if TYPE_CHECKING:
    from .connection_flags import ConnectionFlags
    from .model import Report
    from .question import Question


def live_report(question: Question, flags: ConnectionFlags) -> tuple[Report, str]:
    """The report, and how it is laid out; raises Failure.

    Where one pod is asked for, its reads are under way while the diagnosis is still being loaded.
    """
    try:
        cluster = Cluster(resolve(flags, os.environ))
    except ConfigError as error:
        raise Failure(error.message) from error
    with closing(cluster), Reader(cluster) as reader:
        only = question.targets[0] if len(question.targets) == 1 else None
        first = reader.start(first_reads([PodRef(cluster.namespace, only.name)])) if only and only.kind == "Pod" else []

        from .answers import answered

        return answered(question, cluster, reader, first)
