"""The rules: functions from a Case to Matches. An explicit tuple, no registration.

Ranks, nearness to the root: 130 the pod's final state, 115 what keeps a container from starting,
110 the kernel's kill, 100 a probe's kill, 90 to 40 log lines, 43 to 30 the way of ending, 10 nothing known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..model import Match
from .case import Case
from .endings import ending_rule
from .memory import memory_rule
from .podlevel import blocked_rule, node_rule, pod_rule
from .probes import hook_rule, probe_rule
from .signatures import log_rule, text_rule

Rule = Callable[[Case], Iterator[Match]]

RULES: tuple[Rule, ...] = (
    pod_rule, node_rule, blocked_rule, memory_rule, probe_rule, hook_rule, log_rule, text_rule, ending_rule,
)  # fmt: skip


def all_matches(case: Case) -> list[Match]:
    """What every rule finds, in the order of RULES."""
    return [match for rule in RULES for match in rule(case)]
