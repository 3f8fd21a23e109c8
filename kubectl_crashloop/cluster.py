"""Reads from an API server: JSON and logs, GET only. The only importer of `kubernetes`.

Of the client library just the transport is used (`RESTClientObject` and its `Configuration`, 37.x). Importing it the
plain way runs `kubernetes/__init__`, which loads hundreds of models and takes longer than all the rest.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlencode

from .api_errors import ApiError, error_of_answer, error_of_fault, explain_error
from .connection import ConfigError, Connection
from .http_parts import acknowledge, log_request, proxy_headers, request_headers, retry_after
from .kubeconfig import refresh
from .log_stream import HeadAndTail, LogRead

__all__ = ["ApiError", "Cluster", "LogRead", "explain_error"]

MEGABYTE = 2**20
_PACKAGES = ("kubernetes", "kubernetes.client", "kubernetes.utils")
_IMPORT_LOCK = threading.Lock()
_POOL_SIZE = 8
_CONNECT_TIMEOUT = 10.0  # seconds for one try; there are two
_RETRIES = 2
_RETRY_SECONDS = 5.0  # the longest that all waiting for Retry-After may take in one request
_PIECE = 64 * 1024


class Cluster:
    """An API server that is read from. Safe for threads; connections are kept and used again.

    `server`, `context`, `context_is_current` and `namespace` are those of the connection. `--request-timeout` caps
    every timeout given here. Raises ConfigError when made, if a certificate or key cannot be used.
    """

    def __init__(self, connection: Connection) -> None:
        self.server = connection.server
        self.context = connection.context
        self.context_is_current = connection.context_is_current
        self.namespace = connection.namespace
        self.explained = connection.explained
        self._connection = connection
        self._lock = threading.Lock()
        self._transport = _transport(connection)

    def get_json(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        accept: str = "application/json",
        timeout: float = 10.0,
        max_bytes: int = 64 * MEGABYTE,
    ) -> dict[str, Any]:
        """The object at `path`. `timeout` is in seconds for the whole answer.

        Raises ApiError: the server's own error, a transport fault, or `other` for an answer that is larger than
        `max_bytes` when unpacked, or no JSON object.
        """
        import json

        body = bytearray()
        end = time.monotonic() + self._capped(timeout)
        with self._answer(path, query or {}, accept, timeout) as response:
            for piece in self._pieces(response):
                body += piece
                if len(body) > max_bytes:
                    raise ApiError("other", None, f"the answer to {path} is larger than {max_bytes} bytes")
                if time.monotonic() > end:
                    raise ApiError(
                        "timeout", None, "net/http: request canceled (Client.Timeout or context cancellation while reading body)"
                    )
        try:
            parsed = json.loads(body)
        except ValueError as error:
            raise ApiError("other", None, f"the answer to {path} is not JSON: {error}") from None
        if not isinstance(parsed, dict):
            raise ApiError("other", None, f"the answer to {path} is not a JSON object")
        return parsed

    def get_log(
        self,
        path: str,
        query: Mapping[str, str],
        *,
        keep_head: int = 64 * 1024,
        keep_tail: int = MEGABYTE,
        timeout: float = 10.0,
        max_seconds: float = 10.0,
        max_total: int = 256 * MEGABYTE,
    ) -> LogRead:
        """The log at `path`, its head and tail. `timeout` is for each wait, `max_seconds` for reading it all.

        What was read counts: when time or `max_total` is used up, or the server hangs up half-way, the result is
        marked as not complete. Raises ApiError where not one byte came.
        """
        kept = HeadAndTail(keep_head, keep_tail)
        end = time.monotonic() + max_seconds
        with self._answer(path, query, "*/*", min(timeout, max_seconds)) as response:
            try:
                for piece in self._pieces(response):
                    kept.add(piece)
                    if time.monotonic() > end or kept.total >= max_total:
                        return kept.result(complete=False)
            except ApiError:
                if not kept.total:
                    raise
                return kept.result(complete=False)
        return kept.result()

    def close(self) -> None:
        """Closes the kept connections."""
        self._transport.close()

    def _capped(self, timeout: float) -> float:
        limit = self._connection.request_timeout
        return min(timeout, limit) if limit > 0 else timeout

    @contextmanager
    def _answer(self, path: str, query: Mapping[str, str], accept: str, timeout: float) -> Iterator[Any]:
        """The response to a GET that went well, its body not yet read."""
        url = self.server + path + (f"?{urlencode(query)}" if query else "")
        response = self._patiently(url, accept, self._capped(timeout))
        try:
            if not 200 <= response.status < 300:
                raise self._failure(response)
            yield response
        finally:
            # Read to its end the connection is back in the pool already; otherwise it must not be used again.
            response.close()

    def _patiently(self, url: str, accept: str, timeout: float) -> Any:
        """GET, once more or twice where the server is busy and says how long to wait."""
        patience = min(_RETRY_SECONDS, timeout)
        for left in range(_RETRIES, -1, -1):
            response = self._get(url, accept, timeout)
            wait = retry_after(response) if left else None
            if wait is None or wait > patience:
                return response
            response.close()
            patience -= wait
            time.sleep(wait)
        raise AssertionError("the last turn returns")

    def _get(self, url: str, accept: str, timeout: float) -> Any:
        connection, transport = self._current()
        sent = request_headers(connection, accept)
        started = time.monotonic()
        for again in (True, False):
            try:
                answer = transport.request("GET", url, headers=sent, _request_timeout=(min(_CONNECT_TIMEOUT, timeout), timeout))
                break
            except Exception as fault:
                error = error_of_fault(fault, connection.proxy)
                # A kept connection may have been closed while it lay idle; Go tries once more as well.
                if not (again and error.kind in ("closed", "reset")):
                    raise error from fault
        response = answer.response
        acknowledge(response)
        log_request(connection, url, response.status, started)
        if response.status == 401 and connection.expires_at is not None:
            self._expire(connection)
        return response

    def _pieces(self, response: Any) -> Iterator[bytes]:
        while True:
            try:
                piece = response.read1(_PIECE, decode_content=True)
            except Exception as fault:
                raise error_of_fault(fault, "") from fault
            if not piece:
                return
            yield piece

    def _failure(self, response: Any) -> ApiError:
        body = b""
        try:
            for piece in self._pieces(response):
                body += piece
                if len(body) > _PIECE:
                    break
        except ApiError:
            pass  # The status says enough.
        return error_of_answer(response.status, body)

    def _current(self) -> tuple[Connection, Any]:
        """The connection and its transport, with fresh credentials where the old ones have expired."""
        with self._lock:
            old = self._connection
            if old.expires_at is not None and time.time() >= old.expires_at:
                self._renew(old)
            return self._connection, self._transport

    def _renew(self, old: Connection) -> None:
        try:
            self._connection = refresh(old, os.environ)
            if (self._connection.client_cert, self._connection.client_key) != (old.client_cert, old.client_key):
                self._transport.close()
                self._transport = _transport(self._connection)
        except ConfigError as error:
            text = error.message.removeprefix("Unable to connect to the server: ").removeprefix("error: ")
            raise ApiError("other", None, text) from error

    def _expire(self, connection: Connection) -> None:
        from dataclasses import replace

        with self._lock:
            if self._connection is connection:
                self._connection = replace(connection, expires_at=0.0)


def _transport(connection: Connection) -> Any:
    rest, configuration = _import_transport()
    context = None
    if connection.server.startswith("https://"):
        from .tls import tls_context

        context = tls_context(connection)
    # An empty proxy and no_proxy keep the client from reading the environment: kubeconfig.py has decided.
    settings = configuration.Configuration(
        host=connection.server,
        verify_ssl=not connection.insecure,
        tls_server_name=connection.tls_server_name or None,
        connection_pool_maxsize=_POOL_SIZE,
        proxy=connection.proxy,
        no_proxy="",
        proxy_headers=proxy_headers(connection.proxy),
        proxy_ssl_context=context,
        retries=_transport_retries(),
    )
    client = rest.RESTClientObject(settings)
    if context is not None:
        # The client has no setting for a context of one's own; the pool beneath it has.
        client.pool_manager.connection_pool_kw["ssl_context"] = context
    return client


def _transport_retries() -> Any:
    import urllib3

    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    return urllib3.Retry(
        total=None,
        connect=1,
        read=0,
        redirect=0,
        status=0,
        other=0,
        raise_on_redirect=False,
        raise_on_status=False,
        respect_retry_after_header=False,
    )


def _import_transport() -> tuple[Any, Any]:
    """The modules `kubernetes.client.rest` and `.configuration`, imported without their packages' `__init__`."""
    with _IMPORT_LOCK:
        stubs = [name for name in _PACKAGES if name not in sys.modules]
        try:
            for name in stubs:
                sys.modules[name] = _stub(name)
            return import_module("kubernetes.client.rest"), import_module("kubernetes.client.configuration")
        finally:
            # Whoever imports the client later must get the real packages.
            for name in stubs:
                sys.modules.pop(name, None)


def _stub(name: str) -> types.ModuleType:
    spec = find_spec(name)  # finds, and does not run: the parent is a stub already
    if spec is None or spec.submodule_search_locations is None:
        raise ImportError(f"the Python package {name} is not installed", name=name)
    module = types.ModuleType(name)
    module.__spec__ = spec
    module.__path__ = list(spec.submodule_search_locations)
    return module
