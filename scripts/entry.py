"""Where the binary begins, and what makes it begin fast. Needs Python 3.11 or newer."""

import _sre
import gc
import importlib
import marshal
import os
import sys
import types
from re import _compiler


def import_when_used(name, source):
    """Libraries import `name` at once and seldom use it: `source` is loaded when something of it is asked for."""

    def use(attribute):
        if source == name and sys.modules.get(name) is stand_in:
            del sys.modules[name]
        return getattr(importlib.import_module(source), attribute)

    stand_in = types.ModuleType(name)
    stand_in.__getattr__ = use
    sys.modules[name] = stand_in


def without_versions():
    """Two libraries ask for a version when they are imported. A binary holds none, and finding none takes 10 ms."""
    module = types.ModuleType("importlib.metadata")
    module.PackageNotFoundError = ModuleNotFoundError
    module.version = lambda name: "unknown"
    sys.modules[module.__name__] = module


def take_compiled_patterns():
    """The regular expressions of the start, compiled when the program was built (scripts/patterns.py)."""
    with open(os.path.join(os.path.dirname(__file__), "patterns.marshal"), "rb") as file:
        known = marshal.load(file)
    compile_one = _compiler.compile

    def compile_or_take(pattern, flags=0):
        taken = known.get((pattern, flags))
        if taken is None:
            return compile_one(pattern, flags)
        text, all_flags, code, *groups = taken
        return _sre.compile(text, all_flags, memoryview(code).cast("I").tolist(), *groups)

    _compiler.compile = compile_or_take


def prepare():
    """What must be done before anything else is imported."""
    # Loading makes hundreds of thousands of objects that stay; looking through them for garbage takes 10 ms.
    gc.set_threshold(100_000)
    import_when_used("inspect", "inspect")
    import_when_used("multiprocessing", "multiprocessing")
    # What the client takes from typing_extensions is in typing since Python 3.11.
    import_when_used("typing_extensions", "typing")
    without_versions()
    take_compiled_patterns()


def begin():
    """Runs the command and leaves at once: taking Python down takes 10 ms, and nothing is left to be done."""
    from kubectl_crashloop.cli import main

    status = main()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    os._exit(status)


if __name__ == "__main__":
    prepare()
    begin()
