"""Between the waves a pure function decides what is read next."""

from kubectl_crashloop.model import Check
from kubectl_crashloop.reads import Options, first_wave
from kubectl_crashloop.refs import LogKey, PodRef, log_check
from kubectl_crashloop.wants import wants
from tests.build import ended, pod, running, snapshot, status, waiting

REF = PodRef("shop", "web-1")
META = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db", "namespace": "shop"}}
KEY_REF = [{"name": "P", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}]


def names(*objects, checks=(), **options):
    return [r.check for r in wants(snapshot(*objects, checks=checks), (REF,), Options(**options))]


def test_first_wave_needs_only_the_name():
    assert [r.path for r in first_wave(REF)] == [
        "/api/v1/namespaces/shop/pods/web-1",
        "/api/v1/namespaces/shop/events",
        "/version",
        "/api/v1/namespaces/shop/pods/web-1/log",
        "/api/v1/namespaces/shop/limitranges",
        "/api/v1/namespaces/shop/resourcequotas",
        "/apis/policy/v1/namespaces/shop/poddisruptionbudgets",
    ]


def owned(replicaset, template):
    owner = {"kind": "ReplicaSet", "name": replicaset, "controller": True}
    return pod(meta={"labels": {"app": "web", "pod-template-hash": template}, "ownerReferences": [owner]})


def test_the_deployment_is_read_together_with_its_replicaset():
    assert {"replicaset shop/web-5b9", "deployment shop/web"} <= set(names(owned("web-5b9", "5b9")))


def test_no_deployment_is_guessed_for_a_replicaset_that_none_has_named():
    assert not any(name.startswith("deployment") for name in names(owned("web", "5b9")))


def test_logs_of_failing_containers_only():
    asked = names(pod([status("app", waiting(), ended()), status("ok", running(), ready=True)]))
    assert "log shop/web-1 app (previous)" in asked
    assert not any("log shop/web-1 ok" in name for name in asked)


def test_running_again_asks_for_both_logs():
    asked = names(pod([status("app", running(), ended(), ready=True)]))
    assert {"log shop/web-1 app (previous)", "log shop/web-1 app"} <= set(asked)


def test_the_plain_log_stands_in_for_a_previous_one_that_is_gone():
    gone = Check(log_check(LogKey("shop", "web-1", "app", True)), "failed")
    assert "log shop/web-1 app" in names(pod([status("app", waiting(), ended())]), checks=[gone])


def test_secrets_are_read_as_metadata_and_never_with_no_secrets():
    p = pod(containers=[{"name": "app", "image": "i:1", "env": KEY_REF}])
    reads = {r.check: r for r in wants(snapshot(p), (REF,), Options())}
    assert reads["secret shop/db"].metadata_only
    assert not any("secret" in name for name in names(p, secrets=False))


def test_a_secret_itself_is_read_only_when_a_key_is_in_question_and_nothing_else_tells():
    missing = status("app", waiting("CreateContainerConfigError", "couldn't find key password in Secret shop/db"))
    p = pod([missing], containers=[{"name": "app", "image": "i:1", "env": KEY_REF}])
    known = Check("secret shop/db", "ok")
    assert "keys of secret shop/db" in names(p, META, checks=[known])
    assert "keys of secret shop/db" not in names(p, {**META, "data": {"user": ""}}, checks=[known])
    assert "keys of secret shop/db" not in names(p, META, checks=[known], secrets=False)
    fine = pod([status("app", waiting(), ended())], containers=[{"name": "app", "image": "i:1", "env": KEY_REF}])
    assert "keys of secret shop/db" not in names(fine, META, checks=[known])


def test_nearest_names_are_listed_only_for_what_is_absent():
    p = pod(containers=[{"name": "app", "image": "i:1", "envFrom": [{"configMapRef": {"name": "shop-config"}}]}])
    assert "configmaps shop" not in names(p)
    assert "configmaps shop" in names(p, checks=[Check("configmap shop/shop-config", "absent")])


def test_what_was_read_is_not_asked_again():
    p = pod([status("app", waiting(), ended())])
    done = [Check(name, "denied") for name in names(p)]
    again = names(p, checks=done)
    assert all(name == "log shop/web-1 app" for name in again)


def test_services_are_read_only_when_a_log_speaks_of_the_network():
    p = pod([status("app", waiting(), ended())])
    quiet = snapshot(p, logs={"app": "bad config"})
    loud = snapshot(p, logs={"app": "dial tcp: connection refused"})
    assert "services shop" not in [r.check for r in wants(quiet, (REF,), Options())]
    assert "services shop" in [r.check for r in wants(loud, (REF,), Options())]
