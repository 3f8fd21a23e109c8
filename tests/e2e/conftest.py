"""What the end-to-end tests share: the cluster of KUBECONFIG, and on it a namespace for the tests of patches."""

import os

import api as http
import pytest


@pytest.fixture(autouse=True)
def _scrubbed_environment():
    """Unlike other tests these keep KUBECONFIG: it says which cluster."""


@pytest.fixture(scope="session")
def api():
    if not os.environ.get("KUBECONFIG"):
        pytest.skip("no cluster: KUBECONFIG is not set")
    with http.Api(http.NAMESPACE) as client:
        client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": http.NAMESPACE}})
        yield client
        client.clear()
