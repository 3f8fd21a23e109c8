"""Writes the regular expressions that every run compiles while it loads, in the form in which the matcher takes them.

    patterns.py STAGE FILE        STAGE: where the package lies

Compiling them takes a tenth of a run. The form belongs to one version of Python: it is made by the interpreter that is
bundled. `scripts/entry.py` uses it.
"""

import _sre
import importlib
import marshal
import sys
import types
from array import array
from pathlib import Path
from re import _compiler

import entry

LOADED = (
    "cli",
    "options",
    "pflag",
    "live",
    "answers",
    "question",
    "kubeconfig",
    "tls",
    "explain",
    "render.text",
    "render.explain",
)
LIBRARIES = ("ssl", "yaml", "urllib3", "tabulate", "email.parser", "http.client", "concurrent.futures", "tempfile", "json")


def main(stage, file):
    sys.path.insert(0, stage)
    entry.import_when_used("typing_extensions", "typing")
    taken = recorded()
    for name in LIBRARIES:
        importlib.import_module(name)
    for name in LOADED:
        importlib.import_module(f"kubectl_crashloop.{name}")
    importlib.import_module("kubectl_crashloop.pflag").parse(
        importlib.import_module("kubectl_crashloop.options").parser(), ["web-0"]
    )
    importlib.import_module("kubectl_crashloop.cluster")._import_transport()
    Path(file).write_bytes(marshal.dumps(taken))


def recorded():
    """{(pattern, flags): arguments of `_sre.compile`} of what is compiled from now on."""
    taken, arguments, compile_one = {}, [], _compiler.compile
    _compiler._sre = types.SimpleNamespace(**vars(_sre))
    _compiler._sre.compile = lambda *args: arguments.append(args) or _sre.compile(*args)

    def compile_and_note(pattern, flags=0):
        compiled = compile_one(pattern, flags)
        last = arguments.pop()
        taken[pattern, int(flags)] = (last[0], int(last[1]), array("I", last[2]).tobytes(), last[3], dict(last[4]), last[5])
        return compiled

    _compiler.compile = compile_and_note
    return taken


if __name__ == "__main__":
    main(*sys.argv[1:])
