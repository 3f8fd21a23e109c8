"""The values that travel between rooms: gaps, events, evidence, matches and the report.

Everything here is frozen and plain. Nothing here reads, decides or prints.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .confidence import CERTAIN as CERTAIN
from .confidence import CONFIDENCES as CONFIDENCES
from .confidence import LIKELY as LIKELY
from .confidence import POSSIBLE as POSSIBLE
from .confidence import weaker as weaker

JSON = dict[str, Any]


@dataclass(frozen=True)
class Check:
    """One read and how it went."""

    name: str
    """What was read: `events`, `log app (previous)`, `node`, `configmap shop/app`."""
    status: str
    """`ok`, `absent` (asked for and not found), `denied`, `failed` or `skipped`."""
    why: str = ""
    unlock: str = ""
    """The permission that would unlock it, as `get pods/log`; empty when none would."""


@dataclass(frozen=True)
class Log:
    """A log as it was fetched: the last lines of one instance of one container."""

    text: str
    truncated: bool = False
    """True when the log began earlier than the text."""


@dataclass(frozen=True)
class Evidence:
    """One quoted piece of proof and its place."""

    source: str
    """`status`, `event`, `log`, `spec`, `node` or `object`."""
    path: str
    text: str
    line: int | None = None
    truncated: bool = False
    count: int | None = None
    last_at: str | None = None
    span: tuple[int, int] | None = None
    """Where in the first line of `text` the tell-tale part stands."""
    before: tuple[str, ...] = ()
    """Log lines right before, for context."""
    after: tuple[str, ...] = ()
    total: int | None = None
    """Lines in the fetched log."""


@dataclass(frozen=True)
class Match:
    """What a rule returns: a key and values, never prose."""

    code: str
    confidence: str
    container: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    rank: float = 50.0
    """Nearness to the root: higher comes first. See `rules/__init__.py` for the scale."""
    origin: str = ""
    """The rule or signature that found it, for tests and debugging."""
    says_why: bool = False
    """True where the process itself says why it stops, at its end: certain unless something else is found as well."""


@dataclass(frozen=True)
class Fix:
    """One way out. `effect` is `none`, `restarts-pods` or `changes-cluster`."""

    title: str
    effect: str = "none"
    patch: str = ""
    commands: tuple[str, ...] = ()
    undo: str = ""
    """The command that takes the patch back; empty where there is none."""
    words: tuple[str, ...] = ()
    """Words in UPPER CASE in patch and commands that the reader must put something of their own in place of."""


@dataclass(frozen=True)
class Cause:
    """A match joined with its knowledge: what the reader sees."""

    code: str
    container: str | None
    confidence: str
    title: str
    why: str
    values: dict[str, str]
    evidence: tuple[Evidence, ...]
    fixes: tuple[Fix, ...] = ()
    checks: tuple[str, ...] = ()
    """Commands that only read and would settle the question."""
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class ContainerRow:
    """One line of the container table."""

    name: str
    role: str
    image: str
    state: str
    ready: bool
    restarts: int
    exit_code: int | None = None
    signal: str | None = None
    reason: str | None = None
    meaning: str | None = None
    started_at: str | None = None
    finished_at: str | None = None
    next_start_at: str | None = None


@dataclass(frozen=True)
class Note:
    """A weakness that did not cause this crash."""

    code: str
    text: str


@dataclass(frozen=True)
class Moment:
    """One entry of the timeline."""

    at: str
    source: str
    text: str


@dataclass(frozen=True)
class Owner:
    """The object a person edits: the top of the owner chain."""

    kind: str
    name: str
    revision: int | None = None
    managed_by: str = ""
    """`Helm`, `Argo CD`, … where the object comes from a source elsewhere."""
    pod_spec: JSON | None = field(default=None, compare=False, repr=False)
    """The pod spec of its template, where it was read."""


@dataclass(frozen=True)
class Item:
    """The diagnosis of one pod, or of a workload that has no pod to show."""

    kind: str
    namespace: str
    name: str
    uid: str = ""
    node: str = ""
    phase: str = ""
    created_at: str = ""
    owner: Owner | None = None
    containers: tuple[ContainerRow, ...] = ()
    causes: tuple[Cause, ...] = ()
    notes: tuple[Note, ...] = ()
    timeline: tuple[Moment, ...] = ()
    checks: tuple[Check, ...] = ()
    changed: str = ""
    """What the newest revision changed, in one line."""
    state: str = ""
    """`failing`, `recovered` or `healthy`."""
    state_text: str = ""
    """The sentence for a healthy or recovered pod."""
    siblings: tuple[str, ...] = ()
    """Other pods of the workload with the same cause."""


@dataclass(frozen=True)
class Report:
    """What one run says. `fetched_at` is RFC 3339 UTC and the only clock."""

    fetched_at: str
    context: str
    server: str
    items: tuple[Item, ...]
    kubectl: str = "kubectl"
    """`kubectl`, with `--context NAME` where it is not the current one."""
