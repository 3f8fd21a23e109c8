"""Fixes: only what can be filled, for the right object, safe to paste."""

import json
import shlex

import pytest
import yaml

from kubectl_crashloop.fixes import commands_of, debug_fixes, fixes_of, undo_of
from kubectl_crashloop.knowledge import entry_of
from kubectl_crashloop.model import Owner
from kubectl_crashloop.owners import managed_by, words_for
from kubectl_crashloop.patches import as_yaml

VALUES = {"kubectl": "kubectl -n shop", "container": "app", "variable": "DSN", "pod": "web-1", "debug_image": "busybox:1.36"}
PATCH = 'containers:\n  - name: "{{container}}"\n    env: [{name: "{{variable}}", value: VALUE}]\n'


def entry(*fixes):
    return entry_of("MissingEnvVar", {"summary": "s", "family": "f", "title": "t", "why": "w", "fixes": list(fixes)})


def fix(**kw):
    return {"title": "set `{{variable}}`", "effect": "restarts-pods", **kw}


def only(raw, owner, values=VALUES, role="app"):
    return fixes_of(entry(raw), values, owner, role)[0]


def test_patch_is_wrapped_for_its_owner():
    for kind, path in (
        ("Deployment", ["spec", "template", "spec"]),
        ("CronJob", ["spec", "jobTemplate", "spec", "template", "spec"]),
    ):
        found = only(fix(patch=PATCH), Owner(kind, "web"))
        inner = yaml.safe_load(found.patch)
        for name in path:
            inner = inner[name]
        assert inner["containers"][0] == {"name": "app", "env": [{"name": "DSN", "value": "VALUE"}]}


def test_the_first_instance_has_no_previous_log():
    asked = ("{{kubectl}} logs {{pod}} -c {{container}} --previous --tail=9",)
    assert commands_of(asked, {**VALUES, "restarts": "0"}, "app") == ("kubectl -n shop logs web-1 -c app --tail=9",)
    assert commands_of(asked, {**VALUES, "restarts": "1"}, "app") == ("kubectl -n shop logs web-1 -c app --previous --tail=9",)


def test_the_command_holds_the_same_patch():
    found = only(fix(patch=PATCH), Owner("Deployment", "web"))
    words = shlex.split(found.commands[-1])
    assert words[:5] == ["kubectl", "-n", "shop", "patch", "deployment/web"]
    assert json.loads(words[-1]) == yaml.safe_load(found.patch)


def test_an_init_container_is_patched_in_its_own_list():
    found = only(fix(patch=PATCH), Owner("Deployment", "web"), role="init")
    assert "initContainers" in yaml.safe_load(found.patch)["spec"]["template"]["spec"]


@pytest.mark.parametrize(
    ("owner", "told"),
    [
        (None, "a bare pod cannot be changed in place, so create it again with this"),
        (Owner("Job", "once"), "a Job's template cannot be changed, so create the Job again with this"),
        (Owner("Node", "node-1"), "a static pod, so edit its manifest on the node"),
        (Owner("Kafka", "events", None, "the operator of Kafka"), "managed by Kafka/events, so change it there"),
    ],
)
def test_what_cannot_be_patched_is_created_again_or_edited_at_its_place(owner, told):
    found = only(fix(patch=PATCH), owner)
    assert found.commands == () and found.undo == ""
    assert found.title.endswith(told)
    assert yaml.safe_load(found.patch)["containers"][0]["env"] == [{"name": "DSN", "value": "VALUE"}]


def test_the_template_of_a_job_is_not_offered_to_kubectl():
    words = words_for(Owner("Job", "once"))
    assert words["owner"] == words["job"] == "job/once"
    asked = entry(
        *(fix(commands=["{{kubectl}} x {{" + name + "}}"]) for name in ("editable", "rollout", "scalable", "deployment"))
    )
    assert fixes_of(asked, {**VALUES, **words}, Owner("Job", "once"), "app") == ()


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("Deployment", {"owner", "editable", "rollout", "scalable", "deployment"}),
        ("StatefulSet", {"owner", "editable", "rollout", "scalable"}),
        ("DaemonSet", {"owner", "editable", "rollout"}),
        ("ReplicaSet", {"owner", "editable", "scalable"}),
        ("CronJob", {"owner", "editable", "cronjob"}),
        ("Job", {"owner", "job"}),
        ("Node", set()),
    ],
)
def test_an_owner_is_named_to_the_commands_that_take_it(kind, names):
    assert {name for name, word in words_for(Owner(kind, "web")).items() if "/" in word} == names


MANAGED = [
    ({"annotations": {"meta.helm.sh/release-name": "web"}}, "Helm (web)"),
    ({"labels": {"app.kubernetes.io/managed-by": "Helm"}}, "Helm"),
    ({"annotations": {"argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/web"}}, "Argo CD (shop)"),
    ({"labels": {"argocd.argoproj.io/instance": "shop"}}, "Argo CD (shop)"),
    ({"labels": {"kustomize.toolkit.fluxcd.io/name": "apps"}}, "Flux (apps)"),
    ({"labels": {"helm.toolkit.fluxcd.io/name": "web"}}, "Flux (web)"),
    ({"labels": {"app.kubernetes.io/managed-by": "kustomize-v5.4.2"}}, "Kustomize"),
    ({"annotations": {"config.kubernetes.io/origin": "path: web.yaml\n"}}, "Kustomize"),
    ({"labels": {"kapp.k14s.io/app": "17"}}, "kapp (17)"),
    ({"managedFields": [{"manager": "helm"}]}, "Helm"),
    ({"managedFields": [{"manager": "argocd-controller"}]}, "Argo CD"),
    ({"managedFields": [{"manager": "kustomize-controller"}]}, "Flux"),
    ({"managedFields": [{"manager": "helm-controller"}]}, "Flux"),
    ({"managedFields": [{"manager": "Terraform"}]}, "Terraform"),
    ({"managedFields": [{"manager": "pulumi-kubernetes"}]}, "Pulumi"),
    ({"managedFields": [{"manager": "strimzi-cluster-operator"}]}, "strimzi-cluster-operator"),
    ({"managedFields": [{"manager": "PrometheusOperator"}]}, "PrometheusOperator"),
    ({"managedFields": [{"manager": "kubectl-client-side-apply"}, {"manager": "kube-controller-manager"}]}, ""),
    ({"managedFields": [{"manager": "helm", "subresource": "status"}]}, ""),
    ({"labels": {"app.kubernetes.io/managed-by": "kubectl"}}, ""),
    ({}, ""),
]


@pytest.mark.parametrize(("meta", "manager"), MANAGED, ids=lambda v: str(v)[:60])
def test_who_manages_an_object_is_seen(meta, manager):
    assert managed_by({"metadata": meta}, "Deployment") == manager


def test_the_owner_of_an_operator_is_its_manager():
    assert managed_by({"metadata": {}}, "Kafka") == "the operator of Kafka"
    references = [{"kind": "Kafka", "name": "events", "controller": True}]
    assert managed_by({"metadata": {"ownerReferences": references}}, "StatefulSet") == "the operator of Kafka"


@pytest.mark.parametrize("owner", [Owner("Deployment", "web", None, "Helm (web)"), Owner("Job", "once", None, "Helm (web)")])
@pytest.mark.parametrize("raw", [{"patch": PATCH}, {"commands": ["{{kubectl}} edit {{owner}}"]}])
def test_a_managed_object_is_changed_at_its_source(owner, raw):
    found = only(fix(**raw), owner, {**VALUES, **words_for(owner)})
    assert "Helm (web) manages it, so the change belongs in its source" in found.title
    reading = {"title": "look", "effect": "none", "commands": ["{{kubectl}} get {{owner}}"]}
    assert only(reading, owner, {**VALUES, **words_for(owner)}).title == "look"


def test_a_fix_with_an_unknown_value_is_left_out():
    assert fixes_of(entry(fix(title="raise {{limit}}", commands=["{{kubectl}} x"])), VALUES, None, "app") == ()
    assert fixes_of(entry(fix(needs=["limit"], commands=["{{kubectl}} x"])), VALUES, None, "app") == ()
    assert fixes_of(entry(fix(commands=["{{kubectl}} {{limit}}"])), VALUES, None, "app") == ()


def test_values_are_quoted_in_commands_and_patches():
    hostile = {**VALUES, "variable": 'a"; rm -rf / #$(x)'}
    found = only(fix(patch=PATCH, commands=["{{kubectl}} get {{variable}}"]), Owner("Deployment", "web"), hostile)
    assert shlex.split(found.commands[0])[-1] == hostile["variable"]
    assert (
        json.loads(shlex.split(found.commands[1])[-1])["spec"]["template"]["spec"]["containers"][0]["env"][0]["name"]
        == hostile["variable"]
    )


def test_at_most_three_fixes():
    assert len(fixes_of(entry(*[fix(commands=["{{kubectl}} x"])] * 5), VALUES, None, "app")) == 3


def test_undo_only_where_there_is_a_rollout():
    assert undo_of(Owner("Deployment", "web"), "kubectl -n shop") == "kubectl -n shop rollout undo deployment/web"
    assert undo_of(Owner("Job", "once"), "kubectl -n shop") == ""
    assert undo_of(None, "kubectl") == ""


SPEC = {"containers": [{"name": "app", "image": "i:1", "env": [{"name": "DSN", "value": "old"}]}]}


def test_a_patch_comes_with_its_undo():
    assert only(fix(patch=PATCH), Owner("Deployment", "web")).undo == "kubectl -n shop rollout undo deployment/web"
    assert only(fix(commands=["{{kubectl}} get pods"]), Owner("Deployment", "web")).undo == ""


@pytest.mark.parametrize("kind", ["CronJob", "ReplicaSet", "ReplicationController"])
def test_where_there_is_no_rollout_the_undo_is_the_patch_back(kind):
    words = shlex.split(only(fix(patch=PATCH), Owner(kind, "web", pod_spec=SPEC)).undo)
    assert words[:5] == ["kubectl", "-n", "shop", "patch", f"{kind.lower()}/web"]
    assert '"env":[{"name":"DSN","value":"old"}]' in words[-1]
    assert only(fix(patch=PATCH), Owner(kind, "web")).undo == "", "what was not read cannot be written back"


@pytest.mark.parametrize("kind", ["StatefulSet", "ReplicaSet", "ReplicationController"])
def test_the_failing_pod_is_deleted_where_its_owner_would_keep_it(kind):
    assert only(fix(patch=PATCH), Owner(kind, "web")).commands[1:] == ("kubectl -n shop delete pod web-1",)


@pytest.mark.parametrize("kind", ["Deployment", "DaemonSet", "CronJob"])
def test_the_failing_pod_is_not_deleted_where_its_owner_replaces_it(kind):
    assert len(only(fix(patch=PATCH), Owner(kind, "web")).commands) == 1


def test_the_words_to_fill_in_are_those_of_the_knowledge_base():
    values = {**VALUES, "variable": "SECRET_TOKEN"}
    assert only(fix(patch=PATCH, commands=["{{kubectl}} get IMAGE"]), Owner("Deployment", "web"), values).words == (
        "VALUE",
        "IMAGE",
    )


def test_the_patch_is_fitted_to_the_template_that_was_read():
    taken = {"containers": [{"name": "app", "env": [{"name": "DSN", "valueFrom": {"secretKeyRef": {"name": "a", "key": "b"}}}]}]}
    assert '"valueFrom":null' in only(fix(patch=PATCH), Owner("Deployment", "web", pod_spec=taken)).commands[-1]


def test_a_command_whose_value_is_empty_is_left_out():
    assert commands_of(("{{kubectl}} describe node {{node}}",), {**VALUES, "node": ""}, "app") == ()


def test_target_only_while_the_container_runs():
    stopped = [c for f in debug_fixes(VALUES, running=False) for c in f.commands]
    running = [c for f in debug_fixes(VALUES, running=True) for c in f.commands]
    assert not any("--target" in c for c in stopped)
    assert any("--target=app" in c and "--image=busybox:1.36" in c for c in running)
    assert any("--copy-to=web-1-debug" in c and "--container=app" in c for c in stopped)


def test_a_distroless_image_gets_its_debug_variant():
    values = {**VALUES, "image": "gcr.io/distroless/python3-debian12:nonroot@sha256:0"}
    found = [c for f in debug_fixes(values, running=False) for c in f.commands]
    assert any("--set-image=app=gcr.io/distroless/python3-debian12:debug" in c for c in found)


def test_yaml_keeps_the_order_of_keys():
    assert as_yaml({"b": 1, "a": {"c": 2}}) == "b: 1\na:\n  c: 2"
