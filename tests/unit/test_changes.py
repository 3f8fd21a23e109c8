"""What a revision changed."""

from kubectl_crashloop.changes import changed_line
from kubectl_crashloop.times import parse_time
from tests.build import NOW, at, pod, snapshot


def replica_set(name, revision, container, owner="d1"):
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": name,
            "namespace": "shop",
            "creationTimestamp": at(18),
            "annotations": {"deployment.kubernetes.io/revision": str(revision)},
            "ownerReferences": [{"kind": "Deployment", "name": "web", "uid": owner, "controller": True}],
        },
        "spec": {"template": {"spec": {"containers": [{"name": "app", **container}]}}},
    }


def line(*sets):
    owner = {"ownerReferences": [{"kind": "ReplicaSet", "name": "web-b", "uid": "r2", "controller": True}]}
    return changed_line(snapshot(pod(meta=owner), *sets), pod(meta=owner), parse_time(NOW))


def test_the_newest_revision_against_the_one_before():
    old = {"image": "web:1", "env": [{"name": "DSN", "value": "x"}], "resources": {"limits": {"memory": "1Gi"}}}
    new = {"image": "web:2", "resources": {"limits": {"memory": "64Mi"}}}
    told = line(replica_set("web-z", 1, {"image": "web:0"}), replica_set("web-a", 6, old), replica_set("web-b", 7, new))
    assert told == "revision 7, 42m ago: image web:1 -> web:2, env DSN removed, memory limit 1Gi -> 64Mi"


def test_another_deployment_of_the_same_labels_is_not_the_revision_before():
    assert line(replica_set("web-a", 6, {"image": "web:1"}, owner="d2"), replica_set("web-b", 7, {"image": "web:2"})) == ""


def test_the_first_revision_changed_nothing():
    assert line(replica_set("web-b", 1, {"image": "web:1"})) == ""
