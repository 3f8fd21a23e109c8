"""How a request can end badly, and how kubectl words it.

Source: apimachinery `api/errors/errors.go` (NewGenericServerResponse), kubectl `pkg/cmd/util/helpers.go`; the wording
was checked against kubectl 1.32.
"""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Iterator
from typing import Any, Protocol
from urllib.parse import urlsplit

# Status code -> (reason, message) where the body is no Status object.
_GENERIC = {
    400: ("BadRequest", "the server rejected our request for an unknown reason"),
    401: ("Unauthorized", "the server has asked for the client to provide credentials"),
    403: ("Forbidden", "forbidden"),
    404: ("NotFound", "the server could not find the requested resource"),
    405: ("MethodNotAllowed", "the server does not allow this method on the requested resource"),
    406: ("NotAcceptable", "the server was unable to respond with a content type that the client supports"),
    409: ("Conflict", "the server reported a conflict"),
    413: ("RequestEntityTooLarge", "the request is too large"),
    422: ("Invalid", "the server rejected our request due to an error in our request"),
    429: ("TooManyRequests", "the server has received too many requests and has asked us to try again later"),
    503: ("ServiceUnavailable", "the server is currently unable to handle the request"),
    504: ("Timeout", "the server was unable to return a response in the time allotted, but may still be processing the request"),
}
_TRANSPORT = frozenset({"refused", "timeout", "dns", "tls", "reset", "proxy", "closed", "other"})
_X509 = "tls: failed to verify certificate: x509: "
# OpenSSL's X509_V_ERR_* numbers.
_NOT_YET, _EXPIRED, _WRONG_NAME, _WRONG_IP, _UNKNOWN = 9, 10, 62, 64, (2, 18, 19, 20, 21)


class ApiError(Exception):
    """What a request ended with.

    `kind` is the Status reason (Forbidden, NotFound, Unauthorized, BadRequest, …; from the status code where the
    body is no Status, `Unknown` where that has no name), or for transport faults one of refused, timeout, dns, tls,
    reset, proxy, closed, other. `status` is the HTTP status, None for transport faults. `message` is the server's
    own, or a plain description. `details` is the Status' own, or empty.
    """

    def __init__(self, kind: str, status: int | None, message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.status = status
        self.message = message
        self.details: dict[str, Any] = details or {}


class Named(Protocol):
    """A server with the context that led to it: a Connection or a Cluster."""

    @property
    def server(self) -> str:
        """The URL."""

    @property
    def context(self) -> str:
        """The context's name, empty for none."""


def explain_error(error: ApiError, connection: Named) -> str:
    """The text for stderr, as kubectl words it; the last line names server and context."""
    context = f'context "{connection.context}"' if connection.context else "no context"
    explained = getattr(connection, "explained", "")
    where = f"(server {connection.server}, {context})"
    return "\n".join(filter(None, (_visible(_headline(error, connection.server)), where, explained)))


def error_of_answer(status: int, body: bytes) -> ApiError:
    """The error that a reply other than 2xx means."""
    given = _status_object(body)
    if given is not None:
        kind = str(given.get("reason") or _GENERIC.get(status, ("Unknown", ""))[0])
        details = given.get("details")
        return ApiError(
            kind, status, str(given.get("message") or _generic(status, body)[1]), details if isinstance(details, dict) else {}
        )
    kind, message = _generic(status, body)
    return ApiError(kind, status, message)


def error_of_fault(fault: BaseException, proxy: str) -> ApiError:
    """The error that an exception of the transport means. `proxy` is the one in use, or empty."""
    chain = list(_causes(fault))
    names = {type(part).__name__ for part in chain}
    kind, message = _kind_of(chain, names)
    if "ProxyError" in names or (proxy and kind in ("refused", "dns")):
        return ApiError("proxy", None, f"proxyconnect tcp: {message} (proxy {without_password(proxy)})")
    return ApiError(kind, None, message)


def without_password(url: str) -> str:
    """A URL that can be shown."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _headline(error: ApiError, server: str) -> str:
    if error.kind == "refused":
        return f"The connection to the server {urlsplit(server).netloc} was refused - did you specify the right host or port?"
    if error.kind in _TRANSPORT and error.status is None:
        return f"Unable to connect to the server: {error.message}"
    if error.kind == "Unauthorized":
        return f"error: You must be logged in to the server ({error.message})"
    if error.status is None:
        return f"error: {error.message}"
    reason = f" ({error.kind})" if error.kind != "Unknown" else ""
    return f"Error from server{reason}: {error.message}"


def _visible(text: str) -> str:
    # A server's words must not move the cursor or turn the reading direction.
    return "".join(c if c.isprintable() or c == "\n" else f"U+{ord(c):04X}" for c in text)


def _status_object(body: bytes) -> dict[str, Any] | None:
    import json

    try:
        given = json.loads(body)
    except ValueError:
        return None
    return given if isinstance(given, dict) and given.get("kind") == "Status" else None


def _generic(status: int, body: bytes) -> tuple[str, str]:
    text = " ".join(body[:2048].decode("utf-8", "replace").split())
    if status == 403 and text:
        return "Forbidden", text
    if status in _GENERIC:
        return _GENERIC[status]
    if status >= 500:
        return "InternalError", f'an error on the server ("{text or "unknown"}") has prevented the request from succeeding'
    return "Unknown", f"the server responded with the status code {status} but did not return more information"


def _causes(fault: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting: list[Any] = [fault]
    while waiting:
        part = waiting.pop(0)
        if not isinstance(part, BaseException) or id(part) in seen:
            continue
        seen.add(id(part))
        yield part
        waiting += [
            getattr(part, "reason", None),
            getattr(part, "original_error", None),
            *part.args,
            part.__cause__,
            part.__context__,
        ]


def _kind_of(chain: list[BaseException], names: set[str]) -> tuple[str, str]:
    for part in chain:
        if isinstance(part, ssl.SSLCertVerificationError):
            return "tls", _certificate(part)
    if names & {"NameResolutionError", "gaierror", "LocationParseError"}:
        return "dns", f"dial tcp: lookup {_host(chain)}: {_lookup(chain)}"
    for part in chain:
        if isinstance(part, ssl.SSLError) and not isinstance(part, (ssl.SSLEOFError, ssl.SSLZeroReturnError, TimeoutError)):
            return "tls", _handshake(part)
    if names & {"ConnectTimeoutError", "ReadTimeoutError", "TimeoutError"}:
        return "timeout", (
            "dial tcp: i/o timeout"
            if "ConnectTimeoutError" in names
            else "net/http: request canceled (Client.Timeout exceeded while awaiting headers)"
        )
    return _of_system(chain)


def _of_system(chain: list[BaseException]) -> tuple[str, str]:
    numbers = {part.errno for part in chain if isinstance(part, OSError)}
    if any(isinstance(part, ConnectionRefusedError) for part in chain):
        return "refused", "connect: connection refused"
    if numbers & {errno.EHOSTUNREACH, errno.ENETUNREACH}:
        return "other", "dial tcp: connect: no route to host"
    if any(isinstance(part, (ConnectionResetError, BrokenPipeError)) for part in chain) and not _closed(chain):
        return "reset", "read tcp: read: connection reset by peer"
    if _closed(chain):
        partly = any(type(part).__name__ in ("IncompleteRead", "InvalidChunkLength") for part in chain)
        return "closed", "unexpected EOF" if partly else "EOF"
    tunnel = next((str(part) for part in chain if "Tunnel connection failed" in str(part)), "")
    if tunnel:
        return "proxy", tunnel
    return "other", str(chain[0]) or type(chain[0]).__name__


def _closed(chain: list[BaseException]) -> bool:
    names = {"RemoteDisconnected", "IncompleteRead", "InvalidChunkLength", "SSLEOFError", "SSLZeroReturnError"}
    return any(type(part).__name__ in names for part in chain)


def _certificate(error: ssl.SSLCertVerificationError) -> str:
    code, text = error.verify_code, error.verify_message
    if code in _UNKNOWN:
        return f"{_X509}certificate signed by unknown authority"
    if code in (_EXPIRED, _NOT_YET):
        return f"{_X509}certificate has expired or is not yet valid: {text}"
    if code in (_WRONG_NAME, _WRONG_IP):
        name = re.search(r"'([^']*)'", text)
        return f"{_X509}certificate is not valid for {name.group(1) if name else 'this name'}"
    return f"{_X509}{text}"


def _handshake(error: ssl.SSLError) -> str:
    reason = error.reason or ""
    if reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "HTTP_REQUEST"):
        return "tls: first record does not look like a TLS handshake"
    if "CERTIFICATE_REQUIRED" in reason:
        return "remote error: tls: certificate required"
    return f"tls: {reason.replace('_', ' ').lower() or error}"


def _lookup(chain: list[BaseException]) -> str:
    # A name server that does not answer is another matter than a name that does not exist.
    failed = next((part for part in chain if isinstance(part, socket.gaierror)), None)
    if failed is None or failed.errno != socket.EAI_AGAIN:
        return "no such host"
    return (failed.strerror or "try again").lower()


def _host(chain: list[BaseException]) -> str:
    texts = [str(part) for part in chain]
    # The name that failed first: behind a proxy the other two would name the server.
    for pattern in ("Failed to resolve '([^']+)'", "host='([^']+)'", "'([^']+)', label"):
        found = next(filter(None, (re.search(pattern, text) for text in texts)), None)
        if found:
            return found.group(1)
    return "of the server"
