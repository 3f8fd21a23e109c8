"""Where the time of one run goes. The phases are those of the binary's own code, run by the interpreter it was built with;
what the binary needs beyond it to unpack and start is the difference of two `--version`."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tabulate import tabulate

from kubectl_crashloop import files
from tests.bench import speed

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-build" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
HEAD = """
import sys, json, time
sys.path[:0] = [{stage!r}, {scripts!r}, {site!r}]
import entry
entry.__file__ = {stage!r} + "/entry.py"
entry.prepare()
"""
VERSION = HEAD + "sys.argv[1:] = ['--version']\nentry.begin()\n"
RUN = (
    HEAD
    + """
laps, last = [], time.perf_counter()
def lap(name):
    global last
    now = time.perf_counter()
    laps.append((name, now - last))
    last = now
from kubectl_crashloop import options, pflag
pflag.parse(options.parser(), {words!r})
lap("command line")
import os
from kubectl_crashloop import live, question
from kubectl_crashloop.connection_flags import ConnectionFlags
from kubectl_crashloop.reads import Options, first_reads
from kubectl_crashloop.refs import PodRef
lap("importing what sends requests")
connection = live.resolve(ConnectionFlags(namespace={namespace!r}), os.environ)
lap("kubeconfig")
cluster = live.Cluster(connection)
lap("importing the transport, TLS context")
ref = PodRef({namespace!r}, {pod!r})
reader = live.Reader(cluster)
first = reader.start(first_reads([ref]))
lap("first wave sent")
from kubectl_crashloop import answers
from kubectl_crashloop.render.text import render_text
from kubectl_crashloop.reader import finished
lap("importing the diagnosis, while it is under way")
knowledge = answers.joined(())
lap("knowledge base")
finished(first)
lap("waiting for the first wave")
snapshot = answers.collected(reader, first, (ref,), Options(), answers.empty_snapshot(cluster))
lap("further waves, masking")
report = answers.joined_report(snapshot, answers.Asked((ref,)), knowledge)
lap("rules, verdict")
render_text(report, width=80, colour=False)
lap("rendering")
print(json.dumps(laps))
"""
)


def table(runs):
    """Medians of the phases, in milliseconds."""
    site = subprocess.run(
        [PYTHON, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"], capture_output=True, text=True
    )
    pod = next(iter(files.load(str(speed.CASE))[0].of_kind("Pod")))["metadata"]
    words = [pod["name"], "-n", pod["namespace"]]
    facts = {
        "stage": str(ROOT / "build" / "stage"), "scripts": str(ROOT / "scripts"), "site": site.stdout.strip(), "words": words,
        "pod": pod["name"], "namespace": pod["namespace"],
    }  # fmt: skip
    interpreter = [_seconds([PYTHON, "-I", "-S", "-c", "pass"]) for _ in range(runs)]
    plain = [_seconds([PYTHON, "-I", "-S", "-c", VERSION.format(**facts)]) for _ in range(runs)]
    binary = [_seconds([speed.BINARY, "--version"]) for _ in range(runs)]
    phases: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as place, speed.server(place, 0.0, True) as env:
        for _ in range(runs):
            done = subprocess.run(
                [PYTHON, "-I", "-S", "-c", RUN.format(**facts)], env=env, capture_output=True, text=True, check=True
            )
            for name, took in json.loads(done.stdout):
                phases.setdefault(name, []).append(took)
    unpack = statistics.median(binary) - statistics.median(plain)
    lines = [("unpacking, second process, modules from the archive", unpack), ("interpreter", statistics.median(interpreter))]
    lines += [(name, statistics.median(taken)) for name, taken in phases.items()]
    lines.append(("together", sum(took for _, took in lines)))
    return tabulate(
        [(name, f"{took * 1000:.1f}") for name, took in lines], headers=["WHERE (one pod, TLS)", "MS"], tablefmt="plain"
    )


def _seconds(command):
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started
