"""As whom: the headers and certificates that a user entry, or impersonation, puts on every request.

Source: client-go `clientcmd/client_config.go` (getUserIdentificationPartialConfig), `transport/round_trippers.go`,
`transport/token_source.go`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from .connection import ConfigError, Connection, ExecPlugin
from .kubeconfig_entries import ClusterEntry, UserEntry
from .kubeconfig_files import reason

_PLUGIN_PAUSE = 30.0  # seconds
_TOKEN_AGE = 60.0  # seconds; client-go reads a token file again after a minute (transport/token_source.go)


def refresh(connection: Connection, environ: Mapping[str, str]) -> Connection:
    """The connection with its credentials read anew: the exec plugin run again, the token file read again."""
    if connection.exec_plugin is not None:
        return _with_plugin(connection, connection.exec_plugin, environ)
    if connection.token_file:
        try:
            return with_token(connection, token_of(Path(connection.token_file)), connection.token_file)
        except (OSError, ConfigError):
            # client-go goes on with the token it has while the file is being replaced.
            return replace(connection, expires_at=time.time() + _TOKEN_AGE)
    return replace(connection, expires_at=None)


def authenticate(
    connection: Connection, cluster: ClusterEntry, user_name: str, user: UserEntry, environ: Mapping[str, str]
) -> Connection:
    if user.token and user.token_file:
        # The file wins, and the token stands in for a file that cannot be read.
        return refresh(with_token(connection, user.token, user.token_file), environ)
    if user.token_file:
        try:
            return with_token(connection, token_of(Path(user.token_file)), user.token_file)
        except OSError as error:
            raise ConfigError(f"error: open {user.token_file}: {reason(error)}") from None
    if user.token:
        return with_token(connection, user.token)
    if user.username or user.password:
        return _with_basic(connection, user)
    if user.exec is not None:
        from . import exec_credentials

        plugin = exec_credentials.prepare(user.exec, connection.server, cluster, connection.ca)
        return _with_plugin(connection, plugin, environ)
    if user.auth_provider is not None:
        from .kubeconfig_checks import auth_provider_token

        return with_token(connection, auth_provider_token(*user.auth_provider))
    if connection.client_cert is None:
        where = f'context "{connection.context}"' if connection.context else "no context"
        raise ConfigError(f'error: user "{user_name}" has no credentials for the server {connection.server} ({where})')
    return connection


def with_token(connection: Connection, token: str, token_file: str = "") -> Connection:
    expires = time.time() + _TOKEN_AGE if token_file else None
    return replace(_with_authorization(connection, f"Bearer {token}"), token_file=token_file, expires_at=expires)


def _with_basic(connection: Connection, user: UserEntry) -> Connection:
    import base64

    pair = f"{user.username}:{user.password}".encode()
    return _with_authorization(connection, f"Basic {base64.b64encode(pair).decode()}")


def _with_plugin(connection: Connection, plugin: ExecPlugin, environ: Mapping[str, str]) -> Connection:
    from . import exec_credentials

    got = exec_credentials.run(plugin, environ)
    # A plugin that answers with something expired must not be run again for every single request.
    expires = None if got.expires_at is None else max(got.expires_at, time.time() + _PLUGIN_PAUSE)
    connection = replace(connection, exec_plugin=plugin, expires_at=expires)
    if got.client_cert:
        connection = replace(connection, client_cert=got.client_cert, client_key=got.client_key)
    return _with_authorization(connection, f"Bearer {got.token}") if got.token else connection


def _with_authorization(connection: Connection, value: str) -> Connection:
    kept = tuple(pair for pair in connection.headers if pair[0] != "Authorization")
    return replace(connection, headers=(("Authorization", _header("Authorization", value)), *kept))


def impersonation_headers(user: UserEntry) -> tuple[tuple[str, str], ...]:
    from urllib.parse import quote

    pairs = [("Impersonate-User", user.as_user)] if user.as_user else []
    pairs += [("Impersonate-Uid", user.as_uid)] if user.as_uid else []
    pairs += [("Impersonate-Group", group) for group in user.as_groups]
    # client-go escapes all that may not stand in a header's name, and the percent sign.
    pairs += [(f"Impersonate-Extra-{quote(key, safe='!#$&*+^`|' + chr(39))}", value) for key, value in user.as_extra]
    return tuple((name, _header(name, value)) for name, value in pairs)


def _header(name: str, value: str) -> str:
    if any((ord(c) < 32 and c != "\t") or ord(c) == 127 for c in value):
        raise ConfigError(f'Unable to connect to the server: net/http: invalid header field value for "{name}"')
    return value


def token_of(path: Path) -> str:
    token = path.read_text("utf-8", "replace").strip()
    if not token:
        raise ConfigError(f'error: read empty token from file "{path}"')
    return token
