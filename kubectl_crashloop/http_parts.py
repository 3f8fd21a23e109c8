"""The small parts of an HTTP request: headers, waiting times, the line in the log."""

from __future__ import annotations

import contextlib
import socket
import sys
import time
from typing import Any
from urllib.parse import urlsplit

from . import __version__
from .connection import Connection


def header_pairs(connection: Connection, accept: str) -> list[tuple[str, str]]:
    """The headers that every request carries; a repeated name stays repeated."""
    # The wire takes UTF-8, as Go sends it; http.client would encode as Latin-1.
    given = [(name, value.encode().decode("latin-1")) for name, value in connection.headers]
    return [("Accept", accept), ("User-Agent", f"kubectl-crashloop/{__version__}"), *given]


def request_headers(connection: Connection, accept: str) -> Any:
    """The headers of a request, as urllib3 takes them."""
    from urllib3 import HTTPHeaderDict

    headers = HTTPHeaderDict()
    for name, value in header_pairs(connection, accept):
        headers.add(name, value)
    headers["Accept-Encoding"] = "identity" if connection.disable_compression else "gzip"
    return headers


def retry_after(response: Any) -> float | None:
    """Seconds that a busy server asks to wait; None where it does not."""
    if response.status not in (429, 503):
        return None
    try:
        return max(0.0, float(response.headers.get("Retry-After", "")))
    except ValueError:
        return None


def acknowledge(response: Any) -> None:
    """Acknowledges the head of an answer at once, where the system can.

    A server that sends head and body apart holds the body back until then (Nagle); this side would wait up to 40 ms
    with it (delayed acknowledgement, tcp(7)).
    """
    quick = getattr(socket, "TCP_QUICKACK", None)
    sock = getattr(response.connection, "sock", None)
    if quick is not None and sock is not None:
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, quick, 1)


def log_request(connection: Connection, url: str, status: int, started: float) -> None:
    """One line on stderr from `-v=6` on; never a header. `started` is of the monotonic clock."""
    if connection.verbosity >= 6:
        spent = round((time.monotonic() - started) * 1000)
        print(f"GET {url} {status} in {spent} milliseconds", file=sys.stderr)


def proxy_headers(proxy: str) -> dict[str, str] | None:
    """The header that signs in at a proxy whose URL has a user; None where it has none."""
    parts = urlsplit(proxy)
    if parts.username is None or proxy.startswith("socks"):
        return None
    import base64
    from urllib.parse import unquote

    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
    return {"Proxy-Authorization": f"Basic {base64.b64encode(pair).decode()}"}
