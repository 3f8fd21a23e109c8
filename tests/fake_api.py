"""A small API server, a small proxy and a throw-away CA for tests: real sockets, loopback only.

    with FakeApi({"/version": (200, {"gitVersion": "v1.37.1"})}) as api:
        ...  # api.url, api.requests

A route is `(status, body)`, an `Answer`, or a function of the `Request` that returns one of them.
A body is bytes, text, or anything JSON can hold. An unknown path gets the API server's own 404.
"""

from __future__ import annotations

import json
import select
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Union
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    """What arrived. `headers` has lower-case names and every value; `client` is the client certificate's CN."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, list[str]]
    client: str | None = None

    def header(self, name: str) -> str | None:
        """The first value of a header, or None."""
        return next(iter(self.headers.get(name.lower(), [])), None)


@dataclass(frozen=True)
class Answer:
    """A reply. `cut_after` bytes of the body the connection is killed; `hold` is waited for before the reply."""

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    drop: bool = False
    hold: threading.Event | None = None

    def payload(self) -> bytes:
        """The bytes of the body."""
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


Reply = Union[Answer, "tuple[int, Any]"]
Route = Union[Answer, "tuple[int, Any]", Callable[[Request], Reply]]


def status(code: int, reason: str, message: str, **details: Any) -> dict[str, Any]:
    """A Status object as the API server words a failure."""
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason,
        "details": details,
        "code": code,
    }


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Failed handshakes and dropped clients are part of the tests."""


class FakeApi:
    """The server. It runs from the moment it is made; `close()` or the end of a `with` stops it."""

    def __init__(self, routes: Mapping[str, Route] | Callable[[Request], Reply], tls: ssl.SSLContext | None = None) -> None:
        self.routes = routes
        self.requests: list[Request] = []
        self.connections = 0
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        if tls is not None:
            # The handshake belongs to the connection's own thread, or one bad client would block all.
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port: int = self._server.server_address[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"{'http' if tls is None else 'https'}://{self.host}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def __enter__(self) -> FakeApi:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request: Request) -> Answer:
        """The reply to one request."""
        self.requests.append(request)
        routes = self.routes
        not_found = (404, status(404, "NotFound", "the server could not find the requested resource"))
        route: Route = routes if callable(routes) else routes.get(request.path, not_found)
        reply: Reply = route(request) if callable(route) else route
        return reply if isinstance(reply, Answer) else Answer(reply[0], reply[1])


def _handler(api: FakeApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30
        wbufsize = -1

        def setup(self) -> None:
            api.connections += 1
            self.request.settimeout(self.timeout)
            if isinstance(self.request, ssl.SSLSocket):
                self.request.do_handshake()
            super().setup()

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

        def do_GET(self) -> None:
            self._reply(api.answer(self._read()))

        do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_GET

        def _read(self) -> Request:
            url = urlsplit(self.path)
            headers: dict[str, list[str]] = {}
            for name, value in self.headers.items():
                headers.setdefault(name.lower(), []).append(value)
            return Request(self.command, url.path, dict(parse_qsl(url.query)), headers, _peer(self.request))

        def _reply(self, answer: Answer) -> None:
            if answer.hold is not None:
                answer.hold.wait(20)
            if answer.drop:
                self._kill()
                return
            body = answer.payload()
            self.send_response(answer.status)
            headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **answer.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body if answer.cut_after is None else body[: answer.cut_after])
            self.wfile.flush()
            if answer.cut_after is not None:
                self._kill()

        def _kill(self) -> None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    return Handler


def _peer(sock: Any) -> str | None:
    certificate: Any = (sock.getpeercert() or {}) if isinstance(sock, ssl.SSLSocket) else {}
    return next((value for part in certificate.get("subject", ()) for name, value in part if name == "commonName"), None)


class FakeProxy:
    """An HTTP proxy: CONNECT and absolute URLs. `targets` lists what went through; `headers` what came with it.

    With `reach` every connection ends there, whatever name was asked for.
    """

    def __init__(self, reach: str | None = None) -> None:
        self.targets: list[str] = []
        self.headers: list[dict[str, str]] = []
        self._reach = reach
        self._server = _Server(("127.0.0.1", 0), _proxy_handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def __enter__(self) -> FakeProxy:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def connect(self, host: str, headers: Mapping[str, str]) -> socket.socket:
        """A connection to the target, which is recorded first."""
        self.targets.append(host)
        self.headers.append({name.lower(): value for name, value in headers.items()})
        name, _, port = (self._reach or host).rpartition(":")
        return socket.create_connection((name.strip("[]"), int(port)), 10)


def _proxy_handler(proxy: FakeProxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 30

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

        def do_CONNECT(self) -> None:
            target = proxy.connect(self.path, dict(self.headers))
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            self.close_connection = True
            _splice(self.connection, target)

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            target = proxy.connect(url.netloc, dict(self.headers))
            kept = "".join(
                f"{name}: {value}\r\n"
                for name, value in self.headers.items()
                if name.lower() not in ("connection", "proxy-authorization")
            )
            path = url.path + (f"?{url.query}" if url.query else "")
            target.sendall(f"GET {path} HTTP/1.1\r\n{kept}Connection: close\r\n\r\n".encode())
            self.close_connection = True
            _splice(self.connection, target)

    return Handler


def _splice(left: socket.socket, right: socket.socket) -> None:
    other = {left: right, right: left}
    with right:
        while True:
            ready = select.select([left, right], [], [], 20)[0]
            received = [(sock, sock.recv(65536)) for sock in ready]
            if not received or not all(data for _, data in received):
                return
            for sock, data in received:
                other[sock].sendall(data)


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, both PEM."""

    cert: bytes
    key: bytes


class Pki:
    """A CA of its own in `folder`, made with the `openssl` program."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._openssl(
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=test-ca",
            "-keyout",
            "ca.key",
            "-out",
            "ca.crt",
            "-addext",
            "keyUsage=critical,keyCertSign,cRLSign",
        )
        self.ca = (folder / "ca.crt").read_bytes()

    def issue(self, name: str, *, san: str = "IP:127.0.0.1,DNS:localhost", days: int = 1) -> Pair:
        """A certificate for server and client use. `days` below zero makes one that is expired."""
        self._openssl(
            "req",
            "-new",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-subj",
            f"/CN={name}",
            "-keyout",
            "leaf.key",
            "-out",
            "leaf.csr",
        )
        (self._folder / "leaf.ext").write_text(f"subjectAltName={san}\n")
        self._openssl(
            "x509",
            "-req",
            "-in",
            "leaf.csr",
            "-CA",
            "ca.crt",
            "-CAkey",
            "ca.key",
            "-days",
            str(days),
            "-extfile",
            "leaf.ext",
            "-out",
            "leaf.crt",
        )
        return Pair((self._folder / "leaf.crt").read_bytes(), (self._folder / "leaf.key").read_bytes())

    def server_context(self, pair: Pair, *, ask_client: bool = False) -> ssl.SSLContext:
        """What `FakeApi(tls=…)` takes. With `ask_client` a client certificate of this CA is required."""
        path = self._folder / "server.pem"
        path.write_bytes(pair.cert + pair.key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        if ask_client:
            context.load_verify_locations(cadata=self.ca.decode())
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self._folder, check=True, capture_output=True)
