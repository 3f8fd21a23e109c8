"""Exec credential plugins: real scripts, run as kubectl runs them."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from kubectl_crashloop.exec_credentials import child_environment
from kubectl_crashloop.kubeconfig import ConfigError, Connection, ConnectionFlags, refresh, resolve

V1 = "client.authentication.k8s.io/v1"
BETA = "client.authentication.k8s.io/v1beta1"
FAILED = "Unable to connect to the server: getting credentials: "


class Plugin:
    """A script beside a kubeconfig that names it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = dict(os.environ)

    def script(self, text: str) -> None:
        path = self.folder / "plugin"
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def answers(self, status: dict[str, Any] | None, version: str = V1, before: str = "") -> None:
        answer = {"kind": "ExecCredential", "apiVersion": version, "status": status}
        self.script(f"{before}\ncat <<'END'\n{json.dumps(answer)}\nEND")

    def kubeconfig(self, cluster: dict[str, Any] | None = None, **plugin: Any) -> str:
        given = {"command": "./plugin", "apiVersion": V1, "interactiveMode": "Never", **plugin}
        entry = {key: value for key, value in given.items() if value is not None}
        server = {"server": "https://api.example:6443", **(cluster or {})}
        path = self.folder / "config"
        path.write_text(
            json.dumps(
                {
                    "current-context": "c",
                    "clusters": [{"name": "k", "cluster": server}],
                    "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
                    "users": [{"name": "u", "user": {"exec": entry}}],
                }
            )
        )
        return str(path)

    def resolve(self, cluster: dict[str, Any] | None = None, **plugin: Any) -> Connection:
        return resolve(ConnectionFlags(kubeconfig=self.kubeconfig(cluster, **plugin)), self.environ)

    def refused(self, **plugin: Any) -> str:
        with pytest.raises(ConfigError) as caught:
            self.resolve(**plugin)
        return caught.value.message

    def seen(self, name: str) -> str:
        return (self.folder / name).read_text().strip()


@pytest.fixture
def plugin(tmp_path: Path) -> Plugin:
    made = Plugin(tmp_path)
    made.answers({"token": "t"})
    return made


@pytest.mark.parametrize("version", [V1, BETA])
def test_a_token_of_either_version(plugin: Plugin, version: str) -> None:
    plugin.answers({"token": "abc"}, version)
    assert plugin.resolve(apiVersion=version).headers == (("Authorization", "Bearer abc"),)


def test_a_client_certificate(plugin: Plugin) -> None:
    plugin.answers({"clientCertificateData": "cert", "clientKeyData": "key"})
    got = plugin.resolve()
    assert (got.client_cert, got.client_key, got.headers) == (b"cert", b"key", ())


def test_args_and_env_reach_the_plugin(plugin: Plugin) -> None:
    plugin.environ["FROM_OUTSIDE"] = "outer"
    plugin.answers({"token": "t"}, before='echo "$1|$2|$MINE|$FROM_OUTSIDE" > "$0.seen"')
    plugin.resolve(args=["a b", "c"], env=[{"name": "MINE", "value": "x"}])
    assert plugin.seen("plugin.seen") == "a b|c|x|outer"


def test_a_relative_command_counts_from_its_kubeconfig_and_the_working_folder_stays(plugin: Plugin) -> None:
    plugin.answers({"token": "t"}, before='pwd > "$0.seen"')
    plugin.resolve()
    assert Path(plugin.seen("plugin.seen")) == Path.cwd().resolve()


def test_a_bare_command_is_looked_up_in_the_path(plugin: Plugin) -> None:
    assert "executable plugin not found" in plugin.refused(command="plugin")
    plugin.environ["PATH"] = f"{plugin.folder}{os.pathsep}{plugin.environ['PATH']}"
    assert plugin.resolve(command="plugin").headers


def test_the_cluster_info_is_given_when_asked_for(plugin: Plugin) -> None:
    ca = base64.b64encode(b"the ca").decode()
    extension = {"name": "client.authentication.k8s.io/exec", "extension": {"audience": [1]}}
    cluster = {"certificate-authority-data": ca, "tls-server-name": "inner", "extensions": [extension]}
    plugin.answers({"token": "t"}, before='echo "$KUBERNETES_EXEC_INFO" > "$0.seen"')
    plugin.resolve(cluster, provideClusterInfo=True)
    assert json.loads(plugin.seen("plugin.seen")) == {
        "kind": "ExecCredential",
        "apiVersion": V1,
        "spec": {
            "interactive": False,
            "cluster": {
                "server": "https://api.example:6443",
                "tls-server-name": "inner",
                "certificate-authority-data": ca,
                "config": {"audience": [1]},
            },
        },
    }
    plugin.resolve(cluster)
    assert json.loads(plugin.seen("plugin.seen"))["spec"] == {"interactive": False}


def test_the_ca_file_is_given_as_data(plugin: Plugin) -> None:
    (plugin.folder / "ca.pem").write_text("the ca")
    plugin.answers({"token": "t"}, before='echo "$KUBERNETES_EXEC_INFO" > "$0.seen"')
    plugin.resolve({"certificate-authority": "ca.pem"}, provideClusterInfo=True)
    cluster = json.loads(plugin.seen("plugin.seen"))["spec"]["cluster"]
    assert base64.b64decode(cluster["certificate-authority-data"]) == b"the ca"


def test_its_stderr_is_passed_through(plugin: Plugin, capfd: pytest.CaptureFixture[str]) -> None:
    plugin.answers({"token": "t"}, before="echo please log in >&2")
    plugin.resolve()
    assert capfd.readouterr().err == "please log in\n"


def test_a_failing_plugin_ends_with_its_message(plugin: Plugin, capfd: pytest.CaptureFixture[str]) -> None:
    plugin.script("echo session expired >&2; exit 3")
    message = plugin.refused(installHint="get it there")
    assert message == f"{FAILED}exec: executable {plugin.folder}/plugin failed with exit code 3"
    assert capfd.readouterr().err == "session expired\n"


def test_a_missing_plugin_shows_its_install_hint(plugin: Plugin) -> None:
    message = plugin.refused(command="no-such-plugin", installHint="get it \x1b[31mthere")
    assert message.startswith(f"{FAILED}exec: executable no-such-plugin not found")
    assert "not installed" in message
    assert message.endswith("get it U+001B[31mthere")


def test_a_missing_plugin_with_a_path(plugin: Plugin) -> None:
    assert plugin.refused(command="./gone").startswith(f"{FAILED}exec: fork/exec {plugin.folder}/gone: no such file or directory")


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (None, "exec plugin didn't return a status field"),
        ({}, "exec plugin didn't return a token or cert/key pair"),
        ({"clientCertificateData": "a"}, "exec plugin returned only certificate or key, not both"),
        ({"token": 3}, "status.token is not a string"),
        ({"token": "a", "expirationTimestamp": "soon"}, 'parsing time "soon"'),
    ],
)
def test_answers_without_credentials(plugin: Plugin, status: dict[str, Any] | None, says: str) -> None:
    plugin.answers(status)
    message = plugin.refused()
    assert message.startswith(FAILED)
    assert says in message


@pytest.mark.parametrize("output", ["", "not json", "[]", json.dumps({"kind": "Pod", "apiVersion": V1, "status": {}})])
def test_answers_of_another_kind(plugin: Plugin, output: str) -> None:
    plugin.script(f"cat <<'END'\n{output}\nEND")
    assert plugin.refused().startswith(FAILED)


def test_an_answer_of_another_version(plugin: Plugin) -> None:
    plugin.answers({"token": "t"}, V1)
    assert plugin.refused(apiVersion=BETA) == (
        f"{FAILED}exec plugin is configured to use API version {BETA}, plugin returned version {V1}"
    )


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (
            {"apiVersion": "client.authentication.k8s.io/v1alpha1"},
            'exec plugin: invalid apiVersion "client.authentication.k8s.io/v1alpha1"',
        ),
        ({"command": None}, "command must be specified for u to use exec authentication plugin"),
        ({"interactiveMode": None}, "interactiveMode must be specified for u to use exec authentication plugin"),
        ({"interactiveMode": "Maybe"}, 'invalid interactiveMode for u: "Maybe"'),
        ({"env": [{"value": "x"}]}, "env variable name must be specified for u to use exec authentication plugin"),
    ],
)
def test_faults_of_the_entry(plugin: Plugin, entry: dict[str, Any], says: str) -> None:
    assert plugin.refused(**entry) == f"error: {says}"


def test_the_beta_version_needs_no_interactive_mode(plugin: Plugin) -> None:
    plugin.answers({"token": "t"}, BETA)
    assert plugin.resolve(apiVersion=BETA, interactiveMode=None).headers


def test_a_token_of_the_user_wins_and_the_plugin_is_not_run(plugin: Plugin) -> None:
    plugin.script("exit 3")
    got = resolve(ConnectionFlags(kubeconfig=plugin.kubeconfig(), token="flag"), plugin.environ)
    assert got.headers == (("Authorization", "Bearer flag"),)


def test_the_expiry_and_a_second_run(plugin: Plugin) -> None:
    plugin.answers({"token": "one", "expirationTimestamp": "2126-01-01T00:00:00.123456789Z"})
    first = plugin.resolve()
    assert first.expires_at is not None
    assert first.expires_at > time.time() + 3600
    plugin.answers({"token": "two"})
    second = refresh(first, plugin.environ)
    assert second.headers == (("Authorization", "Bearer two"),)
    assert second.expires_at is None


def test_an_expired_answer_is_used_once_more(plugin: Plugin) -> None:
    plugin.answers({"token": "old", "expirationTimestamp": "2020-01-01T00:00:00Z"})
    got = plugin.resolve()
    assert got.headers == (("Authorization", "Bearer old"),)
    assert got.expires_at is not None
    assert got.expires_at > time.time()


# A child of its own, since the plugin inherits the real standard input.
CHILD = """
import os, sys
from kubectl_crashloop.kubeconfig import ConfigError, ConnectionFlags, resolve
try:
    print(resolve(ConnectionFlags(kubeconfig=sys.argv[1]), os.environ).headers[0][1])
except ConfigError as error:
    print(error.message)
"""


def child(plugin: Plugin, stdin: Any, **entry: Any) -> tuple[str, dict[str, Any]]:
    """What a program of ours prints whose standard input is `stdin`, and what the plugin was told."""
    plugin.answers({"token": "t"}, before='echo "$KUBERNETES_EXEC_INFO" > "$0.seen"; [ -t 0 ] && echo yes > "$0.tty"')
    path = plugin.kubeconfig(**entry)
    done = subprocess.run([sys.executable, "-c", CHILD, path], stdin=stdin, capture_output=True, text=True, check=True)
    seen = plugin.folder / "plugin.seen"
    return done.stdout.strip(), json.loads(seen.read_text())["spec"] if seen.exists() else {}


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("mode", "interactive"), [("IfAvailable", True), ("Always", True), ("Never", False)])
def test_a_terminal_is_given_as_the_mode_says(plugin: Plugin, mode: str, interactive: bool) -> None:
    main, terminal = os.openpty()
    try:
        printed, spec = child(plugin, terminal, interactiveMode=mode)
    finally:
        os.close(main)
        os.close(terminal)
    assert (printed, spec) == ("Bearer t", {"interactive": interactive})
    assert (plugin.folder / "plugin.tty").exists() is interactive


def test_without_a_terminal(plugin: Plugin) -> None:
    assert child(plugin, subprocess.DEVNULL, interactiveMode="IfAvailable") == ("Bearer t", {"interactive": False})
    (plugin.folder / "plugin.seen").unlink()
    printed, spec = child(plugin, subprocess.DEVNULL, interactiveMode="Always")
    assert printed == f"{FAILED}exec plugin cannot support interactive mode: standard input is not a terminal"
    assert spec == {}


def test_a_frozen_program_gives_the_users_library_path_to_its_children(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"LD_LIBRARY_PATH": "/bundle", "LD_LIBRARY_PATH_ORIG": "/users", "_PYI_ARCHIVE_FILE": "x", "A": "b"}
    assert child_environment(given) == given
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert child_environment(given) == {"LD_LIBRARY_PATH": "/users", "A": "b"}
    assert child_environment({"LD_LIBRARY_PATH": "/bundle"}) == {}
