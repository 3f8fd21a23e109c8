"""Builds the Report: one item a pod, from its facts, causes, notes and checks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

from .backoff import next_start
from .changes import changed_line
from .diagnose import diagnose
from .exitcodes import describe
from .facts import Container, Pod, Termination
from .knowledge import Knowledge
from .model import JSON, Check, ContainerRow, Item, Moment, Owner, Report
from .notes import notes_of
from .owners import managed_by, owner_of, pod_spec_of, words_for
from .quoting import shell_quote
from .read_facts import object_events, owner_chain, pod_facts
from .refs import PodRef
from .rules.case import Case
from .rules.state import lost_with_runtime
from .snapshot import Snapshot
from .times import parse_time, seconds_between, short, show_time

MAX_MOMENTS = 30


def build_report(snapshot: Snapshot, refs: tuple[PodRef, ...], knowledge: Knowledge, only: str = "") -> Report:
    """The report on the pods that the snapshot holds."""
    kubectl = kubectl_of(snapshot)
    items = tuple(pod_item(snapshot, ref, knowledge, only) for ref in refs)
    return Report(snapshot.fetched_at, snapshot.context, snapshot.server, items, kubectl)


def kubectl_of(snapshot: Snapshot) -> str:
    """`kubectl`, with the context where it is not the current one."""
    if snapshot.context_is_current or not snapshot.context:
        return "kubectl"
    return f"kubectl --context {shell_quote(snapshot.context)}"


def pod_item(snapshot: Snapshot, ref: PodRef, knowledge: Knowledge, only: str = "") -> Item:
    """The diagnosis of one pod."""
    pod = pod_facts(snapshot, ref.namespace, ref.name)
    now = parse_time(snapshot.fetched_at) or datetime.now(timezone.utc)
    case = Case(pod, snapshot, knowledge, now, only)
    owner = owner_of(snapshot, pod.raw)
    causes = diagnose(case, _values(snapshot, pod, owner), owner)
    state, text = _state(case, bool(causes))
    return Item(
        kind="Pod",
        namespace=pod.namespace,
        name=pod.name,
        uid=str(pod.raw["metadata"].get("uid") or ""),
        node=pod.node,
        phase=pod.phase,
        created_at=show_time(pod.created_at) if pod.created_at else "",
        owner=owner,
        containers=tuple(_row(c) for c in pod.containers if c.role != "ephemeral" or c.status),
        causes=causes,
        notes=notes_of(pod, owner, snapshot),
        timeline=tuple(_timeline(pod)),
        checks=tuple(_checks(snapshot, pod)),
        changed=changed_line(snapshot, pod.raw, now) if causes else "",
        state=state,
        state_text=text,
    )


def _values(snapshot: Snapshot, pod: Pod, owner: Owner | None) -> dict[str, str]:
    kubectl = kubectl_of(snapshot)
    return {
        "pod": pod.name, "container": pod.name, "namespace": pod.namespace, "node": pod.node, "kubectl_cluster": kubectl,
        "kubectl": f"{kubectl} -n {shell_quote(pod.namespace)}", **words_for(owner),
    }  # fmt: skip


def _row(c: Container) -> ContainerRow:
    ended = c.crash
    known = describe(ended.exit_code) if ended is not None else None
    at = next_start(c)
    return ContainerRow(
        name=c.name,
        role=c.role,
        image=c.image,
        state=_state_word(c),
        ready=c.ready,
        restarts=c.restarts,
        exit_code=ended.exit_code if ended else None,
        signal=(known.signal or None) if known else None,
        reason=(ended.reason or None) if ended else None,
        meaning=known.meaning if known else None,
        started_at=_iso(c.running_since or (ended.started_at if ended else None)),
        finished_at=_iso(ended.finished_at if ended else None),
        next_start_at=_iso(at),
    )


def _iso(at: datetime | None) -> str | None:
    return show_time(at) if at is not None else None


def _state_word(c: Container) -> str:
    if c.waiting:
        return c.waiting_reason or "Waiting"
    if c.running:
        return "Running"
    return (c.ended.reason or "Terminated") if c.ended else "Waiting"


def _state(case: Case, failing: bool) -> tuple[str, str]:
    """healthy, recovered or failing, and the sentence that says it."""
    pod = case.pod
    if failing:
        again = [c for c in case.failing if case.standings[c.name].kind == "restarted" and c.running_since]
        since = f"`{again[0].name}` runs again since {short(seconds_between(again[0].running_since, case.now))}" if again else ""
        return "failing", since
    if pod.raw["metadata"].get("deletionTimestamp") and not case.only:
        return "healthy", f"`{pod.name}` is being deleted; none of its containers fails"
    last = _last_crash(pod, case.only)
    if last is not None:
        name, ended = last
        ago = short(seconds_between(ended.finished_at, case.now))
        what = "lost with its node or runtime" if lost_with_runtime(ended) else f"exit {ended.exit_code}, {ended.reason}"
        return "recovered", f"`{pod.name}` is healthy again: `{name}` last ended {ago} ago ({what}) and runs since"
    if case.only:
        return "healthy", f"`{case.only}` shows no failure; the other containers of `{pod.name}` were not asked for"
    if pod.phase == "Succeeded":
        return "healthy", f"`{pod.name}` is healthy: it finished as it should"
    if any(s.kind in ("starting", "blocked") for s in case.standings.values()) or not pod.containers:
        return "healthy", f"`{pod.name}` is still starting: nothing has failed so far"
    return "healthy", f"`{pod.name}` is healthy: every container runs and is ready"


def _last_crash(pod: Pod, only: str) -> tuple[str, Termination] | None:
    crashed = [(c.name, c.last) for c in pod.containers if c.last is not None and c.running and only in ("", c.name)]
    return max(crashed, key=lambda x: x[1].finished_at.timestamp() if x[1].finished_at else 0.0, default=None)


def _timeline(pod: Pod) -> Iterator[Moment]:
    found: list[Moment] = []
    for c in pod.containers:
        for ended in {id(t): t for t in (c.last, c.ended) if t is not None}.values():
            if ended.started_at:
                found.append(Moment(show_time(ended.started_at), "status", f"{c.name} started"))
            if ended.finished_at:
                text = f"{c.name} ended: exit {ended.exit_code}, {ended.reason}"
                found.append(Moment(show_time(ended.finished_at), "status", text))
        if c.running_since:
            found.append(Moment(show_time(c.running_since), "status", f"{c.name} started"))
    for e in (*pod.events, *pod.owner_events):
        if e.last_at:
            found.append(Moment(show_time(e.last_at), "event", f"{e.reason}: {e.message}"[:300]))
    yield from sorted(found, key=lambda m: m.at)[-MAX_MOMENTS:]


def _checks(snapshot: Snapshot, pod: Pod) -> Iterator[Check]:
    """The reads that concern this pod, without its name; those of other pods of the run are left out."""
    own, namespace = f" {pod.namespace}/{pod.name}", f" {pod.namespace}"
    others = {f" {pod.namespace}/{o['metadata']['name']}" for o in snapshot.of_kind("Pod", pod.namespace)} - {own}
    for check in snapshot.checks:
        words = f" {check.name} "
        if any(f"{other} " in words for other in others) or check.name.startswith("pod "):
            continue
        if check.status == "failed" and check.name.endswith(" (previous)") and _read_anyway(snapshot, pod, check.name):
            continue
        name = words.replace(f"{own} ", " ").strip().removesuffix(namespace)
        yield Check(name.replace(f"{namespace}/", " "), check.status, check.why, check.unlock)


def _read_anyway(snapshot: Snapshot, pod: Pod, name: str) -> bool:
    """True where the plain log of a stopped container, the same text, was read."""
    plain = snapshot.check(name.removesuffix(" (previous)"))
    container = pod.container(name.removesuffix(" (previous)").rpartition(" ")[2])
    return plain is not None and plain.status == "ok" and container is not None and not container.running


def workload_item(snapshot: Snapshot, namespace: str, kind: str, name: str, knowledge: Knowledge) -> Item:
    """The diagnosis of a workload without a failing pod: its own events, or that nothing fails."""
    raw = snapshot.find(kind, namespace, name) or {"metadata": {"name": name, "namespace": namespace}}
    pods = [p for p in snapshot.of_kind("Pod", namespace) if (kind, name) in owner_chain(snapshot, p)]
    events = tuple(e for k, n in _below(snapshot, namespace, kind, name) for e in object_events(snapshot, k, namespace, n))
    bare = {"metadata": raw["metadata"], "spec": {}, "status": _job_status(raw)}
    pod = Pod(raw=bare, containers=(), events=(), owner_events=() if pods else events)
    now = parse_time(snapshot.fetched_at) or datetime.now(timezone.utc)
    spec = pod_spec_of(raw, kind)
    owner = Owner(kind, name, None, managed_by(raw, kind), spec)
    containers = [str(c["name"]) for c in (spec or {}).get("containers") or ()]
    values = {**_values(snapshot, pod, owner), "container": containers[0] if containers else name}
    causes = diagnose(Case(pod, snapshot, knowledge, now), values, owner)
    wanted = (raw.get("spec") or {}).get("replicas", 1)
    text = f"no pod of {kind.lower()}/{name} is failing ({len(pods)} of them read)" if pods else (
        f"{kind.lower()}/{name} has no pods" + (": it is scaled to 0" if wanted == 0 else "")
    )  # fmt: skip
    moments = tuple(Moment(show_time(e.last_at), "event", f"{e.reason}: {e.message}"[:300]) for e in events if e.last_at)
    return Item(
        kind=kind, namespace=namespace, name=name, uid=str(raw["metadata"].get("uid") or ""), owner=owner, causes=causes,
        timeline=moments[-MAX_MOMENTS:], checks=snapshot.checks, state="failing" if causes else "healthy", state_text=text,
    )  # fmt: skip


def _below(snapshot: Snapshot, namespace: str, kind: str, name: str) -> Iterator[tuple[str, str]]:
    yield kind, name
    for between in ("ReplicaSet", "Job"):
        for o in snapshot.of_kind(between, namespace):
            if (kind, name) in owner_chain(snapshot, o):
                yield between, str(o["metadata"]["name"])


def _job_status(raw: JSON) -> JSON:
    """A failed Job's condition as a pod's status would tell it."""
    failed = [
        c for c in (raw.get("status") or {}).get("conditions") or () if c.get("type") == "Failed" and c.get("status") == "True"
    ]
    return {"phase": "Failed", "reason": failed[0].get("reason"), "message": failed[0].get("message")} if failed else {}
