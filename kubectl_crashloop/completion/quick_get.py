"""One GET for one completion, on a bare socket: loading the client's transport takes longer than `kubectl get pods`."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from ..connection import Connection
from ..http_parts import header_pairs

MAX_BYTES = 16 * 2**20


def quick_get(connection: Connection, path: str, query: Mapping[str, str], accept: str, timeout: float) -> Any:
    """The JSON at `path`; `timeout` in seconds is for each wait.

    Raises OSError or ValueError, and what `Cluster` raises, which does it where there is a proxy.
    """
    if connection.proxy:
        from ..cluster import Cluster

        return Cluster(connection).get_json(path, query, accept=accept, timeout=timeout)
    server = urlsplit(connection.server)
    asked = _request(server, f"{server.path}{path}?{urlencode(query)}", header_pairs(connection, accept))
    with _connected(connection, server, timeout) as channel:
        channel.sendall(asked)
        head, _, body = _received(channel).partition(b"\r\n\r\n")
    status = head.split(b" ", 2)[1]
    if status != b"200":
        raise ValueError(f"{path}: status {status!r}")
    return json.loads(_unchunked(body) if b"\r\ntransfer-encoding: chunked" in head.lower() else body)


def _request(server: SplitResult, target: str, headers: list[tuple[str, str]]) -> bytes:
    own = [("Host", server.netloc), ("Connection", "close")]
    lines = [f"GET {target} HTTP/1.1", *(f"{name}: {value}" for name, value in [*own, *headers])]
    if any(set(line) & set("\r\n\0") for line in lines):
        raise ValueError("a line break in a header")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _connected(connection: Connection, server: SplitResult, timeout: float) -> socket.socket:
    secure = server.scheme == "https"
    channel = socket.create_connection((server.hostname, server.port or (443 if secure else 80)), timeout)
    if not secure:
        return channel
    from ..tls import tls_context

    return tls_context(connection).wrap_socket(channel, server_hostname=connection.tls_server_name or server.hostname)


def _received(channel: socket.socket) -> bytes:
    data = bytearray()
    while piece := channel.recv(65536):
        data += piece
        if len(data) > MAX_BYTES:
            raise ValueError("the answer is too large")
    return bytes(data)


def _unchunked(body: bytes) -> bytes:
    """The body without the sizes between its parts (RFC 9112, 7.1)."""
    parts: list[bytes] = []
    at = 0
    while True:
        end = body.index(b"\r\n", at)
        size = int(body[at:end].partition(b";")[0], 16)
        if not size:
            return b"".join(parts)
        parts.append(body[end + 2 : end + 2 + size])
        at = end + 2 + size + 2
