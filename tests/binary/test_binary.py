"""What only the frozen program can get wrong. Run by scripts/test --binary."""

import json
import os
import re
import signal
import subprocess
import sys
import tarfile
import threading
import time
from pathlib import Path

import pytest
import yaml

import kubectl_crashloop
from tests.fake_api import Answer, FakeApi, Pki
from tests.program import BINARY

pytestmark = [pytest.mark.command, pytest.mark.skipif(not BINARY, reason="no binary: scripts/test --binary")]


def run(*words, **env):
    return subprocess.run([BINARY, *words], capture_output=True, text=True, timeout=60, env={**os.environ, **env})


def test_it_says_what_it_was_built_from():
    said = run("--version").stdout
    found = re.fullmatch(
        r"kubectl-crashloop v(\S+) \(commit ([0-9a-f]{12})(-dirty)?, kubernetes client 37\.\S+, Python 3\.\S+\)\n", said
    )
    assert found and found[1] == kubectl_crashloop.__version__


def test_the_bundled_causes_keep_their_promises():
    done = run("--check")
    assert done.returncode == 0, done.stdout
    assert re.fullmatch(r"\d+ entries, \d+ signatures: all hits match, no miss does\n", done.stdout)


PLUGIN = """#!/bin/sh
env | grep -E '^(LD_LIBRARY_PATH|_PYI)' > "$SEEN"
cat <<END
{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": {"token": "t"}}
END
"""


@pytest.mark.skipif(sys.platform != "linux", reason="LD_LIBRARY_PATH is Linux's")
@pytest.mark.parametrize("own", ["", "/opt/lib"])
def test_a_credential_plugin_gets_the_users_library_path(own, tmp_path):
    plugin, seen = tmp_path / "plugin", tmp_path / "seen"
    plugin.write_text(PLUGIN)
    plugin.chmod(0o755)
    pki = Pki(tmp_path / "pki")
    with FakeApi(
        {"/api/v1/namespaces/shop/pods": (200, {"kind": "PodList", "items": []})}, pki.server_context(pki.issue("localhost"))
    ) as api:
        config = {
            "apiVersion": "v1", "kind": "Config", "current-context": "c",
            "clusters": [{"name": "c", "cluster": {"server": api.url, "certificate-authority": str(tmp_path / "pki" / "ca.crt")}}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
            "users": [{"name": "u", "user": {"exec": {
                "apiVersion": "client.authentication.k8s.io/v1", "command": str(plugin), "interactiveMode": "Never"}}}],
        }  # fmt: skip
        (tmp_path / "config").write_text(yaml.safe_dump(config))
        env = {"LD_LIBRARY_PATH": own} if own else {}
        done = run("-n", "shop", KUBECONFIG=str(tmp_path / "config"), SEEN=str(seen), **env)
    assert done.returncode == 0, done.stderr
    assert seen.read_text() == (f"LD_LIBRARY_PATH={own}\n" if own else "")


@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_ends_it_without_a_traceback(name, status):
    hold = threading.Event()
    with FakeApi(lambda request: Answer(200, "{}", hold=hold)) as api:
        running = subprocess.Popen(
            [BINARY, "web-1", "-n", "shop", "-s", api.url],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        end = time.monotonic() + 20
        while not api.requests and time.monotonic() < end:
            time.sleep(0.01)
        os.killpg(running.pid, getattr(signal, name))
        started = time.monotonic()
        out, err = running.communicate(timeout=30)
        took = time.monotonic() - started
        hold.set()
    assert running.returncode in (status, -getattr(signal, name))
    assert (out, err) == ("", "")
    assert took < 5


def test_a_closed_pipe_is_silent():
    done = subprocess.run(["sh", "-c", f"{BINARY} --explain | head -1"], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    assert done.stdout.startswith("CODE")


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounting needs root on Linux")
@pytest.mark.parametrize(("options", "message"), [("noexec", "No library loads; is TMPDIR noexec? "), ("ro", "")])
def test_a_folder_that_cannot_unpack_is_told_with_tmpdir(options, message, tmp_path):
    place = tmp_path / "mount"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no mount here: {mounted.stderr.strip()}")
    try:
        done = run("--version", TMPDIR=str(place))
    finally:
        subprocess.run(["umount", str(place)], check=True)
    if message:
        assert done.returncode != 0
        assert message in done.stderr
    else:
        assert done.stdout.startswith("kubectl-crashloop v"), "the next writable folder serves"


def test_the_archive_is_what_krew_takes():
    (archive,) = Path(BINARY).parent.glob("kubectl-crashloop_*.tar.gz")
    with tarfile.open(archive) as packed:
        members = packed.getmembers()
    assert all(m.isfile() for m in members)
    modes = {m.name: m.mode for m in members}
    assert modes["kubectl-crashloop"] == 0o755
    assert {"LICENSE", "LICENSES/Python.txt", "LICENSES/OpenSSL.txt", "LICENSES/pyinstaller.txt"} <= modes.keys()
    assert archive.stat().st_size <= 12_000_000


def test_the_list_of_parts_names_the_client():
    (parts,) = Path(BINARY).parent.glob("*.cdx.json")
    assert any(c["name"] == "kubernetes" for c in json.loads(parts.read_text())["components"])
