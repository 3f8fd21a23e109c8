"""Runs an exec credential plugin and reads what it answers.

Source: client-go `plugin/pkg/client/auth/exec/exec.go`, `pkg/apis/clientauthentication`.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from .connection import ConfigError, ExecPlugin
from .kubeconfig_entries import ClusterEntry, ExecEntry
from .kubeconfig_files import reason

API_VERSIONS = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")
_MODES = ("Never", "IfAvailable", "Always")
_FAILED = "Unable to connect to the server: getting credentials: "
_NOT_INSTALLED = """

It looks like you are trying to use a client-go credential plugin that is not installed.

To learn more about this feature, consult the documentation available at:
      https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins"""


@dataclass(frozen=True)
class ExecCredential:
    """What the plugin gave: a token, a client certificate with its key (PEM), or both.

    `expires_at` is in seconds since 1970, None when the plugin set no end.
    """

    token: str = field(default="", repr=False)
    client_cert: bytes | None = None
    client_key: bytes | None = field(default=None, repr=False)
    expires_at: float | None = None


def problems(entry: ExecEntry, user: str) -> list[str]:
    """What is wrong with a plugin as written, in kubectl's words. Source: clientcmd `validateAuthInfo`."""
    found = []
    suffix = f"must be specified for {user} to use exec authentication plugin"
    if not entry.command:
        found.append(f"command {suffix}")
    if not entry.api_version:
        found.append(f"apiVersion {suffix}")
    if not all(name for name, _ in entry.env):
        found.append(f"env variable name {suffix}")
    # v1beta1 has a default for the mode, v1 asks for it.
    if not entry.interactive_mode and entry.api_version != API_VERSIONS[1]:
        found.append(f"interactiveMode {suffix}")
    if entry.interactive_mode and entry.interactive_mode not in _MODES:
        found.append(f'invalid interactiveMode for {user}: "{entry.interactive_mode}"')
    return found


def prepare(entry: ExecEntry, server: str, cluster: ClusterEntry, ca: bytes | None) -> ExecPlugin:
    """The plugin made ready. Raises ConfigError for an API version that no kubectl speaks any more."""
    if entry.api_version not in API_VERSIONS:
        raise ConfigError(f'error: exec plugin: invalid apiVersion "{entry.api_version}"')
    info = _cluster_info(server, cluster, ca) if entry.provide_cluster_info else None
    return ExecPlugin(
        entry.command,
        entry.api_version,
        entry.interactive_mode or "IfAvailable",
        entry.args,
        entry.env,
        _visible(entry.install_hint),
        info,
    )


def run(plugin: ExecPlugin, environ: Mapping[str, str]) -> ExecCredential:
    """Runs the plugin; its stderr goes to ours. Raises ConfigError for every failure, never returns nothing."""
    import subprocess

    interactive = _interactive(plugin)
    env = child_environment(environ)
    env.update(plugin.env)
    env["KUBERNETES_EXEC_INFO"] = _exec_info(plugin, interactive)
    try:
        done = subprocess.run(
            [_executable(plugin, environ), *plugin.args],
            env=env,
            check=False,
            stdin=None if interactive else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=_stderr(),
        )
    except OSError as error:
        raise ConfigError(f"{_FAILED}exec: fork/exec {plugin.command}: {reason(error)}{_hint(plugin)}") from None
    if done.returncode != 0:
        raise ConfigError(f"{_FAILED}exec: executable {plugin.command} {_ending(done.returncode)}")
    return _read(plugin, done.stdout)


def child_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for a child process. A frozen program's own libraries are kept from it."""
    env = dict(environ)
    if getattr(sys, "frozen", False):
        # PyInstaller points LD_LIBRARY_PATH at its bundle, keeps the user's value beside it, and leaves marks
        # that another frozen program (aws is one) would take for its own.
        env = {name: value for name, value in env.items() if not name.startswith("_PYI_")}
        original = env.pop("LD_LIBRARY_PATH_ORIG", None)
        env.pop("LD_LIBRARY_PATH", None)
        if original is not None:
            env["LD_LIBRARY_PATH"] = original
    return env


def _executable(plugin: ExecPlugin, environ: Mapping[str, str]) -> str:
    if Path(plugin.command).name != plugin.command:
        return plugin.command
    found = shutil.which(plugin.command, path=environ.get("PATH", ""))
    if found is None:
        raise ConfigError(f"{_FAILED}exec: executable {plugin.command} not found{_NOT_INSTALLED}{_hint(plugin)}")
    return found


def _interactive(plugin: ExecPlugin) -> bool:
    if plugin.interactive_mode == "Never":
        return False
    available = sys.stdin is not None and sys.stdin.isatty()
    if plugin.interactive_mode == "Always" and not available:
        raise ConfigError(f"{_FAILED}exec plugin cannot support interactive mode: standard input is not a terminal")
    return available


def _exec_info(plugin: ExecPlugin, interactive: bool) -> str:
    spec: dict[str, Any] = {} if plugin.cluster_info is None else {"cluster": plugin.cluster_info}
    spec["interactive"] = interactive
    # Without blanks, as kubectl writes it: shell plugins take it apart with sed.
    return json.dumps({"kind": "ExecCredential", "apiVersion": plugin.api_version, "spec": spec}, separators=(",", ":"))


def _cluster_info(server: str, cluster: ClusterEntry, ca: bytes | None) -> dict[str, Any]:
    info = {
        "server": server,
        "tls-server-name": cluster.tls_server_name,
        "proxy-url": cluster.proxy_url,
        "insecure-skip-tls-verify": cluster.insecure,
        "disable-compression": cluster.disable_compression,
        "certificate-authority-data": base64.b64encode(ca or b"").decode(),
        "config": cluster.exec_config,
    }
    return {key: value for key, value in info.items() if value}


def _stderr() -> int | None:
    import subprocess

    # Without a usable stderr (a detached run) the child must not inherit a closed descriptor.
    try:
        os.fstat(2)
    except OSError:
        return subprocess.DEVNULL
    return 2


def _ending(code: int) -> str:
    return f"failed with exit code {code}" if code > 0 else f"was ended by signal {-code}"


def _hint(plugin: ExecPlugin) -> str:
    return f"\n\n{plugin.install_hint}" if plugin.install_hint else ""


def _visible(text: str) -> str:
    return "".join(c if c == "\n" or c >= " " else f"U+{ord(c):04X}" for c in text)


def _read(plugin: ExecPlugin, output: bytes) -> ExecCredential:
    answer = _decode(output)
    version, kind = answer.get("apiVersion"), answer.get("kind")
    if version != plugin.api_version:
        raise ConfigError(
            f"{_FAILED}exec plugin is configured to use API version {plugin.api_version}, plugin "
            f"returned version {version or '(none)'}"
        )
    if kind != "ExecCredential":
        raise ConfigError(f'{_FAILED}decoding stdout: no kind "{kind}" is registered for version "{version}"')
    status = answer.get("status")
    if not isinstance(status, dict):
        raise ConfigError(f"{_FAILED}exec plugin didn't return a status field")
    token, cert, key = (_text(status, name) for name in ("token", "clientCertificateData", "clientKeyData"))
    if not (token or cert or key):
        raise ConfigError(f"{_FAILED}exec plugin didn't return a token or cert/key pair")
    if bool(cert) != bool(key):
        raise ConfigError(f"{_FAILED}exec plugin returned only certificate or key, not both")
    return ExecCredential(token, cert.encode() or None, key.encode() or None, _expiry(_text(status, "expirationTimestamp")))


def _decode(output: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(output or b"{}")
    except ValueError as error:
        raise ConfigError(f"{_FAILED}decoding stdout: couldn't get version/kind; json parse error: {error}") from None
    if not isinstance(answer, dict):
        raise ConfigError(f"{_FAILED}decoding stdout: couldn't get version/kind; not a JSON object")
    return answer


def _text(status: dict[str, Any], name: str) -> str:
    value = status.get(name)
    if value is not None and not isinstance(value, str):
        raise ConfigError(f"{_FAILED}decoding stdout: status.{name} is not a string")
    return value or ""


def _expiry(text: str) -> float | None:
    if not text:
        return None
    try:
        # Python 3.10 reads neither Z nor nine digits of a second.
        moment = datetime.fromisoformat(re.sub(r"\.\d+", "", text).replace("Z", "+00:00"))
    except ValueError:
        raise ConfigError(f'{_FAILED}decoding stdout: parsing time "{text}"') from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()
