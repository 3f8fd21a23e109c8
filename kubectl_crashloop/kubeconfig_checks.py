"""What kubectl refuses in a cluster or a user, in its words, and the authentication providers that are gone.

Source: client-go `clientcmd/validation.go`, `plugin/pkg/client/auth/{gcp,azure,oidc}`.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from pathlib import Path

from .connection import ConfigError
from .kubeconfig_entries import ClusterEntry, UserEntry
from .kubeconfig_files import reason
from .proxies import check_proxy_url

_REMOVED = {
    "gcp": """error: The gcp auth plugin has been removed.
Please use the "gke-gcloud-auth-plugin" kubectl/client-go credential plugin instead.
See https://cloud.google.com/blog/products/containers-kubernetes/kubectl-auth-changes-in-gke for further details""",
    "azure": """error: The azure auth plugin has been removed.
Please use the https://github.com/Azure/kubelogin kubectl/client-go credential plugin instead.
See https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins \
for further details""",
}


def cluster_problems(name: str, cluster: ClusterEntry) -> list[str]:
    """Every fault of a cluster entry; empty when it can be used."""
    found = []
    wrong = check_proxy_url(cluster.proxy_url) if cluster.proxy_url else ""
    if wrong:
        found.append(f'invalid \'proxy-url\' "{cluster.proxy_url}" for cluster "{name}": {wrong}')
    if cluster.ca_file and cluster.ca_data:
        found.append(
            f"certificate-authority-data and certificate-authority are both specified for {name}. "
            "certificate-authority-data will override."
        )
    return found + _unreadable("certificate-authority", cluster.ca_file, name)


def user_problems(name: str, user: UserEntry) -> list[str]:
    """Every fault of a user entry; empty when it can be used."""
    found = _certificate_problems(name, user)
    if user.exec is not None:
        from . import exec_credentials

        if user.auth_provider is not None:
            found.append(f"authProvider cannot be provided in combination with an exec plugin for {name}")
        found += exec_credentials.problems(user.exec, name)
    if user.token and (user.username or user.password):
        found.append(f"more than one authentication method found for {name}; found [token basicAuth], only one is allowed")
    if (user.as_uid or user.as_groups or user.as_extra) and not user.as_user:
        found.append(f"requesting uid, groups or user-extra for {name} without impersonating a user")
    return found


def auth_provider_token(name: str, config: Mapping[str, str]) -> str:
    """The bearer token of an `auth-provider`. Raises ConfigError for a removed, unknown or used-up one."""
    if name in _REMOVED:
        raise ConfigError(_REMOVED[name])
    if name != "oidc":
        raise ConfigError(f'error: no Auth Provider found for name "{name}"')
    for key in ("idp-issuer-url", "client-id"):
        if not config.get(key):
            raise ConfigError(f"error: Must provide {key}")
    token = config.get("id-token", "")
    if token and _expiry(token) > time.time() + 10:
        return token
    raise ConfigError(
        "Unable to connect to the server: No valid id-token, and kubectl crashloop does not refresh "
        "one; any kubectl command does: kubectl get --raw /version"
    )


def _certificate_problems(name: str, user: UserEntry) -> list[str]:
    if not (user.cert_file or user.cert_data):
        return []
    found = []
    if user.cert_file and user.cert_data:
        found.append(f"client-cert-data and client-cert are both specified for {name}. client-cert-data will override.")
    if user.key_file and user.key_data:
        found.append(f"client-key-data and client-key are both specified for {name}; client-key-data will override")
    if not (user.key_file or user.key_data):
        found.append(f"client-key-data or client-key must be specified for {name} to use the clientCert authentication method.")
    return found + _unreadable("client-cert", user.cert_file, name) + _unreadable("client-key", user.key_file, name)


def _unreadable(what: str, path: str, name: str) -> list[str]:
    if not path:
        return []
    try:
        with Path(path).open("rb"):
            return []
    except OSError as error:
        return [f"unable to read {what} {path} for {name} due to open {path}: {reason(error)}"]


def _expiry(token: str) -> float:
    try:
        payload = token.split(".")[1]
        return float(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["exp"])
    except (IndexError, ValueError, KeyError, TypeError):
        return 0.0
