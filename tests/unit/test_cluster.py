"""Reading from an API server: real sockets on loopback, a CA of our own."""

from __future__ import annotations

import base64
import gzip
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_api import Answer, FakeApi, FakeProxy, Pki, Request, status

from kubectl_crashloop import __version__
from kubectl_crashloop.cluster import ApiError, Cluster, LogRead, explain_error
from kubectl_crashloop.kubeconfig import ConfigError, Connection, ConnectionFlags, resolve
from kubectl_crashloop.log_stream import HeadAndTail
from kubectl_crashloop.tls import tls_context

VERSION = {"/version": (200, {"gitVersion": "v1.37.1"})}


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def secure(pki: Pki) -> Iterator[FakeApi]:
    with FakeApi(VERSION, tls=pki.server_context(pki.issue("server"))) as api:
        yield api


@pytest.fixture
def clusters() -> Iterator[Callable[..., Cluster]]:
    """Makes clusters that are closed at the end."""
    made: list[Cluster] = []

    def make(connection: Connection | str, **changes: Any) -> Cluster:
        given = Connection(connection, "prod") if isinstance(connection, str) else connection
        made.append(Cluster(replace(given, **changes)))
        return made[-1]

    yield make
    for cluster in made:
        cluster.close()


def failure(cluster: Cluster, path: str = "/version", **more: Any) -> ApiError:
    with pytest.raises(ApiError) as caught:
        cluster.get_json(path, **more)
    return caught.value


def told(cluster: Cluster, path: str = "/version", **more: Any) -> tuple[str, str]:
    """The kind of the failure and the first line of its text; the second line names server and context."""
    error = failure(cluster, path, **more)
    first, second = explain_error(error, cluster).split("\n")
    context = f'context "{cluster.context}"' if cluster.context else "no context"
    assert second == f"(server {cluster.server}, {context})"
    return error.kind, first


def kubeconfig(folder: Path, cluster: dict[str, Any], user: dict[str, Any], **flags: Any) -> Connection:
    path = folder / "config"
    path.write_text(
        json.dumps(
            {
                "current-context": "c",
                "clusters": [{"name": "k", "cluster": cluster}],
                "users": [{"name": "u", "user": user}],
                "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
            }
        )
    )
    return resolve(ConnectionFlags(kubeconfig=str(path), **flags), dict(os.environ))


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


# The import


IMPORT = """
import sys
from kubectl_crashloop.cluster import Cluster
from kubectl_crashloop.kubeconfig import Connection
Cluster(Connection("http://127.0.0.1:1"))
names = [n for n in sys.modules if n.split(".")[0] in ("kubernetes", "pydantic", "pydantic_core", "requests", "dateutil")]
print(sorted(names))
import kubernetes.client
print(hasattr(kubernetes.client, "CoreV1Api"), kubernetes.__version__.split(".")[0])
"""


def test_only_the_transport_of_the_client_is_imported_and_the_rest_stays_usable() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True, check=True)
    loaded, real = done.stdout.splitlines()
    assert loaded == str(
        [
            "kubernetes.client.configuration",
            "kubernetes.client.exceptions",
            "kubernetes.client.rest",
            "kubernetes.utils._retry_base",
            "kubernetes.utils.keepalive",
            "kubernetes.utils.retry",
        ]
    )
    assert real == "True 37"


def test_the_client_still_has_what_is_used_of_it() -> None:
    code = """
import inspect
from kubectl_crashloop.cluster import _import_transport
rest, configuration = _import_transport()
print(*list(inspect.signature(rest.RESTClientObject.request).parameters)[1:4], '_request_timeout' in
      inspect.signature(rest.RESTClientObject.request).parameters)
given = configuration.Configuration(proxy='', no_proxy='', connection_pool_maxsize=8)
print(repr(given.proxy), repr(given.no_proxy), given.connection_pool_maxsize)
print(type(rest.RESTClientObject(given).pool_manager).__name__)
"""
    env = {**os.environ, "HTTP_PROXY": "http://127.0.0.1:1", "ALL_PROXY": "http://127.0.0.1:1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert done.stdout.splitlines() == ["method url headers True", "'' '' 8", "PoolManager"]


# What is asked and answered


def test_an_object_is_read_with_a_plain_get(clusters: Callable[..., Cluster]) -> None:
    with FakeApi(VERSION) as api:
        cluster = clusters(api.url, namespace="shop", context_is_current=False)
        assert cluster.get_json("/version", {"a": "b c&d"}, accept="application/json;as=Table") == {"gitVersion": "v1.37.1"}
        (request,) = api.requests
    assert (request.method, request.path, request.query) == ("GET", "/version", {"a": "b c&d"})
    assert request.header("Accept") == "application/json;as=Table"
    assert request.header("User-Agent") == f"kubectl-crashloop/{__version__}"
    assert request.header("Authorization") is None
    assert (cluster.server, cluster.context, cluster.context_is_current, cluster.namespace) == (api.url, "prod", False, "shop")


def test_a_path_in_the_server_is_kept(clusters: Callable[..., Cluster]) -> None:
    with FakeApi({"/k8s/a/version": (200, {})}) as api:
        assert clusters(f"{api.url}/k8s/a").get_json("/version") == {}


def test_connections_are_used_again_after_errors_too(clusters: Callable[..., Cluster]) -> None:
    with FakeApi({**VERSION, "/log": (200, b"x")}) as api:
        cluster = clusters(api.url)
        for _ in range(3):
            cluster.get_json("/version")
            cluster.get_log("/log", {})
            failure(cluster, "/nothing")
        assert (len(api.requests), api.connections) == (9, 1)


def test_threads_share_it(clusters: Callable[..., Cluster], capfd: pytest.CaptureFixture[str]) -> None:
    with FakeApi(lambda request: (200, {"path": request.path})) as api:
        cluster = clusters(api.url)
        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda n: cluster.get_json(f"/{n}")["path"], range(200)))
    assert answers == [f"/{n}" for n in range(200)]
    assert capfd.readouterr().err == ""


def test_gzip_is_asked_for_and_unpacked(clusters: Callable[..., Cluster]) -> None:
    packed = Answer(200, gzip.compress(b'{"a": 1}'), {"Content-Encoding": "gzip"})
    with FakeApi({"/x": packed}) as api:
        assert clusters(api.url).get_json("/x") == {"a": 1}
        assert api.requests[-1].header("Accept-Encoding") == "gzip"
        clusters(api.url, disable_compression=True).get_json("/x")
        assert api.requests[-1].header("Accept-Encoding") == "identity"


def test_a_packed_answer_is_bounded_when_unpacked(clusters: Callable[..., Cluster]) -> None:
    bomb = Answer(200, gzip.compress(b" " * 2**24), {"Content-Encoding": "gzip"})
    with FakeApi({"/x": bomb}) as api:
        assert "larger than 1000000 bytes" in failure(clusters(api.url), "/x", max_bytes=1_000_000).message


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'"text"', b"\xff"])
def test_an_answer_that_is_no_object(clusters: Callable[..., Cluster], body: bytes) -> None:
    with FakeApi({"/x": (200, body)}) as api:
        kind, text = told(clusters(api.url), "/x")
    assert (kind, text.startswith("Unable to connect to the server: the answer to /x is not")) == ("other", True)


def test_each_request_is_logged_at_verbosity_six(clusters: Callable[..., Cluster], capsys: pytest.CaptureFixture[str]) -> None:
    with FakeApi(VERSION) as api:
        clusters(api.url, verbosity=5).get_json("/version")
        assert capsys.readouterr().err == ""
        clusters(api.url, verbosity=6, headers=(("Authorization", "Bearer hidden"),)).get_json("/version")
    error = capsys.readouterr().err
    assert error.startswith(f"GET {api.url}/version 200 in ")
    assert "hidden" not in error


# Logs


def test_a_short_log_is_whole(clusters: Callable[..., Cluster]) -> None:
    with FakeApi({"/log": (200, b"one\ntwo\n")}) as api:
        assert clusters(api.url).get_log("/log", {"tailLines": "5"}) == LogRead(b"one\ntwo\n", b"", 8)
        assert api.requests[0].query == {"tailLines": "5"}


@pytest.mark.parametrize("size", [99, 100, 101, 299, 300, 301, 1_000_000])
def test_of_a_long_log_head_and_tail_are_kept(clusters: Callable[..., Cluster], size: int) -> None:
    text = b"".join(b"%08d" % n for n in range(size // 8 + 1))[:size]
    with FakeApi({"/log": (200, text)}) as api:
        got = clusters(api.url).get_log("/log", {}, keep_head=100, keep_tail=200)
    assert (got.head, got.tail) == (text[:100], text[100:][-200:])
    assert (got.total, got.complete) == (size, True)


def test_a_long_log_takes_little_memory() -> None:
    kept = HeadAndTail(1000, 100_000)
    tracemalloc.start()
    for _ in range(2000):
        kept.add(bytes(10_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept.total == 20_000_000
    assert peak < 1_000_000


def test_a_log_stops_at_its_limit(clusters: Callable[..., Cluster]) -> None:
    with FakeApi({"/log": (200, b"x" * 2**22)}) as api:
        got = clusters(api.url).get_log("/log", {}, max_total=2**20)
    assert 2**20 <= got.total < 2**21
    assert not got.complete


def test_a_log_that_is_cut_off_keeps_what_came(clusters: Callable[..., Cluster]) -> None:
    with FakeApi({"/log": Answer(200, b"x" * 1000, cut_after=10), "/none": Answer(200, b"x" * 1000, cut_after=0)}) as api:
        cluster = clusters(api.url)
        assert cluster.get_log("/log", {}) == LogRead(b"x" * 10, b"", 10, complete=False)
        with pytest.raises(ApiError) as caught:
            cluster.get_log("/none", {})
    assert caught.value.kind == "closed"


def test_a_log_that_is_refused(clusters: Callable[..., Cluster]) -> None:
    with (
        FakeApi({"/log": (400, status(400, "BadRequest", "previous terminated container not found"))}) as api,
        pytest.raises(ApiError) as caught,
    ):
        clusters(api.url).get_log("/log", {})
    assert (caught.value.kind, caught.value.status) == ("BadRequest", 400)
    assert caught.value.message == "previous terminated container not found"


# The server's own errors


FORBIDDEN = 'pods is forbidden: User "u" cannot list resource "pods" in API group "" in the namespace "shop"'
WAIT = "the server has received too many requests and has asked us to try again later"


@pytest.mark.parametrize(
    ("code", "body", "kind", "text"),
    [
        (
            401,
            status(401, "Unauthorized", "Unauthorized"),
            "Unauthorized",
            "error: You must be logged in to the server (Unauthorized)",
        ),
        (
            401,
            "?",
            "Unauthorized",
            "error: You must be logged in to the server (the server has asked for the client to provide credentials)",
        ),
        (403, status(403, "Forbidden", FORBIDDEN), "Forbidden", f"Error from server (Forbidden): {FORBIDDEN}"),
        (403, "no\n", "Forbidden", "Error from server (Forbidden): no"),
        (404, status(404, "NotFound", 'pods "x" not found'), "NotFound", 'Error from server (NotFound): pods "x" not found'),
        (404, "<html>", "NotFound", "Error from server (NotFound): the server could not find the requested resource"),
        (400, "bad", "BadRequest", "Error from server (BadRequest): the server rejected our request for an unknown reason"),
        (429, "Too many", "TooManyRequests", f"Error from server (TooManyRequests): {WAIT}"),
        (
            500,
            "boo",
            "InternalError",
            'Error from server (InternalError): an error on the server ("boo") has prevented the request from succeeding',
        ),
        (
            503,
            "x",
            "ServiceUnavailable",
            "Error from server (ServiceUnavailable): the server is currently unable to handle the request",
        ),
        (
            418,
            "x",
            "Unknown",
            "Error from server: the server responded with the status code 418 but did not return more information",
        ),
    ],
)
def test_errors_read_as_kubectls_do(clusters: Callable[..., Cluster], code: int, body: Any, kind: str, text: str) -> None:
    with FakeApi({"/version": (code, body)}) as api:
        cluster = clusters(api.url)
        assert told(cluster) == (kind, text)
        assert failure(cluster).status == code


def test_the_details_of_a_status_are_kept(clusters: Callable[..., Cluster]) -> None:
    with FakeApi({"/x": (404, status(404, "NotFound", "gone", name="x", kind="pods"))}) as api:
        assert failure(clusters(api.url), "/x").details == {"name": "x", "kind": "pods"}


def test_a_servers_words_cannot_move_the_cursor(clusters: Callable[..., Cluster]) -> None:
    with FakeApi({"/version": (404, status(404, "NotFound", "a\x1b[2Jb\u202ec"))}) as api:
        assert told(clusters(api.url))[1] == "Error from server (NotFound): aU+001B[2JbU+202Ec"


def test_a_redirect_is_not_followed(clusters: Callable[..., Cluster]) -> None:
    with FakeApi(VERSION) as target, FakeApi({"/version": Answer(302, b"", {"Location": f"{target.url}/version"})}) as api:
        assert failure(clusters(api.url)).status == 302
        assert target.requests == []


@pytest.mark.parametrize("code", [429, 503])
def test_a_busy_server_is_asked_again_when_it_says_how_long_to_wait(clusters: Callable[..., Cluster], code: int) -> None:
    answers = [Answer(code, b"busy", {"Retry-After": "0"}), Answer(code, b"busy", {"Retry-After": "0"}), Answer(200, {})]
    with FakeApi(lambda request: answers.pop(0)) as api:
        assert clusters(api.url).get_json("/x") == {}


@pytest.mark.parametrize(("headers", "tries"), [({"Retry-After": "0"}, 3), ({}, 1), ({"Retry-After": "3600"}, 1)])
def test_asking_again_has_an_end(clusters: Callable[..., Cluster], headers: dict[str, str], tries: int) -> None:
    with FakeApi({"/x": Answer(429, b"busy", headers)}) as api:
        assert failure(clusters(api.url), "/x").kind == "TooManyRequests"
        assert len(api.requests) == tries


# Transport faults


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_refused(clusters: Callable[..., Cluster], scheme: str) -> None:
    host = f"127.0.0.1:{closed_port()}"
    assert told(clusters(f"{scheme}://{host}")) == (
        "refused",
        f"The connection to the server {host} was refused - did you specify the right host or port?",
    )


def test_the_default_server_explains_itself(clusters: Callable[..., Cluster]) -> None:
    connection = Connection(f"http://127.0.0.1:{closed_port()}", explained="no kubeconfig was found")
    cluster = clusters(connection)
    for named in (cluster, connection):
        lines = explain_error(failure(cluster), named).split("\n")
        assert lines[1:] == [f"(server {connection.server}, no context)", "no kubeconfig was found"]


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "no such host"),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"), "temporary failure in name resolution"),
    ],
)
def test_unknown_host(clusters: Callable[..., Cluster], monkeypatch: pytest.MonkeyPatch, error: Exception, says: str) -> None:
    # The resolver alone is stood in for: a test must not ask a name server.
    def resolve_nothing(*_: Any, **__: Any) -> Any:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", resolve_nothing)
    assert told(clusters("http://api.example:1")) == (
        "dns",
        f"Unable to connect to the server: dial tcp: lookup api.example: {says}",
    )


def test_an_unknown_proxy(clusters: Callable[..., Cluster], monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve_nothing(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve_nothing)
    kind, text = told(clusters("https://far.example", proxy="http://gone.example:3"))
    assert kind == "proxy"
    assert "dial tcp: lookup gone.example: no such host" in text


def test_a_name_that_cannot_be_one(clusters: Callable[..., Cluster]) -> None:
    assert told(clusters(f"http://{'x' * 64}.example:1"))[0] == "dns"


def test_timeout_and_the_cap_of_the_request_timeout(clusters: Callable[..., Cluster]) -> None:
    hold = threading.Event()
    expected = (
        "timeout",
        "Unable to connect to the server: net/http: request canceled (Client.Timeout exceeded while awaiting headers)",
    )
    with FakeApi({"/version": Answer(hold=hold)}) as api:
        assert told(clusters(api.url), timeout=0.2) == expected
        assert told(clusters(api.url, request_timeout=0.2), timeout=60.0) == expected
        hold.set()


def test_an_answer_that_drips_is_bounded_in_time(clusters: Callable[..., Cluster]) -> None:
    stop = threading.Event()

    def drip(server: socket.socket) -> None:
        peer, _ = server.accept()
        with peer:
            peer.recv(65536)
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while not stop.wait(0.02):
                try:
                    peer.sendall(b"x")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as server:
        for read in ("get_json", "get_log"):
            thread = threading.Thread(target=drip, args=(server,), daemon=True)
            thread.start()
            cluster = clusters(f"http://127.0.0.1:{server.getsockname()[1]}")
            if read == "get_json":
                assert failure(cluster, timeout=0.4).kind == "timeout"
            else:
                assert not cluster.get_log("/log", {}, max_seconds=0.4).complete
            thread.join(10)
            assert not thread.is_alive()
    stop.set()


def test_a_connection_that_is_dropped(clusters: Callable[..., Cluster]) -> None:
    with FakeApi({"/version": Answer(drop=True)}) as api:
        assert told(clusters(api.url)) == ("closed", "Unable to connect to the server: EOF")
        assert len(api.requests) == 2


def test_an_answer_that_is_cut_off(clusters: Callable[..., Cluster]) -> None:
    with FakeApi({"/version": Answer(200, b'{"a": 1}', cut_after=3)}) as api:
        assert failure(clusters(api.url)).kind == "closed"


def test_an_idle_connection_that_was_closed_is_replaced(clusters: Callable[..., Cluster]) -> None:
    answers = [Answer(200, {}), Answer(drop=True), Answer(200, {"again": True})]
    with FakeApi(lambda request: answers.pop(0)) as api:
        cluster = clusters(api.url)
        assert cluster.get_json("/x") == {}
        assert cluster.get_json("/x") == {"again": True}


# TLS


def test_https_with_the_clusters_ca(clusters: Callable[..., Cluster], secure: FakeApi, pki: Pki) -> None:
    commented = "Zertifikatstelle: Müller\n".encode() + pki.ca
    headers = (("Authorization", "Bearer t"),)
    assert clusters(secure.url, ca=commented, headers=headers).get_json("/version")["gitVersion"] == "v1.37.1"
    assert secure.requests[0].header("Authorization") == "Bearer t"


def test_x509_errors(clusters: Callable[..., Cluster], secure: FakeApi, pki: Pki, tmp_path: Path) -> None:
    prefix = "Unable to connect to the server: tls: failed to verify certificate: x509: "
    other = Pki(tmp_path / "other")
    unknown = ("tls", f"{prefix}certificate signed by unknown authority")
    assert told(clusters(secure.url)) == unknown
    assert told(clusters(secure.url, ca=other.ca)) == unknown
    assert told(clusters(secure.url, ca=pki.ca, tls_server_name="other.example")) == (
        "tls",
        f"{prefix}certificate is not valid for other.example",
    )
    with FakeApi(VERSION, tls=pki.server_context(pki.issue("server", days=-1))) as expired:
        kind, text = told(clusters(expired.url, ca=pki.ca))
    assert (kind, text.startswith(f"{prefix}certificate has expired or is not yet valid")) == ("tls", True)
    with FakeApi(VERSION, tls=pki.server_context(pki.issue("server", san="DNS:a.example"))) as named:
        assert told(clusters(named.url, ca=pki.ca)) == ("tls", f"{prefix}certificate is not valid for 127.0.0.1")


def test_the_tls_server_name_is_what_is_verified(clusters: Callable[..., Cluster], pki: Pki) -> None:
    with FakeApi(VERSION, tls=pki.server_context(pki.issue("server", san="DNS:inner.example"))) as api:
        assert clusters(api.url, ca=pki.ca, tls_server_name="inner.example").get_json("/version")


def test_insecure_is_silent(clusters: Callable[..., Cluster], secure: FakeApi) -> None:
    code = (
        "import sys; from kubectl_crashloop.cluster import Cluster; from kubectl_crashloop.kubeconfig import Connection;"
        "print(Cluster(Connection(sys.argv[1], insecure=True)).get_json('/version')['gitVersion'])"
    )
    done = subprocess.run([sys.executable, "-W", "always", "-c", code, secure.url], capture_output=True, text=True, check=True)
    assert (done.stdout, "Insecure" in done.stderr) == ("v1.37.1\n", False)


def test_https_to_a_plain_server(clusters: Callable[..., Cluster]) -> None:
    with FakeApi(VERSION) as api:
        assert told(clusters(f"https://{api.host}")) == (
            "tls",
            "Unable to connect to the server: tls: first record does not look like a TLS handshake",
        )


@pytest.mark.parametrize("memory", [True, False])
def test_a_client_certificate_is_shown_and_its_key_never_left_behind(
    clusters: Callable[..., Cluster], pki: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, memory: bool
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    if not memory:
        monkeypatch.delattr(os, "memfd_create", raising=False)
    pair = pki.issue("joe")
    with FakeApi(VERSION, tls=pki.server_context(pki.issue("server"), ask_client=True)) as api:
        cluster = clusters(api.url, ca=pki.ca, client_cert=pair.cert, client_key=pair.key)
        assert list(tmp_path.iterdir()) == []
        assert cluster.get_json("/version")
        assert api.requests[0].client == "joe"
        assert failure(clusters(api.url, ca=pki.ca)).kind in ("tls", "reset", "closed")


@pytest.mark.parametrize("memory", [True, False])
def test_a_key_that_cannot_be_used_leaves_no_file(
    pki: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, memory: bool
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    if not memory:
        monkeypatch.delattr(os, "memfd_create", raising=False)
    one, two = pki.issue("joe"), pki.issue("ann")
    faults = {(one.cert, two.key): "private key does not match public key", (b"no", b"no"): "failed to find any PEM data"}
    for (cert, key), says in faults.items():
        with pytest.raises(ConfigError, match=says):
            tls_context(Connection("https://h", client_cert=cert, client_key=key))
    assert list(tmp_path.iterdir()) == []


def test_an_encrypted_key_is_refused_without_a_question(pki: Pki, tmp_path: Path) -> None:
    pair = pki.issue("joe")
    (tmp_path / "key").write_bytes(pair.key)
    done = subprocess.run(
        ["openssl", "pkey", "-in", str(tmp_path / "key"), "-aes256", "-passout", "pass:xyz1"], capture_output=True, check=True
    )
    with pytest.raises(ConfigError, match="encrypted"):
        tls_context(Connection("https://h", client_cert=pair.cert, client_key=done.stdout))


def test_a_ca_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="unable to load root certificates"):
        Cluster(Connection("https://h", ca=b"hi"))


# Identity, from a kubeconfig to the wire


def test_impersonation_arrives_at_the_server(clusters: Callable[..., Cluster], secure: FakeApi, pki: Pki, tmp_path: Path) -> None:
    user = {"token": "t", "as": "jörg", "as-uid": "7", "as-groups": ["a", "b"], "as-user-extra": {"Foo/b%r": ["x", "y"]}}
    connection = kubeconfig(tmp_path, {"server": secure.url, "certificate-authority-data": b64(pki.ca)}, user)
    clusters(connection).get_json("/version")
    clusters(
        kubeconfig(
            tmp_path,
            {"server": secure.url, "certificate-authority-data": b64(pki.ca)},
            {"token": "t"},
            as_user="bob",
            as_groups=("g", "h"),
        )
    ).get_json("/version")
    first, second = (request.headers for request in secure.requests)
    assert first["authorization"] == ["Bearer t"]
    assert first["impersonate-user"] == ["jörg".encode().decode("latin-1")]
    assert (first["impersonate-uid"], first["impersonate-group"]) == (["7"], ["a", "b"])
    assert first["impersonate-extra-foo%2fb%25r"] == ["x", "y"]
    assert (second["impersonate-user"], second["impersonate-group"]) == (["bob"], ["g", "h"])


def test_a_token_is_not_sent_over_plain_http(clusters: Callable[..., Cluster], tmp_path: Path) -> None:
    with FakeApi(VERSION) as api:
        clusters(kubeconfig(tmp_path, {"server": api.url}, {"token": "t"}, as_user="joe")).get_json("/version")
    assert "authorization" not in api.requests[0].headers
    assert api.requests[0].headers["impersonate-user"] == ["joe"]


def test_a_token_file_is_read_again_when_it_is_due(
    clusters: Callable[..., Cluster], secure: FakeApi, pki: Pki, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("one\n")
    cluster = {"server": secure.url, "certificate-authority-data": b64(pki.ca)}
    connection = kubeconfig(tmp_path, cluster, {"tokenFile": "token"})
    fresh, due = clusters(connection), clusters(connection, expires_at=0.0)
    (tmp_path / "token").write_text("two\n")
    fresh.get_json("/version")
    due.get_json("/version")
    assert [request.header("Authorization") for request in secure.requests] == ["Bearer one", "Bearer two"]


def plugin(folder: Path, status: dict[str, Any]) -> dict[str, Any]:
    version = "client.authentication.k8s.io/v1"
    answer = json.dumps({"kind": "ExecCredential", "apiVersion": version, "status": status})
    script = folder / "plugin"
    script.write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\n")
    script.chmod(0o755)
    return {"exec": {"command": "./plugin", "apiVersion": version, "interactiveMode": "Never"}}


def test_a_client_certificate_of_a_plugin_is_used_and_renewed(clusters: Callable[..., Cluster], pki: Pki, tmp_path: Path) -> None:
    one, two = pki.issue("one"), pki.issue("two")
    with FakeApi(VERSION, tls=pki.server_context(pki.issue("server"), ask_client=True)) as api:
        place = {"server": api.url, "certificate-authority-data": b64(pki.ca)}
        user = plugin(tmp_path, {"clientCertificateData": one.cert.decode(), "clientKeyData": one.key.decode()})
        connection = kubeconfig(tmp_path, place, user)
        clusters(connection).get_json("/version")
        plugin(tmp_path, {"clientCertificateData": two.cert.decode(), "clientKeyData": two.key.decode()})
        clusters(connection, expires_at=0.0).get_json("/version")
    assert [request.client for request in api.requests] == ["one", "two"]


def test_a_plugin_runs_again_after_a_401(clusters: Callable[..., Cluster], pki: Pki, tmp_path: Path) -> None:
    def answer(request: Request) -> tuple[int, Any]:
        return (200, {}) if request.header("Authorization") == "Bearer new" else (401, "no")

    with FakeApi(answer, tls=pki.server_context(pki.issue("server"))) as api:
        user = plugin(tmp_path, {"token": "old", "expirationTimestamp": "2126-01-01T00:00:00Z"})
        cluster = clusters(kubeconfig(tmp_path, {"server": api.url, "certificate-authority-data": b64(pki.ca)}, user))
        plugin(tmp_path, {"token": "new"})
        assert failure(cluster).kind == "Unauthorized"
        assert cluster.get_json("/version") == {}


def test_a_plugin_that_fails_later_is_an_error_of_the_request(
    clusters: Callable[..., Cluster], secure: FakeApi, pki: Pki, tmp_path: Path
) -> None:
    user = plugin(tmp_path, {"token": "t"})
    connection = kubeconfig(tmp_path, {"server": secure.url, "certificate-authority-data": b64(pki.ca)}, user)
    (tmp_path / "plugin").write_text("#!/bin/sh\nexit 7\n")
    kind, text = told(clusters(connection, expires_at=0.0))
    assert (kind, "getting credentials: exec: executable" in text, "exit code 7" in text) == ("other", True, True)
    assert secure.requests == []


# Proxies


def test_https_goes_through_the_proxy_of_the_kubeconfig_for_loopback_too(
    clusters: Callable[..., Cluster], secure: FakeApi, pki: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    with FakeProxy() as proxy:
        url = proxy.url.replace("//", "//us%40er:pa%3Ass@")
        cluster = {"server": secure.url, "certificate-authority-data": b64(pki.ca), "proxy-url": url}
        clusters(kubeconfig(tmp_path, cluster, {"token": "t"})).get_json("/version")
    assert proxy.targets == [secure.host]
    assert proxy.headers[0]["proxy-authorization"] == "Basic " + b64(b"us@er:pa:ss")
    assert "authorization" not in proxy.headers[0]
    assert secure.requests[0].header("Authorization") == "Bearer t"


def test_http_goes_through_the_proxy(clusters: Callable[..., Cluster], tmp_path: Path) -> None:
    with FakeApi(VERSION) as api, FakeProxy() as proxy:
        clusters(kubeconfig(tmp_path, {"server": api.url, "proxy-url": proxy.url}, {})).get_json("/version")
    assert proxy.targets == [api.host]


def test_the_environments_proxy_is_used_for_other_hosts_only(
    clusters: Callable[..., Cluster], secure: FakeApi, pki: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with FakeProxy(reach=secure.host) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        ca = b64(pki.ca)
        clusters(kubeconfig(tmp_path, {"server": secure.url, "certificate-authority-data": ca}, {"token": "t"})).get_json(
            "/version"
        )
        assert proxy.targets == []
        far = {"server": "https://far.example:6443", "certificate-authority-data": ca, "tls-server-name": "localhost"}
        clusters(kubeconfig(tmp_path, far, {"token": "t"})).get_json("/version")
        assert proxy.targets == ["far.example:6443"]


def test_a_proxy_that_is_not_there_is_named_without_its_password(clusters: Callable[..., Cluster]) -> None:
    proxy = f"http://user:secret@127.0.0.1:{closed_port()}"
    kind, text = told(clusters("https://far.example", proxy=proxy))
    assert (kind, "secret" in text) == ("proxy", False)
    assert text.startswith("Unable to connect to the server: proxyconnect tcp: ")
    assert proxy.rpartition("@")[2] in text
