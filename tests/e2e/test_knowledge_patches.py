"""A real API server takes every patch of the knowledge base, also those that no recorded case shows.

The patched Deployment already has of its own what a patch may meet: other sources of a variable, volumes, tolerations.
"""

from dataclasses import replace

import at_rest
import patching
import pytest
import yaml

from kubectl_crashloop.bundled import bundled_knowledge
from kubectl_crashloop.fixes import fixes_of
from kubectl_crashloop.knowledge import placeholders
from kubectl_crashloop.model import Owner
from kubectl_crashloop.owners import words_for

pytestmark = pytest.mark.cluster
SECRET = {"secretKeyRef": {"name": "db", "key": "dsn"}}
PROFILE = {"type": "Localhost", "localhostProfile": "own.json"}
CONTAINER = {
    "name": "app",
    "image": "registry.example/app:1",
    "env": [{"name": name, "valueFrom": SECRET} for name in ("DSN", "JAVA_TOOL_OPTIONS", "NODE_OPTIONS", "SSL_CERT_FILE")],
    "volumeMounts": [{"name": "config-files", "mountPath": "/own"}],
    "resources": {
        "requests": {"cpu": "1m", "memory": "16Mi", "ephemeral-storage": "1Mi", "nvidia.com/gpu": "1"},
        "limits": {"nvidia.com/gpu": "1"},
    },
    "lifecycle": {"postStart": {"exec": {"command": ["true"]}}},
    "securityContext": {
        "capabilities": {"add": ["SYS_ADMIN"]}, "seccompProfile": PROFILE, "appArmorProfile": PROFILE, "privileged": False,
    },
}  # fmt: skip
SPEC = {
    "tolerations": [{"key": "own", "operator": "Exists"}],
    "securityContext": {"sysctls": [{"name": "kernel.shm_rmid_forced", "value": "1"}], "seccompProfile": PROFILE},
    "initContainers": [{"name": "first", "image": "registry.example/first:1"}],
    "nodeSelector": {"own": "yes"},
    "volumes": [
        {"name": "config-files", "configMap": {"name": "own"}}, {"name": "host", "hostPath": {"path": "/own"}},
        *({"name": name, "emptyDir": {}} for name in ("scratch", "tls", "writable", "extra-ca", "shared-memory")),
    ],
}  # fmt: skip
HANDLERS = {"tcpSocket": {"port": 80}, "exec": {"command": ["own"]}, "httpGet": {"path": "/", "port": 80}}
NUMBERS = {"port": "8080", "period": "10", "failures": "3"}
SAMPLES = {
    "container": "app", "offender": "app", "variable": "DSN", "path": "/own/path", "directory": "/own/dir", "image": "i:2",
    "limit_proposed": "128Mi", "request_proposed": "64Mi", "heap_proposed": "48m", "used": "32Mi", "usage": "32Mi",
    "level": "restricted", "probe_kind": "startup", "sysctl": "fs.inotify.max_user_watches", "kubectl": "kubectl -n own",
    **NUMBERS,
}  # fmt: skip


def patches():
    return [(entry, fix) for entry in bundled_knowledge().values() for fix in entry.fixes if fix.get("patch")]


def handler_of(patch):
    return next((name for name in HANDLERS if f"{name}:" in patch and "Probe:" in patch), "httpGet")


def spec_for(patch):
    """The sample spec, with probes of the handler that the patch is for."""
    handler = {handler_of(patch): HANDLERS[handler_of(patch)]}
    probes = {f"{kind}Probe": handler for kind in ("liveness", "readiness", "startup")}
    return {**SPEC, "containers": [{**CONTAINER, **probes}]}


def values_for(fix, owner):
    wanted = set().union(*map(placeholders, (fix["title"], fix["patch"], *fix.get("commands", ()))), fix.get("needs", ()))
    numbers = {name: "7" for name in wanted if name.endswith("_proposed")}
    volume = {"volume": "host" if "hostPath" in fix["patch"] else "scratch"}
    return {**dict.fromkeys(wanted, "own"), **numbers, **SAMPLES, **volume, **words_for(owner)}


@pytest.fixture(scope="module")
def samples(api):
    """A Deployment on the cluster for each handler of probes."""
    made = {}
    for name in HANDLERS:
        made[name] = at_rest.carrier(spec_for(f"Probe: {name}:"), f"sample-{name.lower()}")
        status, answer = api.create(made[name])
        assert status == 201, answer
    return made


@pytest.mark.parametrize(("entry", "fix"), patches(), ids=lambda v: v.code if hasattr(v, "code") else v["title"][:50])
def test_the_server_takes_the_patch(api, samples, entry, fix):
    spec = spec_for(fix["patch"])
    owner = Owner("Deployment", "own", pod_spec=spec)
    found = fixes_of(replace(entry, fixes=(fix,)), values_for(fix, owner), owner, "app")
    assert found, "a placeholder of the fix has no sample here"
    command = patching.parsed(found[0].commands[-1])
    wanted = yaml.safe_load(patching.filled(command.body, found[0].words, spec))
    target = samples[handler_of(fix["patch"])]
    status, answer = api.patch(target, wanted, command.content_type)
    assert status == 200, answer["message"]
    assert patching.lacks(answer, wanted) == []
    kept = answer["spec"]["template"]["spec"]
    assert SPEC["tolerations"][0] in kept["tolerations"]
    assert SPEC["securityContext"]["sysctls"][0] in kept["securityContext"]["sysctls"]
    assert {v["name"] for v in kept["volumes"]} >= {v["name"] for v in SPEC["volumes"]}
    assert kept["initContainers"][-1]["name"] == "first", "what a patch adds runs before what is there"
