"""What one run has read: objects as the API gave them, logs, and how each read went.

Everything below works on a `Snapshot` alone, so a run can be replayed to the letter.
`fetched_at` is the only clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from .model import JSON, Check, Log
from .refs import LogKey, PodRef, WorkloadRef, object_check


@dataclass(frozen=True)
class Asked:
    """What a run is about. It is saved with the snapshot, so that a replay answers the same question."""

    pods: tuple[PodRef, ...] = ()
    alike: Mapping[PodRef, tuple[str, ...]] = field(default_factory=dict)
    """For a pod that stands for others of its workload: their names."""
    workloads: tuple[WorkloadRef, ...] = ()
    """Workloads without a failing pod."""
    container: str = ""
    """The only container to look at; empty for all."""
    listed: str = ""
    """The namespace whose failing pods are listed; empty for a run on targets."""


@dataclass(frozen=True)
class Snapshot:
    """The input of a diagnosis. Objects and logs are sanitized and masked already."""

    fetched_at: str
    context: str = ""
    context_is_current: bool = True
    server: str = ""
    objects: tuple[JSON, ...] = ()
    logs: Mapping[LogKey, Log] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()

    @cached_property
    def _index(self) -> dict[tuple[str, str, str], JSON]:
        return {_key(o): o for o in self.objects}

    @cached_property
    def _checks(self) -> dict[str, Check]:
        return {c.name: c for c in self.checks}

    def find(self, kind: str, namespace: str, name: str) -> JSON | None:
        """The object, or None where the snapshot does not hold it."""
        return self._index.get((kind, namespace, name))

    def of_kind(self, kind: str, namespace: str | None = None) -> Iterator[JSON]:
        """The objects of a kind, in the order in which they were read."""
        for (k, ns, _), o in self._index.items():
            if k == kind and namespace in (None, ns):
                yield o

    def check(self, name: str) -> Check | None:
        """How the read of that name went; None where it was not asked for."""
        return self._checks.get(name)

    def known_absent(self, kind: str, namespace: str, name: str) -> bool:
        """True where the object was asked for and not found: what was not asked for is unknown."""
        found = self.check(object_check(kind, namespace, name))
        return found is not None and found.status == "absent"

    def adding(
        self,
        objects: Iterable[JSON] = (),
        logs: Mapping[LogKey, Log] | None = None,
        checks: Iterable[Check] = (),
        server: str = "",
    ) -> Snapshot:
        """The snapshot with what another read brought; an object read again is replaced."""
        merged = {**self._index, **{_key(o): o for o in objects}}
        return replace(
            self,
            objects=tuple(merged.values()),
            logs={**self.logs, **(logs or {})},
            checks=tuple({**self._checks, **{c.name: c for c in checks}}.values()),
            server=server or self.server,
        )


def _key(o: JSON) -> tuple[str, str, str]:
    meta = o.get("metadata") or {}
    return (str(o.get("kind", "")), str(meta.get("namespace", "")), str(meta.get("name", "")))
