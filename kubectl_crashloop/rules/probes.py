"""Probes and hooks: who killed the container, or keeps it from being ready, and with what budget."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..facts import Container, Event, Termination
from ..model import CERTAIN, LIKELY, POSSIBLE, Evidence, Match
from ..spec_facts import Probe
from ..times import seconds_between, short
from .case import Case, event_evidence, lines_evidence, newest, spec_evidence, status_evidence
from .memory import memory_values

KILL = 100.0
HOOK = 120.0
"""Rank of a failed hook: its own words outrank what they sound like in a waiting message."""
UNREADY = 66.0
BY_PROBE = (0, 137, 143)
"""Exit codes that follow a probe's kill: handled SIGTERM, SIGKILL after the grace period, SIGTERM."""
_STARTING = re.compile(
    r"(?i)\b(?:starting|initiali[sz]ing|loading|warming|migrat|boot(?:ing|strapp)|prepar|compil|install|import|replay|recover)"
)
_STARTED = re.compile(
    r"(?i)\b(?:started (?:in|on|server|application|\w+application)|listening|ready (?:to|for)|startup complete"
    r"|serving|accepting connections|server (?:is )?running|running on)\b"
)

_SLOW = re.compile(r"(?i)deadline exceeded|Client\.Timeout|timed? ?out")
"""How the kubelet tells that no answer came in time: HTTP, TCP, gRPC and exec probes (pkg/probe, net/http)."""


def probe_rule(case: Case) -> Iterator[Match]:
    """Liveness, startup and readiness told apart by events, spec and times."""
    for container in case.failing:
        ended = container.crash
        if ended is not None and case.standings[container.name].kind != "unready":
            yield from _kills(case, container, ended)
        if case.standings[container.name].kind == "unready":
            yield from _unready(case, container)


def hook_rule(case: Case) -> Iterator[Match]:
    """A postStart hook that fails kills its container."""
    for container in case.failing:
        events = [e for e in container.events if e.reason == "FailedPostStartHook"]
        if events or container.waiting_reason == "PostStartHookError":
            message = str(container.waiting.get("message") or "") if container.waiting_reason == "PostStartHookError" else ""
            evidence = [event_evidence(e) for e in events[-1:]]
            if message:
                path = f"status.containerStatuses[{container.name}].state.waiting"
                evidence.insert(0, Evidence("status", path, f"PostStartHookError: {message}"))
            values = {"message": message, "command": " ".join(_hook_command(container))}
            yield Match("PostStartHookFailed", CERTAIN, container.name, _filled(values), tuple(evidence), HOOK, "hook")


def _hook_command(container: Container) -> list[str]:
    hook = ((container.spec.get("lifecycle") or {}).get("postStart") or {}).get("exec") or {}
    return [str(w) for w in hook.get("command") or ()]


def unhealthy(container: Container, kind: str) -> Event | None:
    """The newest event of that probe's failure."""
    return newest(e for e in container.events if e.reason == "Unhealthy" and e.message.lower().startswith(kind))


def killing(container: Container, kind: str) -> Event | None:
    """The newest event that says that this probe kills the container."""
    return newest(e for e in container.events if e.reason == "Killing" and f"failed {kind} probe" in e.message)


def _kills(case: Case, container: Container, ended: Termination) -> Iterator[Match]:
    if ended.reason == "OOMKilled":
        return
    for kind in ("startup", "liveness"):
        kill, failed, probe = killing(container, kind), unhealthy(container, kind), container.probes.get(kind)
        if kill is None and (failed is None or probe is None or ended.exit_code not in BY_PROBE):
            continue
        fits = kill is not None and (_fits(kill, ended, case.pod.grace) or _ran_its_budget(probe, ended, case.pod.grace))
        if kill is not None and not fits and ended.exit_code not in BY_PROBE:
            continue
        if kill is None and failed is not None and failed.count < (probe.failures if probe else 3):
            continue
        evidence = [event_evidence(e) for e in (failed, kill) if e is not None]
        evidence.append(status_evidence(ended))
        if probe is not None:
            evidence.append(_budget_evidence(container, probe, ended))
            evidence += _answers(container, probe)
        values = probe_values(container, probe, failed, ended, case)
        code, sure = "StartupProbeFailed" if kind == "startup" else "LivenessProbeFailed", CERTAIN if fits and failed else LIKELY
        if kind == "liveness" and still_starting(container):
            code, sure = "StartupProbeFailed", LIKELY
        yield Match(code, sure, container.name, values, tuple(evidence), KILL if kill else KILL - 15, "probe")
        return


def _fits(kill: Event, ended: Termination, grace: int) -> bool:
    """True where the instance ended within the grace period after the kill was announced."""
    gap = seconds_between(kill.last_at, ended.finished_at)
    return gap is not None and -5 <= gap <= grace + 20


def _ran_its_budget(probe: Probe | None, ended: Termination, grace: int) -> bool:
    """True where it lived as long as the probe allows: in a long loop the kubelet drops repeats of its events."""
    if probe is None or ended.ran is None or ended.exit_code not in BY_PROBE:
        return False
    return probe.budget - probe.period <= ended.ran <= probe.budget + 2 * probe.period + grace + 5


def still_starting(container: Container) -> bool:
    """True where nothing but the start is in the log, and no startup probe holds the liveness probe back."""
    log = container.crash_log
    if "startup" in container.probes or log is None or not log.lines:
        return False
    tail = log.plain_lines[-30:]
    return not any(_STARTED.search(line) for line in log.plain_lines[-400:]) and any(_STARTING.search(line) for line in tail)


def _unready(case: Case, container: Container) -> Iterator[Match]:
    for kind in ("startup", "readiness"):
        failed, probe = unhealthy(container, kind), container.probes.get(kind)
        if probe is None or (kind == "startup" and (container.status.get("started") or failed is None)):
            continue
        evidence = [event_evidence(failed)] if failed else []
        evidence.append(_unready_evidence(container))
        evidence.append(spec_evidence(f"spec.{container.spec_path}.{kind}Probe", f"{probe.shown}, {_numbers(probe)}"))
        evidence += _answers(container, probe)
        values = probe_values(container, probe, failed, None, case)
        code = "StartupProbeFailed" if kind == "startup" else "ReadinessProbeFailed"
        yield Match(code, CERTAIN if failed else LIKELY, container.name, values, tuple(evidence), UNREADY, "probe")
        return
    gates = [str(g.get("conditionType")) for g in case.pod.spec.get("readinessGates") or ()]
    if not container.probes.get("readiness") and not gates:
        yield Match("ReadinessProbeFailed", POSSIBLE, container.name, {}, (_unready_evidence(container),), 20.0, "probe")


def _answers(container: Container, probe: Probe) -> list[Evidence]:
    """The last line of the container's own log that tells of the probe's request."""
    asked = probe.path.split("?")[0]
    for log in container.logs if probe.handler == "http" and len(asked) > 1 else ():
        rows = [i for i, line in enumerate(log.plain_lines[-2000:]) if asked in line]
        if rows:
            row = rows[-1] + max(0, len(log.plain_lines) - 2000)
            return [lines_evidence(log, row, row)]
    return []


def _unready_evidence(container: Container) -> Evidence:
    return Evidence("status", f"status.containerStatuses[{container.name}].ready", "false, while the container runs")


def _numbers(p: Probe) -> str:
    return f"delay {p.initial_delay}s, every {p.period}s, timeout {p.timeout}s, {p.failures} failures allowed"


def _budget_evidence(container: Container, probe: Probe, ended: Termination) -> Evidence:
    ran = f"; the last instance ran {short(ended.ran)}" if ended.ran is not None else ""
    text = f"{probe.shown}: {_numbers(probe)} = first kill after {probe.budget}s{ran}"
    return spec_evidence(f"spec.{container.spec_path}.{probe.kind}Probe", text)


def probe_values(
    container: Container, probe: Probe | None, failed: Event | None, ended: Termination | None, case: Case
) -> dict[str, str]:
    """What the fixes name: the probe, its budget now and proposed, and what it answered."""
    values = {"ran": short(ended.ran) if ended and ended.ran is not None else ""}
    if failed is not None:
        answer = failed.message.partition(": ")[2].strip()
        values["probe_message"] = answer[:300]
        values["slow"] = "yes" if _SLOW.search(answer) else ""
        values["refused"] = "yes" if "connection refused" in answer.lower() else ""
        values["answered"] = "yes" if "statuscode" in answer.lower() else ""
    if probe is not None:
        need = max(2 * probe.budget, 60)
        failures = max(probe.failures, -(-(need - probe.initial_delay) // probe.period))
        values |= {
            "probe": probe.shown, "probe_kind": probe.kind, "port": probe.port, "path": probe.path,
            "budget": str(probe.budget), "initial_delay": str(probe.initial_delay), "period": str(probe.period),
            "failures": str(probe.failures), "timeout": str(probe.timeout), "failures_proposed": str(failures),
            "timeout_proposed": str(max(5, 2 * probe.timeout)),
            "budget_proposed": str(probe.initial_delay + failures * probe.period), "grace": str(case.pod.grace),
        }  # fmt: skip
        ports = ", ".join(str(p.get("containerPort")) for p in container.spec.get("ports") or ())
        values |= {"tcp": "yes" if probe.handler == "tcp" else "", "exec": "yes" if probe.handler == "exec" else ""}
        values["from_liveness"] = "yes" if probe.kind == "liveness" and probe.handler == "http" else ""
        if ports and probe.port and probe.port not in ports.split(", "):
            values["declared_ports"] = ports
    return _filled({**memory_values(case, container), **values})


def _filled(values: dict[str, str]) -> dict[str, str]:
    return {k: v for k, v in values.items() if v}
