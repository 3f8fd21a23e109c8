"""What a rule gets: one pod with all that was read around it, and how to quote from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from ..facts import STATUS_LISTS, Container, Event, Pod, Termination
from ..knowledge import Knowledge
from ..literals import Places, places
from ..logs import LogText
from ..model import JSON, Evidence
from ..search import Hit
from ..snapshot import Snapshot
from ..times import show_time
from .state import Standing, standing_of

CONTEXT_LINES = 2


@dataclass(frozen=True)
class Case:
    """One pod under diagnosis. `now` is the time of reading."""

    pod: Pod
    snapshot: Snapshot
    knowledge: Knowledge
    now: datetime
    only: str = ""
    """The container that the user asked for; empty for all."""

    @cached_property
    def standings(self) -> dict[str, Standing]:
        """How each container stands, by name."""
        return {c.name: standing_of(c, self.pod, self.now) for c in self.pod.containers}

    @cached_property
    def failing(self) -> tuple[Container, ...]:
        """The containers that fail or crashed within the last minutes."""
        return tuple(
            c for c in self.pod.containers
            if self.standings[c.name].failing and (not self.only or c.name == self.only)
        )  # fmt: skip

    @cached_property
    def _places(self) -> dict[str, Places]:
        return {}

    def places(self, log: LogText) -> Places:
        """Where the literals of the knowledge base stand in `log`; looked up once."""
        if log.text not in self._places:
            self._places[log.text] = places(log.lower, self.knowledge.index)
        return self._places[log.text]

    def object(self, kind: str, name: str) -> JSON | None:
        """An object of the pod's namespace."""
        return self.snapshot.find(kind, self.pod.namespace, name)

    def absent(self, kind: str, name: str) -> bool:
        """True where the object was asked for and is not there."""
        return self.snapshot.known_absent(kind, self.pod.namespace, name)

    def names(self, kind: str) -> list[str]:
        """The known names of a kind in the pod's namespace."""
        return [str(o["metadata"]["name"]) for o in self.snapshot.of_kind(kind, self.pod.namespace)]


def status_evidence(ended: Termination) -> Evidence:
    """How an instance ended, as the status tells it."""
    text = f"exitCode: {ended.exit_code}" + (f", reason: {ended.reason}" if ended.reason else "")
    if ended.finished_at:
        text += f", finishedAt: {show_time(ended.finished_at)}"
    return Evidence("status", ended.path, text)


def message_evidence(ended: Termination) -> Evidence:
    """The termination message of an instance."""
    return Evidence("status", f"{ended.path}.message", ended.message)


def waiting_evidence(container: Container) -> Evidence:
    """Why a container waits, reason and message."""
    message = str(container.waiting.get("message") or "")
    text = f"{container.waiting_reason}: {message}" if message else container.waiting_reason
    return Evidence("status", f"status.{_list_of(container)}[{container.name}].state.waiting", text)


def event_evidence(event: Event) -> Evidence:
    """An event with its count and last time."""
    at = show_time(event.last_at) if event.last_at else None
    return Evidence("event", event.reason, event.message, count=event.count, last_at=at)


def spec_evidence(path: str, text: str) -> Evidence:
    """Something that the spec says or does not say."""
    return Evidence("spec", path, text)


def log_evidence(hit: Hit) -> Evidence:
    """The lines of a hit, with the lines around it for context."""
    return lines_evidence(hit.log, hit.line, hit.last, hit.span)


def lines_evidence(log: LogText, first: int, last: int, span: tuple[int, int] | None = None) -> Evidence:
    """Lines `first` to `last` (from 0) of a log."""
    before = log.lines[max(0, first - CONTEXT_LINES) : first]
    after = log.lines[last + 1 : last + 2]
    return Evidence(
        "log", log.path, "\n".join(log.lines[first : last + 1]), line=first + 1, truncated=log.truncated, span=span,
        before=tuple(before), after=tuple(after), total=len(log.lines),
    )  # fmt: skip


def newest(events: Iterable[Event]) -> Event | None:
    """The event with the newest time; of equals the last one."""
    best: Event | None = None
    for event in events:
        if best is None or (event.last_at and (best.last_at is None or event.last_at >= best.last_at)):
            best = event
    return best


def _list_of(container: Container) -> str:
    return STATUS_LISTS[container.role]
