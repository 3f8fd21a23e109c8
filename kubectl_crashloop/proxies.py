"""Which proxy a request goes through.

Source: client-go `clientcmd.parseProxyURL`; Go `golang.org/x/net/http/httpproxy` for the environment.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from .connection import ConfigError


def check_proxy_url(url: str) -> str:
    """What is wrong with a kubeconfig's `proxy-url`, in kubectl's words; empty if nothing."""
    try:
        parts = urlsplit(url)
        valid = bool(parts.scheme and parts.netloc and (parts.port is None or parts.port >= 0))
    except ValueError:
        valid = False
    if not valid:
        return f"could not parse: {url}"
    if parts.scheme not in ("http", "https", "socks5"):
        return f'unsupported scheme "{parts.scheme}", must be http, https, or socks5'
    return ""


def choose_proxy(server: str, proxy_url: str, environ: Mapping[str, str]) -> str:
    """The proxy for `server`, empty for none.

    `proxy_url` (of the kubeconfig) wins always, for loopback and against NO_PROXY too. From the environment a
    loopback server is never proxied. Raises ConfigError when the proxy cannot be used.
    """
    if proxy_url:
        return _usable(proxy_url)
    found = _from_environment(urlsplit(server).scheme, environ)
    if not found or _bypassed(server, environ.get("NO_PROXY") or environ.get("no_proxy") or ""):
        return ""
    return _usable(found if "://" in found else f"http://{found}")


def _from_environment(scheme: str, environ: Mapping[str, str]) -> str:
    if scheme == "https":
        return environ.get("HTTPS_PROXY") or environ.get("https_proxy") or ""
    # With REQUEST_METHOD set this would be a CGI program, and HTTP_PROXY a header of its caller (httpoxy).
    return "" if environ.get("REQUEST_METHOD") else environ.get("HTTP_PROXY") or environ.get("http_proxy") or ""


def _bypassed(server: str, no_proxy: str) -> bool:
    parts = urlsplit(server)
    host = (parts.hostname or "").rstrip(".")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _address(host)
    if host == "localhost" or (address is not None and address.is_loopback):
        return True
    return any(_matches(entry.strip().lower(), host, port, address) for entry in no_proxy.split(",") if entry.strip())


def _matches(entry: str, host: str, port: int, address: ipaddress.IPv4Address | ipaddress.IPv6Address | None) -> bool:
    if entry == "*":
        return True
    if "/" in entry:
        try:
            return address is not None and address in ipaddress.ip_network(entry, strict=False)
        except ValueError:
            return False
    name, colon, wanted = entry.rpartition(":")
    if colon and wanted.isdigit() and _address(entry) is None:
        if int(wanted) != port:
            return False
        entry = name
    entry = entry.strip("[]")
    if address is not None:
        return _address(entry) == address
    if entry.startswith(("*.", ".")):
        return host.endswith(entry.lstrip("*"))
    return host == entry or host.endswith("." + entry)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _usable(url: str) -> str:
    scheme, _, rest = url.partition("://")
    if scheme not in ("http", "https", "socks5", "socks5h"):
        raise ConfigError(f'error: unsupported scheme "{scheme}" of the proxy, must be http, https, or socks5')
    if not scheme.startswith("socks"):
        return url
    from importlib.util import find_spec

    if find_spec("socks") is None:
        host = rest.rpartition("@")[2]
        raise ConfigError(
            f'error: proxy "{scheme}://{host}" needs the Python package PySocks, which is not installed '
            "here: install it, or use an http or https proxy"
        )
    return f"socks5h://{rest}"  # Go lets the proxy look the name up; so does this scheme.
