"""What takes time below the network: the search of the worst logs, and loading the knowledge base. See scripts/bench."""

import gc
import time

from tabulate import tabulate

from kubectl_crashloop import bundled
from kubectl_crashloop.bundled import bundled_knowledge
from kubectl_crashloop.literals import places
from kubectl_crashloop.logs import LogText
from kubectl_crashloop.search import search

FULL = 2**20 + 64 * 1024
"""Characters of the longest log that is searched: its last 1 MiB and its first 64 KiB."""
LIMIT = 0.3
"""Seconds of CPU time for the worst of them."""
LOAD_LIMIT = 0.005
TRIES = 5


def texts(knowledge):
    """Logs of full size that make the search work: every literal in every line, long lines, one line, nothing known."""
    literals = [s.needs[0] for e in knowledge.values() for s in e.signatures if "log" in s.where]
    every = "\n".join(f"2026-11-22T09:00:00Z ERROR {literal} 10.0.0.1:80 /path/to/file" for literal in literals)
    yield "every literal, over and over", (every + "\n") * (FULL // len(every) + 1)
    yield "every literal in long lines", (" ".join(literals)[:4000] + "\n") * (FULL // 4000 + 1)
    yield (
        "every literal, but for one letter",
        ("\n".join(n[:-1] + "~" + n[1:] for n in literals) + "\n") * (FULL // len(every) + 1),
    )
    yield (
        "what literals are known by",
        (b"".join(knowledge.index.runs).decode("utf-8", "replace") + "\n") * (FULL // len(knowledge.index.runs) // 4 + 1),
    )
    yield "one line", " ".join(literals) * (FULL // sum(map(len, literals)) + 1)
    yield "error lines", 'E1122 09:00:00.000000 1 main.go:12] "failed" err="connection refused" host="db:5432"\n' * (FULL // 85)
    yield "nothing known", "all is well\n" * (FULL // 12)
    yield "short lines", "x\n" * (FULL // 2)


def seconds(action):
    """The least CPU time of some tries: what else the machine does only adds to it."""
    found = []
    for _ in range(TRIES):
        started = time.process_time()
        action()
        found.append(time.process_time() - started)
    return min(found)


def search_all(text, knowledge):
    log = LogText("app", text[:FULL])
    found = places(log.lower, knowledge.index)
    for entry in knowledge.values():
        for signature in entry.signatures:
            for count, _ in enumerate(search(log, signature, found) if "log" in signature.where else ()):
                if count == 4:
                    break


def load_afresh():
    bundled._compiled.cache_clear()
    return bundled_knowledge()


def measured():
    """The table, and what is slower than its limit."""
    gc.set_threshold(100_000)  # as in the binary (scripts/entry.py)
    knowledge = bundled_knowledge()
    search_all("".join(s.needs[0] + "\n" for e in knowledge.values() for s in e.signatures), knowledge)  # compiles every pattern
    rows = [(name, seconds(lambda t=text: search_all(t, knowledge)), LIMIT) for name, text in texts(knowledge)]
    rows.append(("loading the knowledge base", seconds(load_afresh), LOAD_LIMIT))
    lines = [(name, f"{took:.3f}", f"{limit:.3f}") for name, took, limit in rows]
    table = tabulate(lines, headers=["LOG OF 1 MIB + 64 KIB", "CPU SECONDS", "LIMIT"], tablefmt="plain", disable_numparse=True)
    return table, [f"{name}: {took:.3f} s (limit {limit} s)" for name, took, limit in rows if took > limit]
