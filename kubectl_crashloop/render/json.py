"""The report as JSON and YAML: the form that contract.md promises, by hand, so that it changes only on purpose."""

from __future__ import annotations

import json
from typing import Any

from ..model import JSON, Cause, Check, ContainerRow, Evidence, Fix, Item, Owner, Report
from .text import fill_in
from .width import cut_around

MAX_EVIDENCE = 6
MAX_EVIDENCE_CHARACTERS = 3000


def to_dict(report: Report) -> JSON:
    """The report as contract.md shows it. A field without a value is left out; a list may be empty."""
    return _without_none(
        apiVersion="crashloop/v1",
        kind="Report",
        fetchedAt=report.fetched_at,
        context=report.context or None,
        server=report.server or None,
        items=[_item(i) for i in report.items],
    )


def render_json(report: Report) -> str:
    """Indented JSON, with characters beyond ASCII as they are."""
    return json.dumps(to_dict(report), indent=2, ensure_ascii=False) + "\n"


def render_yaml(report: Report) -> str:
    """The same as YAML, keys in the same order."""
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(yaml.dump(to_dict(report), Dumper=dumper, sort_keys=False, allow_unicode=True, width=120))


def _without_none(**fields: Any) -> JSON:
    return {k: v for k, v in fields.items() if v is not None}


def _item(i: Item) -> JSON:
    return _without_none(
        kind=i.kind,
        namespace=i.namespace or None,
        name=i.name,
        uid=i.uid or None,
        node=i.node or None,
        phase=i.phase or None,
        createdAt=i.created_at or None,
        owner=_owner(i.owner) if i.owner else None,
        containers=[_container(c) for c in i.containers],
        causes=[_cause(c) for c in i.causes],
        notes=[{"code": n.code, "text": n.text} for n in i.notes],
        timeline=[{"at": m.at, "source": m.source, "text": m.text} for m in i.timeline],
        checks=[_check(c) for c in i.checks],
    )


def _owner(o: Owner) -> JSON:
    return _without_none(kind=o.kind, name=o.name, revision=o.revision)


def _container(c: ContainerRow) -> JSON:
    return _without_none(
        name=c.name,
        role=c.role,
        image=c.image or None,
        state=c.state or None,
        ready=c.ready,
        restarts=c.restarts,
        exitCode=c.exit_code,
        signal=c.signal or None,
        reason=c.reason or None,
        meaning=c.meaning or None,
        startedAt=c.started_at or None,
        finishedAt=c.finished_at or None,
        nextStartAt=c.next_start_at or None,
    )


def _cause(c: Cause) -> JSON:
    return _without_none(
        code=c.code,
        container=c.container or None,
        confidence=c.confidence,
        title=c.title,
        why=c.why or None,
        values=dict(c.values),
        evidence=_evidence(c.evidence[:MAX_EVIDENCE]),
        fixes=[_fix(f) for f in c.fixes],
        links=list(c.links),
    )


def _fix(f: Fix) -> JSON:
    # Comments, so that who runs all commands one after the other does not undo the fix at once.
    before = [f"# {fill_in(f)}"] if f.words else []
    commands = [*before, *f.commands, *([f"# to undo: {f.undo}"] if f.undo else [])]
    return _without_none(title=f.title, effect=f.effect, patch=f.patch or None, commands=commands)


def _check(c: Check) -> JSON:
    why = f"{c.why} (needs: {c.unlock})" if c.why and c.unlock else c.why or (f"needs: {c.unlock}" if c.unlock else "")
    return _without_none(name=c.name, status=c.status, why=why or None)


def _evidence(items: tuple[Evidence, ...]) -> list[JSON]:
    limit = _limit([len(e.text) for e in items])
    return [
        _without_none(
            source=e.source,
            path=e.path,
            line=e.line,
            truncated=True if e.truncated else None,
            count=e.count,
            lastAt=e.last_at or None,
            text=cut_around(e.text, e.span or (0, 0), limit)[0],
        )
        for e in items
    ]


def _limit(lengths: list[int]) -> int:
    """The greatest length to which the longest texts must be cut so that all fit together."""
    left, texts = MAX_EVIDENCE_CHARACTERS, sorted(lengths)
    for i, length in enumerate(texts):
        share = left // (len(texts) - i)
        if length > share:
            return share
        left -= length
    return MAX_EVIDENCE_CHARACTERS
