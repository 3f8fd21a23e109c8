"""An API server of one recorded case for measuring: discovery, objects, events and logs, as kubectl and crashloop ask.

    python -m tests.bench.server CASE [--rtt SECONDS] [--tls FOLDER] [--whole]

Prints its URL. `--rtt` delays each new connection and each answer; `--tls` makes a throw-away CA in FOLDER (`ca.crt`).
It sends head and body of an answer apart, as Python's http.server does, which a client that delays its acknowledgements
waits for; with `--whole` in one piece, as the API server does.
"""

import argparse
import json
import re
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from kubectl_crashloop import files
from tests.fake_api import Pki, status

RESOURCES = {
    "v1": {"pods": "Pod", "events": "Event", "nodes": "Node", "configmaps": "ConfigMap", "secrets": "Secret",
           "services": "Service", "endpoints": "Endpoints", "serviceaccounts": "ServiceAccount", "limitranges": "LimitRange",
           "resourcequotas": "ResourceQuota", "persistentvolumeclaims": "PersistentVolumeClaim"},
    "apps/v1": {"deployments": "Deployment", "replicasets": "ReplicaSet", "statefulsets": "StatefulSet"},
    "batch/v1": {"jobs": "Job", "cronjobs": "CronJob"},
    "policy/v1": {"poddisruptionbudgets": "PodDisruptionBudget"},
}  # fmt: skip
CLUSTER_SCOPED = ("nodes",)


class Case:
    """What the server serves."""

    def __init__(self, folder):
        self.snapshot, _ = files.load(folder)
        self.pod = next(iter(self.snapshot.of_kind("Pod")))

    def answer(self, path, query):
        """(status, body) of a GET."""
        if path == "/version":
            return 200, {"major": "1", "minor": "35", "gitVersion": "v1.35.4", "platform": "linux/amd64"}
        if path == "/api":
            return 200, {"kind": "APIVersions", "versions": ["v1"]}
        if path == "/apis":
            groups = [gv.split("/") for gv in RESOURCES if "/" in gv]
            listed = [{"groupVersion": f"{g}/{v}", "version": v} for g, v in groups]
            return 200, {"kind": "APIGroupList", "apiVersion": "v1", "groups": [
                {"name": g, "versions": [v], "preferredVersion": v} for (g, _), v in zip(groups, listed, strict=True)]}  # fmt: skip
        found = re.fullmatch(r"/(?:api/(v1)|apis/([^/]+/[^/]+))(?:/namespaces/([^/]+))?(?:/([^/]+))?(?:/([^/]+))?(/log)?", path)
        version = found and (found[1] or found[2])
        if not found or version not in RESOURCES:
            return 404, status(404, "NotFound", "the server could not find the requested resource")
        return self._resource(version, *found.groups()[2:], query)

    def _resource(self, version, namespace, plural, name, log, query):
        if plural is None:
            return 200, {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": [
                {"name": p, "singularName": k.lower(), "namespaced": p not in CLUSTER_SCOPED, "kind": k, "verbs": ["get", "list"]}
                for p, k in RESOURCES[version].items()]}  # fmt: skip
        kind = RESOURCES[version].get(plural, "")
        if log:
            return 200, self._log(query)
        if name:
            found = self.snapshot.find(kind, namespace or "", name)
            return (200, found) if found else (404, status(404, "NotFound", f'{plural} "{name}" not found'))
        wanted = re.findall(r"(?:involvedObject|metadata)\.(name|kind)=([^,]+)", query.get("fieldSelector", ""))
        items = [o for o in self.snapshot.of_kind(kind, namespace) if all(_field(o, key) == value for key, value in wanted)]
        return 200, {"kind": f"{kind}List", "apiVersion": version, "metadata": {"resourceVersion": "1"}, "items": items}

    def _log(self, query):
        container = query.get("container") or self.pod["spec"]["containers"][0]["name"]
        logs = {key.previous: log.text for key, log in self.snapshot.logs.items() if key.container == container}
        return logs.get(query.get("previous") == "true", "").encode()


def _field(o, key):
    return (o.get("involvedObject") or o["metadata"]).get(key)


def handler(case, rtt, whole):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = whole

        def setup(self):
            time.sleep(rtt)
            super().setup()

        def do_GET(self):
            time.sleep(rtt)
            url = urlsplit(self.path)
            code, body = case.answer(url.path.rstrip("/"), {k: v[0] for k, v in parse_qs(url.query).items()})
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            kind = "text/plain" if isinstance(body, bytes) else "application/json"
            head = f"HTTP/1.1 {code} X\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n\r\n"
            for piece in (head.encode() + data,) if whole else (head.encode(), data):
                self.wfile.write(piece)

        def log_message(self, *args):
            pass

    return Handler


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, handle, context):
        super().__init__(("127.0.0.1", 0), handle)
        self.context = context

    def get_request(self):
        sock, place = super().get_request()
        if self.context is not None:
            # The handshake is made in the connection's own thread, at its first read.
            sock = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        return sock, place

    def handle_error(self, request, client_address):
        pass


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case")
    parser.add_argument("--rtt", type=float, default=0.0)
    parser.add_argument("--tls", type=Path)
    parser.add_argument("--whole", action="store_true")
    args = parser.parse_args(argv)
    context = None
    if args.tls:
        pki = Pki(args.tls)
        context = pki.server_context(pki.issue("localhost"))
    server = Server(handler(Case(args.case), args.rtt, args.whole), context)
    print(f"{'https' if context else 'http'}://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
