"""What the transport needs to know of a cluster, and the error for what keeps it from being known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class ConfigError(Exception):
    """The connection cannot be made as asked.

    `message` is the whole text for stderr, worded as kubectl words it; `str()` gives it without a leading `error: `.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message.removeprefix("error: "))
        self.message = message


@dataclass(frozen=True)
class ExecPlugin:
    """An exec credential plugin, ready to run.

    `command` is already resolved against its kubeconfig. `interactive_mode` is Never, IfAvailable or Always.
    `cluster_info` is what `provideClusterInfo` asks for, or None.
    """

    command: str
    api_version: str
    interactive_mode: str
    args: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    install_hint: str = ""
    cluster_info: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Connection:
    """Which cluster, as whom.

    `server` is a URL without a trailing slash. `context` is empty without a context; `context_is_current` is false
    when `--context` chose another one than the kubeconfig's current one. `headers` are those that every request
    carries (Authorization, Impersonate-*), a name once for each value. Certificates are PEM. `proxy` is the URL of
    the proxy to use, empty for none. `request_timeout` is in seconds, 0 for none. `expires_at` (seconds since 1970)
    is when `kubeconfig.refresh` is due, None for never. `explained` says why the server is only a default.
    """

    server: str
    context: str = ""
    context_is_current: bool = True
    namespace: str = "default"
    ca: bytes | None = None
    client_cert: bytes | None = None
    client_key: bytes | None = field(default=None, repr=False)
    insecure: bool = False
    tls_server_name: str = ""
    proxy: str = field(default="", repr=False)
    proxy_url: str = field(default="", repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    request_timeout: float = 0.0
    disable_compression: bool = False
    verbosity: int = 0
    in_cluster: bool = False
    exec_plugin: ExecPlugin | None = None
    token_file: str = ""
    expires_at: float | None = None
    explained: str = ""
