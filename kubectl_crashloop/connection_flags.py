"""The values of kubectl's connection flags. Apart from their names, which every start needs."""

from __future__ import annotations

import argparse
from dataclasses import dataclass


@dataclass(frozen=True)
class ConnectionFlags:
    """The connection flags as given. An empty text means not given, as it does for kubectl.

    `request_timeout` is in seconds, 0 for none. `insecure` and `disable_compression` are None when not given.
    """

    kubeconfig: str = ""
    context: str = ""
    cluster: str = ""
    user: str = ""
    namespace: str = ""
    server: str = ""
    as_user: str = ""
    as_groups: tuple[str, ...] = ()
    as_uid: str = ""
    as_extra: tuple[tuple[str, str], ...] = ()
    token: str = ""
    username: str = ""
    password: str = ""
    client_certificate: str = ""
    client_key: str = ""
    certificate_authority: str = ""
    insecure: bool | None = None
    tls_server_name: str = ""
    request_timeout: float = 0.0
    disable_compression: bool | None = None
    cache_dir: str = ""
    match_server_version: bool = False
    verbosity: int = 0


def connection_flags(namespace: argparse.Namespace) -> ConnectionFlags:
    """What `add_connection_flags` parsed."""
    given = vars(namespace)
    value = {name[len("conn_") :]: given[name] for name in given if name.startswith("conn_")}
    return ConnectionFlags(
        as_user=value.pop("as"),
        as_groups=tuple(value.pop("as_group")),
        as_extra=tuple(value.pop("as_user_extra")),
        insecure=value.pop("insecure_skip_tls_verify"),
        verbosity=value.pop("v"),
        match_server_version=bool(value.pop("match_server_version")),
        **value,
    )
