"""`-h`, `--version` and the refusals as a user sees them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from kubectl_crashloop import __version__
from kubectl_crashloop.cli import main
from kubectl_crashloop.help import help_text
from kubectl_crashloop.options import parser
from kubectl_crashloop.version import identity
from tests.program import PROGRAM

APPROVED = Path(__file__).with_name("approved")
WRONG = (
    "--namespce x", "--zzz", "-Z", "--context", "web-0 -n", "-o jsn", "-o nonsense", "--color=allways", "-v=abc", "--check=maybe",
    "--request-timeout=soon", "--as-user-extra=x", "depl/web", "svc/web", "deploy/", "a/b/c", "--explain OOMKiled", "--explain zzz",
)  # fmt: skip


def test_the_help_is_approved_and_80_wide(approve):
    text = help_text(parser())
    assert max(map(len, text.splitlines())) <= 80
    approve(APPROVED / "help.txt", text + "\n")


def test_the_help_reads_like_kubectls(capsys):
    assert main(["-h"]) == 0
    text = capsys.readouterr().out
    places = [text.index(title) for title in ("\nExamples:\n", "\nOptions:\n", "\nConnection options", "\nUsage:\n")]
    assert places == sorted(places)
    assert text.splitlines()[-1].startswith("  kubectl crashloop [POD ")


def test_every_flag_is_in_the_help():
    text = help_text(parser())
    assert [n for a in parser()._actions for n in a.option_strings if not re.search(rf"^    .*{n}\b.*:$", text, re.M)] == []


def test_the_help_never_shows_the_programs_path():
    line = f"{sys.executable} -c \"import sys; sys.argv[0] = '/opt/x/kubectl-crashloop'; from kubectl_crashloop.cli import main; main()\" -h"
    text = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=60).stdout
    assert "kubectl crashloop" in text and "/opt/x" not in text and "kubectl-crashloop [" not in text


@pytest.mark.command
def test_refusals_are_approved(approve):
    parts = []
    for words in WRONG:
        said = subprocess.run([*PROGRAM, *words.split()], capture_output=True, text=True, timeout=60)
        assert said.stdout == ""
        parts.append(f"$ kubectl crashloop {words}\n{said.stderr}[status {said.returncode}]\n")
    approve(APPROVED / "refusals.txt", "\n".join(parts))


def test_the_version_names_the_build(tmp_path):
    file = tmp_path / "build.txt"
    file.write_text("commit abc1234\nclient 37.0.2\ndate 2026-11-28\n")
    python = ".".join(map(str, sys.version_info[:3]))
    assert identity(str(file)) == f"kubectl-crashloop v{__version__} (commit abc1234, kubernetes client 37.0.2, Python {python})"


def test_without_a_build_the_client_is_the_installed_one(tmp_path):
    assert re.search(r"\(commit unknown, kubernetes client 37\.\S+, Python", identity(str(tmp_path / "none.txt")))
