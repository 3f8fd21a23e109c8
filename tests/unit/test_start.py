"""What a start loads: every module is time, so the list is approved, and grows only on purpose."""

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.build import ended, pod, status, waiting
from tests.fake_api import FakeApi

ROOT = Path(__file__).parents[2]
APPROVED = Path(__file__).with_name("approved")
SLOW = {"concurrent.futures", "dataclasses", "datetime", "email", "http.client", "importlib.metadata", "inspect", "ipaddress",
        "json", "logging", "multiprocessing", "pathlib", "pickle", "shutil", "socket", "ssl", "subprocess", "tarfile",
        "tempfile", "typing", "urllib.parse", "zipfile", "difflib"}  # fmt: skip
"""Of the standard library what takes a millisecond or more."""
CODE = """
import sys
sys.path[:0] = {path!r}
before = set(sys.modules)
from kubectl_crashloop import cli, version
version.identity.__defaults__ = ({build!r},)
{call}
print(*sorted(set(sys.modules) - before), sep="\\n", file=sys.stderr)
"""
CALLS = {
    "--version": "cli.main(['--version'])",
    "-h": "cli.main(['-h'])",
    "--explain OOMKilled": "cli.main(['--explain', 'OOMKilled'])",
    "the completion of flags": "from kubectl_crashloop.completion.answer import answer; answer(['--c'])",
    "one pod": "cli.main(['web-1', '-n', 'shop', '-s', {server!r}])",
}


def loaded(call, tmp_path):
    """Modules that a call loads: this package's, other packages', and of the standard library the slow ones."""
    build = tmp_path / "build.txt"
    build.write_text("commit abc1234\nclient 37.0.2\n")
    code = CODE.format(path=[str(ROOT), sysconfig.get_paths()["purelib"]], build=str(build), call=call)
    # Without site: an editable install loads much by itself.
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    names = done.stderr.split()
    return [n for n in names if n in SLOW or n.split(".")[0] not in sys.stdlib_module_names]


def listed(names):
    """Third-party packages by their first name, our own modules one by one."""
    own = [n for n in names if n.startswith("kubectl_crashloop.")]
    others = dict.fromkeys(n if n in SLOW else n.split(".")[0] for n in names if not n.startswith("kubectl_crashloop"))
    return [*own, *others]


@pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="which modules of the standard library load others differs by version"
)
def test_the_modules_of_a_start(approve, tmp_path):
    routes = {"/api/v1/namespaces/shop/pods/web-1": (200, pod([status("app", waiting(), ended())]))}
    parts = []
    with FakeApi(routes) as api:
        for name, call in CALLS.items():
            names = listed(loaded(call.format(server=api.url), tmp_path))
            parts.append("\n".join([f"$ {name}", *(f"  {n}" for n in names)]))
    approve(APPROVED / "start-modules.txt", "\n\n".join(parts) + "\n")


@pytest.mark.parametrize("name", ["--version", "-h"])
def test_what_only_tells_loads_nothing_slow(name, tmp_path):
    assert not SLOW & set(loaded(CALLS[name], tmp_path))
