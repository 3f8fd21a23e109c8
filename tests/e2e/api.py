"""A plain HTTP client of the API server, through `kubectl proxy`: kubectl's credentials, without its start-up time."""

import http.client
import json
import os
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

GROUPS = {"Deployment": "apps/v1", "StatefulSet": "apps/v1", "DaemonSet": "apps/v1", "ReplicaSet": "apps/v1",
          "CronJob": "batch/v1", "Job": "batch/v1", "PriorityClass": "scheduling.k8s.io/v1",
          "RuntimeClass": "node.k8s.io/v1", "StorageClass": "storage.k8s.io/v1"}  # fmt: skip
CLUSTERED = ("Namespace", "PriorityClass", "RuntimeClass", "StorageClass")
WORKERS = 8


NAMESPACE = f"crashloop-patches-{os.getpid()}"
"""Its own for each run: one that is being deleted takes no objects."""


class Api:
    """Requests to the cluster of KUBECONFIG; a context manager."""

    def __init__(self, namespace):
        self.namespace, self._own, self._clustered = namespace, threading.local(), []

    def __enter__(self):
        self._proxy = subprocess.Popen(["kubectl", "proxy", "--port=0"], stdout=subprocess.PIPE, text=True)
        self._port = int(self._proxy.stdout.readline().rpartition(":")[2])
        return self

    def __exit__(self, *_):
        self._proxy.terminate()
        self._proxy.wait()

    def path(self, kind, name=""):
        group = GROUPS.get(kind)
        place = "" if kind in CLUSTERED else f"/namespaces/{self.namespace}"
        plural = kind.lower() + ("es" if kind.endswith("s") else "s")
        return (f"/apis/{group}" if group else "/api/v1") + place + f"/{plural}" + (f"/{name}" if name else "")

    def request(self, method, path, body=None, content_type="application/json"):
        """Status and parsed answer."""
        if not hasattr(self._own, "connection"):
            self._own.connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        text = None if body is None else json.dumps(body)
        self._own.connection.request(method, path, text, {"Content-Type": content_type})
        answer = self._own.connection.getresponse()
        return answer.status, json.loads(answer.read())

    def create(self, o, dry=False):
        """Status and answer; an unknown field is an error."""
        query = "?fieldValidation=Strict" + ("&dryRun=All" if dry else "")
        status, answer = self.request("POST", self.path(o["kind"]) + query, o)
        if status == 201 and o["kind"] in CLUSTERED:
            self._clustered.append(o)
        return status, answer

    def patch(self, o, patch, content_type):
        """Status and answer of a patch by server-side dry run; an unknown field is an error."""
        path = self.path(o["kind"], o["metadata"]["name"])
        return self.request("PATCH", path + "?dryRun=All&fieldValidation=Strict", patch, content_type)

    def clear(self):
        """Deletes the namespace and whatever was created outside of one."""
        for o in self._clustered:
            self.request("DELETE", self.path(o["kind"], o["metadata"]["name"]))


def together(work, items):
    """The results of `work` on each item, several at a time."""
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, items))
