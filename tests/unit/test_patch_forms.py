"""A patch fits the object that it is for, can be taken back, and shows what the reader must fill in."""

import json

import yaml

from kubectl_crashloop.patches import as_yaml, fitted, inline, inverse, words_of, wrapped


def patched(env):
    return {"containers": [{"name": "app", "env": env}]}


def test_a_word_to_fill_in_is_told_from_names_and_values():
    assert words_of("value: VALUE, image: IMAGE:TAG") == ("VALUE", "IMAGE", "TAG")
    assert words_of("drop: [ALL], name: JAVA_TOOL_OPTIONS, value: {{VALUE}}") == ()


def test_a_number_to_fill_in_stands_without_quotes_and_a_text_with_them():
    patch = {"port": "PORT_NUMBER", "value": "VALUE", "name": "ACCOUNT_NUMBER"}
    words = ("PORT_NUMBER", "VALUE")
    assert inline(patch, words) == '{"port":PORT_NUMBER,"value":"VALUE","name":"ACCOUNT_NUMBER"}'
    assert as_yaml(patch, words) == 'port: PORT_NUMBER\nvalue: "VALUE"\nname: ACCOUNT_NUMBER'
    assert json.loads(inline(patch, words).replace("PORT_NUMBER", "80"))["port"] == 80
    assert yaml.safe_load(as_yaml(patch, words).replace("VALUE", "80"))["value"] == "80"


def test_a_variable_loses_its_other_source():
    secret = {"secretKeyRef": {"name": "db", "key": "dsn"}}
    wanted = [{"name": "DSN", "value": "x"}]
    assert fitted(patched(wanted), patched([{"name": "DSN", "valueFrom": secret}])) == patched([{**wanted[0], "valueFrom": None}])
    assert fitted(patched(wanted), patched([{"name": "DSN", "value": "y"}])) == patched(wanted)
    assert fitted(patched(wanted), patched([{"name": "OTHER", "valueFrom": secret}])) == patched(wanted)
    taken = [{"name": "DSN", "valueFrom": secret}]
    assert fitted(patched(taken), patched(wanted)) == patched([{**taken[0], "value": None}])


def test_a_volume_that_comes_with_its_mount_does_not_change_another_of_that_name():
    patch = {
        "containers": [{"name": "app", "volumeMounts": [{"name": "tls", "mountPath": "/tls"}]}],
        "volumes": [{"name": "tls", "secret": {"secretName": "s"}}],
    }
    original = {"containers": [], "volumes": [{"name": "tls", "emptyDir": {}}, {"name": "tls-2", "emptyDir": {}}]}
    found = fitted(patch, original)
    assert found["volumes"][0]["name"] == found["containers"][0]["volumeMounts"][0]["name"] == "tls-3"
    assert fitted(patch, {"containers": [], "volumes": [{"name": "other", "emptyDir": {}}]}) == patch


def test_an_existing_volume_keeps_its_name():
    patch = {"volumes": [{"name": "scratch", "emptyDir": {"sizeLimit": "1Gi"}}]}
    assert fitted(patch, {"volumes": [{"name": "scratch", "emptyDir": {}}]}) == patch


def test_lists_that_are_replaced_as_a_whole_keep_their_items():
    old, new = {"key": "gpu", "operator": "Exists"}, {"key": "arm", "operator": "Exists"}
    assert fitted({"tolerations": [new]}, {"tolerations": [old]}) == {"tolerations": [old, new]}
    assert fitted({"tolerations": [new]}, {"tolerations": [new]}) == {"tolerations": [new]}
    port = {"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}
    assert fitted({"sysctls": [port]}, {"sysctls": [{**port, "value": "80"}]}) == {"sysctls": [port]}
    assert fitted({"add": ["KNOWN_CAPABILITY"]}, {"add": ["CAP_X"]}) == {"add": ["KNOWN_CAPABILITY"]}


def test_what_is_not_there_is_not_removed():
    assert fitted({"a": None, "b": {"c": None, "d": 1}}, {}) == {"b": {"d": 1}}
    assert fitted({"a": None}, {"a": 1}) == {"a": None}


def test_the_inverse_restores_what_was_there_and_deletes_what_was_not():
    original = {"containers": [{"name": "app", "image": "i:1", "args": ["a"], "env": [{"name": "A", "value": "1"}]}]}
    patch = {
        "containers": [
            {"name": "app", "image": "i:2", "args": ["b"], "workingDir": "/", "env": [{"name": "A", "value": "2"}, {"name": "B"}]}
        ],
        "priorityClassName": "high",
    }
    assert inverse(patch, original) == {
        "containers": [
            {
                "name": "app", "image": "i:1", "args": ["a"], "workingDir": None,
                "env": [{"name": "A", "value": "1"}, {"name": "B", "$patch": "delete"}],
            }
        ],
        "priorityClassName": None,
    }  # fmt: skip


def test_the_inverse_of_a_deleted_item_is_the_item():
    mount = {"name": "v", "mountPath": "/a"}
    patch = {"volumeMounts": [{"mountPath": "/a", "$patch": "delete"}]}
    assert inverse(patch, {"volumeMounts": [mount]}) == {"volumeMounts": [mount]}


def test_a_patch_is_wrapped_from_the_inside():
    assert wrapped({"x": 1}, ("spec", "template")) == {"spec": {"template": {"x": 1}}}
