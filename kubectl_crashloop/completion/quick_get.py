"""One GET for one completion. Loading the client's transport alone takes longer than `kubectl get pods -o name`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from ..connection import Connection
from ..http_parts import header_pairs

MAX_BYTES = 16 * 2**20


def quick_get(connection: Connection, path: str, query: Mapping[str, str], accept: str, timeout: float) -> Any:
    """The JSON at `path`; `timeout` in seconds is for each wait.

    Raises OSError, HTTPException or ValueError, and what `Cluster` raises: a proxy and `tls-server-name` are left to it.
    """
    if connection.proxy or connection.tls_server_name:
        from ..cluster import Cluster

        return Cluster(connection).get_json(path, query, accept=accept, timeout=timeout)
    server = urlsplit(connection.server)
    client = _client(connection, server.netloc, timeout)
    try:
        client.putrequest("GET", f"{server.path}{path}?{urlencode(query)}", skip_accept_encoding=True)
        for name, value in header_pairs(connection, accept):
            client.putheader(name, value)
        client.endheaders()
        response = client.getresponse()
        body = response.read(MAX_BYTES)
        if response.status != 200:
            raise ValueError(f"{path}: status {response.status}")
        return json.loads(body)
    finally:
        client.close()


def _client(connection: Connection, address: str, timeout: float) -> HTTPConnection:
    if connection.server.startswith("http://"):
        return HTTPConnection(address, timeout=timeout)
    from ..tls import tls_context

    return HTTPSConnection(address, timeout=timeout, context=tls_context(connection))
