"""The entries of a kubeconfig, as written; the defaults mean absence.

Source: client-go `clientcmd/api/v1/types.go`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ContextEntry:
    """A context: names only."""

    cluster: str = ""
    user: str = ""
    namespace: str = ""


@dataclass(frozen=True)
class ClusterEntry:
    """A cluster. `ca_file` is absolute when it came from a file."""

    server: str = ""
    tls_server_name: str = ""
    insecure: bool = False
    ca_file: str = ""
    ca_data: bytes = b""
    proxy_url: str = ""
    disable_compression: bool = False
    exec_config: Any = None


@dataclass(frozen=True)
class ExecEntry:
    """An exec plugin as written, its command resolved against its file's folder when it has a slash."""

    command: str = ""
    api_version: str = ""
    args: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    interactive_mode: str = ""
    provide_cluster_info: bool = False
    install_hint: str = ""


@dataclass(frozen=True)
class UserEntry:
    """A user. Paths are absolute when they came from a file."""

    cert_file: str = ""
    cert_data: bytes = b""
    key_file: str = ""
    key_data: bytes = field(default=b"", repr=False)
    token: str = field(default="", repr=False)
    token_file: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    as_user: str = ""
    as_uid: str = ""
    as_groups: tuple[str, ...] = ()
    as_extra: tuple[tuple[str, str], ...] = ()
    auth_provider: tuple[str, Mapping[str, str]] | None = field(default=None, repr=False)
    exec: ExecEntry | None = None
