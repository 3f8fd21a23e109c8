"""Fixes: only what can be filled, for the right object, safe to paste."""

import json
import shlex

import yaml

from kubectl_crashloop.fixes import as_yaml, commands_of, debug_fixes, fixes_of, undo_of
from kubectl_crashloop.knowledge import entry_of
from kubectl_crashloop.model import Owner

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


def test_what_cannot_be_patched_is_created_again():
    for owner in (None, Owner("Job", "once"), Owner("Node", "node-1")):
        found = only(fix(patch=PATCH), owner)
        assert not any(" patch " in c for c in found.commands)
        assert found.title != "set `DSN`"


def test_a_managed_object_is_changed_at_its_source():
    assert "Helm (web)" in only(fix(patch=PATCH), Owner("Deployment", "web", None, "Helm (web)")).title


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


def test_a_patch_comes_with_its_undo():
    assert only(fix(patch=PATCH), Owner("Deployment", "web")).undo == "kubectl -n shop rollout undo deployment/web"
    assert only(fix(patch=PATCH), Owner("CronJob", "web")).undo == ""
    assert only(fix(commands=["{{kubectl}} get pods"]), Owner("Deployment", "web")).undo == ""


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
