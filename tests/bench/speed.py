"""The built binary beside kubectl, on the same loopback server, run in turn: ratios of medians. See scripts/bench."""

import json
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tabulate import tabulate

from kubectl_crashloop import files

ROOT = Path(__file__).parents[2]
CASE = ROOT / "tests" / "cases" / "OOMKilled" / "python-allocates-more-than-its-memory-limit"
BINARY = ROOT / "dist" / "kubectl-crashloop"
RTT = 0.05
RUNS = 20


class Row(NamedTuple):
    """One line of the table: what was measured, ours, kubectl's, the ratio or figure and its limit, None for none."""

    what: str
    ours: str
    other: str
    found: float
    limit: float | None
    unit: str = "x"


def rows(runs=RUNS):
    """All lines of the table; the short ones first, while the disk is not busy with what the long ones unpacked."""
    with tempfile.TemporaryDirectory() as place:
        for words in ("--version", "--help", "--explain OOMKilled"):
            yield _beside(words, [[BINARY, *words.split()]], [["kubectl", "version", "--client"]], dict(os.environ), runs, 1.3)
        yield _one_pod("one pod, no latency", place, runs, 0.6)
        yield _one_pod("one pod, no latency, TLS", place, runs, 0.6, tls=True)
        yield _one_pod("the same, answers in one piece", place, runs, None, tls=True, whole=True)
        yield _one_pod("one pod, 50 ms round trip", place, runs, 0.5, rtt=RTT)
        yield _one_pod("one pod, 50 ms round trip, TLS", place, runs, 0.5, rtt=RTT, tls=True)
        yield _size(12)
        yield _memory(place, 60)


def _one_pod(what, place, runs, limit, rtt=0.0, tls=False, whole=False):
    with server(place, rtt, tls, whole) as env:
        pod = next(iter(files.load(str(CASE))[0].of_kind("Pod")))["metadata"]
        named = [pod["name"], "-n", pod["namespace"]]
        three = [
            ["kubectl", "describe", "pod", *named],
            ["kubectl", "logs", "--previous", *named],
            ["kubectl", "get", "events", "-n", pod["namespace"]],
        ]
        return _beside(what, [[BINARY, *named]], three, env, runs, limit)


def _beside(what, ours, others, env, runs, limit):
    """Both sides in turn, after two rounds to warm up (kubectl keeps its discovery)."""
    taken = [[_seconds(commands, env) for commands in (ours, others)] for _ in range(runs + 2)][2:]
    mine, other = (statistics.median(t[i] for t in taken) for i in (0, 1))
    return Row(what, f"{mine * 1000:.0f} ms", f"{other * 1000:.0f} ms", mine / other, limit)


def _seconds(commands, env):
    started = time.perf_counter()
    for command in commands:
        subprocess.run([str(word) for word in command], env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def _size(limit):
    (archive,) = BINARY.parent.glob("kubectl-crashloop_*.tar.gz")
    with tarfile.open(archive) as packed:
        files_in = len(packed.getnames())
    size = archive.stat().st_size / 1e6
    return Row(f"the archive of {files_in} files", f"{size:.1f} MB", "-", size, limit, "MB")


def _memory(place, limit):
    """The peak of the larger of the binary's two processes."""
    with server(place, 0.0, False) as env:
        pod = next(iter(files.load(str(CASE))[0].of_kind("Pod")))["metadata"]
        code = (
            "import resource, subprocess, sys;"
            "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        )
        command = [sys.executable, "-c", code, str(BINARY), pod["name"], "-n", pod["namespace"]]
        peak = int(subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout)
    megabytes = peak * 1024 / 1e6
    return Row("peak memory, one pod", f"{megabytes:.0f} MB", "-", megabytes, limit, "MB")


@contextmanager
def server(place, rtt, tls, whole=False):
    """A server of CASE; gives the environment in which kubectl and crashloop talk to it."""
    ca = Path(place) / "pki"
    command = [sys.executable, "-m", "tests.bench.server", str(CASE), "--rtt", str(rtt), *(["--tls", str(ca)] if tls else [])]
    command += ["--whole"] if whole else []
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        url = running.stdout.readline().strip()
        trust = {"certificate-authority": str(ca / "ca.crt")} if tls else {}
        config = Path(place) / "config"
        config.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "bench",
            "clusters": [{"name": "bench", "cluster": {"server": url, **trust}}], "users": [{"name": "ann", "user": {"token": "t"}}],
            "contexts": [{"name": "bench", "context": {"cluster": "bench", "user": "ann"}}],
        }))  # fmt: skip
        yield {**os.environ, "KUBECONFIG": str(config), "KUBECACHEDIR": str(Path(place) / "cache")}
    finally:
        running.kill()
        running.wait()


def table(found):
    """The lines as a table."""
    lines = [[r.what, r.ours, r.other, f"{r.found:.2f} {r.unit}", f"{r.limit} {r.unit}" if r.limit else "-"] for r in found]
    return tabulate(lines, headers=["WHAT", "CRASHLOOP", "KUBECTL", "FOUND", "LIMIT"], tablefmt="plain", disable_numparse=True)
