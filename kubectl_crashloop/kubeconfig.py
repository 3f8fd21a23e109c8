"""Which cluster, as whom: kubectl's rules, to the letter.

Source: client-go `tools/clientcmd` (client_config.go, merged_client_builder.go, validation.go), `rest/config.go`,
`transport/round_trippers.go`; each text and order here was checked against kubectl 1.32. Where this differs on purpose:
a named but absent user or cluster is an error over http too, a user without credentials is one instead of a
question, a cluster entry without a server does not become localhost:8080, and impersonation and `--request-timeout`
do not keep the in-cluster configuration from being used (and are applied to it).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .connection import ConfigError, Connection
from .connection_flags import ConnectionFlags
from .credentials import authenticate, impersonation_headers, refresh, token_of, with_token
from .kubeconfig_entries import ClusterEntry, ContextEntry, UserEntry
from .kubeconfig_files import Kubeconfig, load, reason

__all__ = ["ConfigError", "Connection", "ConnectionFlags", "refresh", "resolve"]

SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_DEFAULT_SERVER = "http://localhost:8080"


def resolve(
    flags: ConnectionFlags,
    environ: Mapping[str, str],
    *,
    service_account: Path = SERVICE_ACCOUNT,
) -> Connection:
    """The connection that kubectl would make with these flags and this environment.

    Runs the exec plugin if there is one. Raises ConfigError, and never falls back to an anonymous request.
    """
    config = load(flags.kubeconfig, environ)
    name, context = _context(config, flags)
    cluster = _cluster(config, flags, context, environ)
    user_name, user = _user(config, flags, context)
    _validate(flags.cluster or context.cluster, cluster, user_name, user)
    server = normalise(cluster.server)
    wanted = _Wanted(flags, name, environ, service_account)
    base = Connection(
        server,
        name,
        name == config.current_context,
        wanted.namespace(context),
        headers=impersonation_headers(user),
        request_timeout=flags.request_timeout,
        proxy_url=cluster.proxy_url,
        disable_compression=cluster.disable_compression,
        verbosity=flags.verbosity,
    )
    if _is_default(cluster, environ) and wanted.in_cluster_possible():
        return wanted.in_cluster(base)
    if server.startswith("http://"):
        explained = "" if config.found or cluster.server != _DEFAULT_SERVER else _no_kubeconfig(config)
        return _proxied(replace(base, explained=explained), environ)
    return _proxied(_secured(base, cluster, user_name, user, environ), environ)


def normalise(server: str) -> str:
    """The server as a URL without a trailing slash, query or fragment. A bare host:port is http, as for kubectl."""
    error = ConfigError(f'error: host must be a URL or a host:port pair: "{server}"')
    bare = "://" not in server
    try:
        parts = urlsplit(f"http://{server}" if bare else server)
        valid = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        raise error from None
    if not valid or (bare and parts.path not in ("", "/")):
        raise error
    if parts.scheme not in ("http", "https"):
        raise ConfigError(f'Unable to connect to the server: unsupported protocol scheme "{parts.scheme}"')
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _context(config: Kubeconfig, flags: ConnectionFlags) -> tuple[str, ContextEntry]:
    name = flags.context or config.current_context
    if name and name not in config.contexts:
        raise ConfigError(
            f'error: context "{name}" does not exist'
            if flags.context
            else f"Error in configuration: context was not found for specified context: {name}"
        )
    return name, config.contexts.get(name, ContextEntry())


def _user(config: Kubeconfig, flags: ConnectionFlags, context: ContextEntry) -> tuple[str, UserEntry]:
    name = flags.user or context.user
    given = flags.token or flags.username or flags.client_certificate
    if name and name not in config.users and (flags.user or not given):
        raise ConfigError(f'error: auth info "{name}" does not exist')
    user = config.users.get(name, UserEntry())
    changes: dict[str, Any] = {
        "token": flags.token,
        "username": flags.username,
        "password": flags.password,
        "cert_file": flags.client_certificate,
        "key_file": flags.client_key,
        "as_user": flags.as_user,
        "as_uid": flags.as_uid,
        "as_groups": flags.as_groups,
    }
    extra = _merged_extra(user.as_extra, flags.as_extra)
    return name, replace(user, as_extra=extra, **{key: value for key, value in changes.items() if value})


def _merged_extra(own: tuple[tuple[str, str], ...], given: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    replaced = {key for key, _ in given}
    return tuple(pair for pair in own if pair[0] not in replaced) + given


def _cluster(config: Kubeconfig, flags: ConnectionFlags, context: ContextEntry, environ: Mapping[str, str]) -> ClusterEntry:
    name = flags.cluster or context.cluster
    known = name in config.clusters
    if name and (not known or not config.clusters[name].server) and ((flags.cluster and not known) or not flags.server):
        raise ConfigError(f'error: no server found for cluster "{name}"')
    cluster = config.clusters.get(name, ClusterEntry(server=_default_server(environ)))
    if flags.insecure or flags.certificate_authority:
        # A flag here replaces all three: the CA of the kubeconfig would contradict it.
        cluster = replace(cluster, insecure=bool(flags.insecure), ca_file=flags.certificate_authority, ca_data=b"")
    if flags.tls_server_name or flags.server:
        cluster = replace(cluster, tls_server_name=flags.tls_server_name)
    if flags.disable_compression is not None:
        cluster = replace(cluster, disable_compression=flags.disable_compression or cluster.disable_compression)
    return replace(cluster, server=flags.server or cluster.server)


def _default_server(environ: Mapping[str, str]) -> str:
    return environ.get("KUBERNETES_MASTER") or _DEFAULT_SERVER


def _is_default(cluster: ClusterEntry, environ: Mapping[str, str]) -> bool:
    return cluster.server == _default_server(environ) and not cluster.proxy_url and not cluster.disable_compression


def _no_kubeconfig(config: Kubeconfig) -> str:
    return f"no kubeconfig was found ({', '.join(config.paths)}), so this is only kubectl's default"


def _proxied(connection: Connection, environ: Mapping[str, str]) -> Connection:
    from .proxies import choose_proxy

    proxy = choose_proxy(connection.server, connection.proxy_url, environ)
    names = [name.lower() for name, _ in connection.headers]
    if proxy.startswith("http") and connection.server.startswith("http://") and len(set(names)) < len(names):
        # The client joins repeated headers on this way, which would name one wrong group.
        raise ConfigError("error: more than one impersonated group or extra value cannot be sent through a proxy over plain http")
    return replace(connection, proxy=proxy)


def _validate(cluster_name: str, cluster: ClusterEntry, user_name: str, user: UserEntry) -> None:
    from .kubeconfig_checks import cluster_problems, user_problems

    found = user_problems(user_name, user) + cluster_problems(cluster_name, cluster)
    if len(found) == 1:
        raise ConfigError(f"error: {found[0]}")
    if found:
        raise ConfigError("Error in configuration: \n" + "\n".join(f"* {problem}" for problem in found))


def _secured(base: Connection, cluster: ClusterEntry, user_name: str, user: UserEntry, environ: Mapping[str, str]) -> Connection:
    ca = cluster.ca_data or (_bytes(cluster.ca_file) if cluster.ca_file else None)
    if cluster.insecure and ca is not None:
        raise ConfigError("error: specifying a root certificates file with the insecure flag is not allowed")
    cert = user.cert_data or (_bytes(user.cert_file) if user.cert_file else None)
    key = (user.key_data or _bytes(user.key_file)) if cert else None
    connection = replace(
        base,
        ca=ca,
        client_cert=cert,
        client_key=key,
        insecure=cluster.insecure,
        tls_server_name=cluster.tls_server_name,
    )
    return authenticate(connection, cluster, user_name, user, environ)


def _bytes(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ConfigError(f"error: open {path}: {reason(error)}") from None


@dataclass(frozen=True)
class _Wanted:
    """The in-cluster side: what a pod's environment and service account give."""

    flags: ConnectionFlags
    context_name: str
    environ: Mapping[str, str]
    folder: Path

    def in_cluster_possible(self) -> bool:
        set_up = self.environ.get("KUBERNETES_SERVICE_HOST") and self.environ.get("KUBERNETES_SERVICE_PORT")
        return bool(set_up) and (self.folder / "token").is_file()

    def namespace(self, context: ContextEntry) -> str:
        named = self.flags.namespace or context.namespace
        if named or not self.in_cluster_possible():
            return named or "default"
        return self.environ.get("POD_NAMESPACE") or self._own_namespace() or "default"

    def in_cluster(self, base: Connection) -> Connection:
        host, port = self.environ["KUBERNETES_SERVICE_HOST"], self.environ["KUBERNETES_SERVICE_PORT"]
        server = f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"
        ca_file = self.flags.certificate_authority or str(self.folder / "ca.crt")
        ca = _bytes(ca_file) if Path(ca_file).exists() else None
        connection = replace(base, server=normalise(self.flags.server or server), ca=ca, in_cluster=True, proxy_url="")
        if self.flags.token:
            return _proxied(with_token(connection, self.flags.token), self.environ)
        token_file = self.folder / "token"
        return _proxied(with_token(connection, token_of(token_file), str(token_file)), self.environ)

    def _own_namespace(self) -> str:
        try:
            return (self.folder / "namespace").read_text().strip()
        except OSError:
            return ""
