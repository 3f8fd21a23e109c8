"""The command as a user runs it: a process, a real socket, files, exit statuses."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

import kubectl_crashloop
from tests.build import ended, event, pod, running, status, waiting
from tests.fake_api import Answer, FakeApi
from tests.fake_api import status as api_status
from tests.program import PROGRAM

pytestmark = pytest.mark.command

PACKAGE = Path(kubectl_crashloop.__file__).parent
SCHEMA = json.loads((PACKAGE / "report.schema.json").read_text(encoding="utf-8"))
BASE = "/api/v1/namespaces/shop"
LOG = 'Traceback (most recent call last):\n  File "/a.py", line 2, in <module>\n    D = os.environ["DSN"]\n  File "<frozen os>", line 679, in __getitem__\nKeyError: \'DSN\'\n'
CRASHING = pod([status("app", waiting(), ended(), restarts=3)])
ROUTES = {
    f"{BASE}/pods/web-1": (200, CRASHING),
    f"{BASE}/pods/web-1/log": Answer(200, LOG),
    f"{BASE}/events": (
        200,
        {"kind": "EventList", "apiVersion": "v1", "items": [event("BackOff", "Back-off restarting failed container", "app")]},
    ),
    "/version": (200, {"gitVersion": "v1.37.1"}),
    f"{BASE}/pods": (
        200,
        {"kind": "PodList", "apiVersion": "v1", "items": [CRASHING, pod([status("app", running(), ready=True)], name="fine")]},
    ),
}


def command(*words, cwd=None, stdin=None, **env):
    clean = {k: v for k, v in os.environ.items() if k not in ("KUBECONFIG", "NO_COLOR", "COLUMNS")}
    return subprocess.run(
        [*PROGRAM, *words],
        capture_output=True, cwd=cwd, input=stdin, timeout=60, env={**clean, "HOME": "/nonexistent", "PYTHONPATH": str(PACKAGE.parent), **env},
    )  # fmt: skip


@pytest.fixture
def api():
    with FakeApi(dict(ROUTES)) as server:
        yield server


def live(api, *words, **kw):
    return command(*words, "-s", api.url, "-n", "shop", **kw)


def test_first_line_answers(api):
    done = live(api, "web-1")
    lines = done.stdout.decode().splitlines()
    assert lines[0] == "`app` stops at start because `DSN` is not set"
    assert lines[1].startswith("shop/web-1 -- MissingEnvVar, certain")
    assert (done.returncode, done.stderr) == (0, b"")


def test_json_keeps_the_contract(api):
    report = json.loads(live(api, "web-1", "-o", "json").stdout)
    jsonschema.validate(report, SCHEMA)
    assert report["server"] == "v1.37.1"
    assert report["items"][0]["causes"][0]["values"]["variable"] == "DSN"
    assert yaml.safe_load(live(api, "web-1", "-o", "yaml").stdout)["kind"] == "Report"


def test_a_saved_snapshot_replays_to_the_letter(api, tmp_path):
    seen = live(api, "web-1", "-o", "json", "--save", str(tmp_path / "s")).stdout
    assert command("-f", str(tmp_path / "s"), "-o", "json").stdout == seen
    assert b"DSN" in command("-f", str(tmp_path / "s")).stdout


def test_files_can_be_saved_again(tmp_path):
    command("-f", "-", "--save", str(tmp_path / "s"), stdin=yaml.safe_dump(CRASHING).encode())
    assert (tmp_path / "s" / "objects.yaml").exists()


def test_plain_objects_from_stdin():
    done = command("-f", "-", "-o", "json", stdin=yaml.safe_dump(CRASHING).encode())
    causes = json.loads(done.stdout)["items"][0]["causes"]
    assert causes[0]["code"] == "ApplicationError"


def test_no_such_pod_names_the_nearest(api):
    api.routes[f"{BASE}/pods/web"] = (404, api_status(404, "NotFound", 'pods "web" not found', name="web", kind="pods"))
    done = live(api, "web")
    assert done.returncode == 1
    assert done.stdout == b""
    assert done.stderr.startswith(b'Error from server (NotFound): pods "web" not found')
    assert b"web-1" in done.stderr


def test_without_a_target_the_failing_pods_are_listed(api):
    text = live(api).stdout.decode()
    assert "web-1" in text and "CrashLoopBackOff" in text
    assert "fine" not in text
    assert f"kubectl crashloop web-1 -n shop" in text  # noqa: F541
    assert len([r for r in api.requests if r.path.startswith("/api")]) == 1


def test_nothing_failing_is_one_line(api):
    api.routes[f"{BASE}/pods"] = (200, {"kind": "PodList", "apiVersion": "v1", "items": []})
    assert live(api).stdout.decode().count("\n") == 1


def workload(api, pods):
    selector = {"matchLabels": {"app": "web"}}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop", "uid": "d1"},
        "spec": {"selector": selector},
    }
    owner = [{"kind": "Deployment", "name": "web", "uid": "d1", "controller": True}]
    replicas = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {"name": "web-x", "namespace": "shop", "uid": "r1", "ownerReferences": owner},
        "spec": {"replicas": 2},
    }
    apps = "/apis/apps/v1/namespaces/shop"
    api.routes[f"{apps}/deployments/web"] = (200, deployment)
    api.routes[f"{apps}/replicasets"] = (200, {"kind": "ReplicaSetList", "apiVersion": "apps/v1", "items": [replicas]})
    api.routes[f"{apps}/replicasets/web-x"] = (200, replicas)
    api.routes[f"{BASE}/pods"] = (200, {"kind": "PodList", "apiVersion": "v1", "items": pods})
    for p in pods:
        api.routes[f"{BASE}/pods/{p['metadata']['name']}"] = (200, p)
        api.routes[f"{BASE}/pods/{p['metadata']['name']}/log"] = Answer(200, LOG)


OWNED = {"ownerReferences": [{"kind": "ReplicaSet", "name": "web-x", "uid": "r1", "controller": True}]}


def test_a_workload_gives_one_verdict_a_distinct_cause(api):
    crashing = [pod([status("app", waiting(), ended(), restarts=n)], name=f"web-{n}", meta=OWNED) for n in (1, 2, 3)]
    workload(api, crashing)
    report = json.loads(live(api, "deploy/web", "-o", "json").stdout)
    assert [(i["name"], i["causes"][0]["code"]) for i in report["items"]] == [("web-3", "MissingEnvVar")]
    assert json.loads(live(api, "deployment", "web", "-o", "json").stdout)["items"] == report["items"]


def test_a_workload_whose_pods_are_refused(api):
    workload(api, [])
    refused = event(
        "FailedCreate",
        'Error creating: pods "web-x-" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2',
        kind="ReplicaSet",
        name="web-x",
        uid="r1",
    )
    api.routes[f"{BASE}/events"] = (200, {"kind": "EventList", "apiVersion": "v1", "items": [refused]})
    item = json.loads(live(api, "deploy/web", "-o", "json").stdout)["items"][0]
    assert (item["kind"], item["name"], item["causes"][0]["code"]) == ("Deployment", "web", "AdmissionRejected")


def test_a_workload_without_failing_pods_is_said_in_one_line(api):
    workload(api, [pod([status("app", running("2026-11-22T08:00:00Z"), ready=True)], name="web-1", meta=OWNED)])
    assert live(api, "deploy/web").stdout.decode().count("\n") == 1


def test_a_container_that_the_pod_does_not_have(api):
    done = live(api, "web-1", "-c", "api")
    assert done.returncode == 1
    assert done.stderr == b"error: container api is not valid for pod web-1, choose one of: app\n"
    assert b"MissingEnvVar" in live(api, "web-1", "-c", "app").stdout


def test_a_container_that_does_not_fail_in_a_pod_that_does(api):
    two = pod([status("app", waiting(), ended(), restarts=3), status("proxy", running("2026-11-22T08:00:00Z"), ready=True)])
    api.routes[f"{BASE}/pods/web-1"] = (200, two)
    first = live(api, "web-1", "-c", "proxy").stdout.decode().splitlines()[0]
    assert first == "`proxy` shows no failure; the other containers of `web-1` were not asked for"


def test_a_pod_that_is_being_deleted_is_not_called_healthy(api):
    going = pod([status("app", running("2026-11-22T08:00:00Z"), ready=True)], meta={"deletionTimestamp": "2026-11-22T09:00:00Z"})
    api.routes[f"{BASE}/pods/web-1"] = (200, going)
    assert live(api, "web-1").stdout.decode().splitlines()[0] == "`web-1` is being deleted; none of its containers fails"


def test_exit_code_makes_the_verdict_the_status(api):
    assert live(api, "web-1", "--exit-code").returncode == 10
    api.routes[f"{BASE}/pods/web-1/log"] = Answer(200, "bye\n")
    assert live(api, "web-1", "--exit-code").returncode == 11
    api.routes[f"{BASE}/pods/web-1"] = (200, pod([status("app", running("2026-11-22T08:00:00Z"), ready=True)]))
    assert live(api, "web-1", "--exit-code").returncode == 0


def test_denied_reads_are_told_with_the_permission(api):
    api.routes[f"{BASE}/events"] = (403, api_status(403, "Forbidden", "events is forbidden"))
    assert "list events" in live(api, "web-1").stdout.decode()


def test_nothing_is_claimed_of_a_log_that_was_not_read(api):
    api.routes[f"{BASE}/pods/web-1/log"] = (403, api_status(403, "Forbidden", "pods/log is forbidden"))
    lines = live(api, "web-1").stdout.decode().splitlines()
    assert lines[0] == "`app` fails, and nothing that was read says why"
    assert "ApplicationError" in lines[1]
    assert any("get pods/log" in line for line in lines)


def test_hostile_text_does_not_reach_the_terminal(api):
    evil = "\x1b]0;owned\x07\x1b[2J\u202efatal: \x1b[31mno such thing\x1b[0m\x08\n"
    api.routes[f"{BASE}/pods/web-1/log"] = Answer(200, evil)
    text = live(api, "web-1", "--color", "never").stdout.decode()
    assert not set(text) & set("\x1b\x07\x08\u202e")


def test_values_of_secrets_are_masked_in_every_form(api, tmp_path):
    container = {"name": "app", "image": "i:1", "env": [{"name": "DB_PASSWORD", "value": "correct-horse"}]}
    api.routes[f"{BASE}/pods/web-1"] = (200, pod([status("app", waiting(), ended())], [container]))
    api.routes[f"{BASE}/pods/web-1/log"] = Answer(200, "connecting to postgres://app:correct-horse@db/shop\nfatal: giving up\n")
    for form in ("text", "json", "yaml"):
        done = live(api, "web-1", "-o", form, "--save", str(tmp_path / form))
        assert b"correct-horse" not in done.stdout
    saved = "".join(p.read_text() for p in tmp_path.rglob("*") if p.is_file())
    assert "correct-horse" not in saved and "DB_PASSWORD" in saved


@pytest.mark.parametrize("words", [["--nonsense"], ["-o", "nonsense"], ["-o"], ["web-1", "--request-timeout", "x"]])
def test_wrong_usage_is_status_2(words):
    done = command(*words)
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.startswith(b"error: ")


@pytest.mark.parametrize("words", [["svc/web"], ["-f", "/nonexistent"], ["--explain", "Nonsense"], ["--demo", "nonsense"]])
def test_what_cannot_be_done_is_status_1_without_a_traceback(words):
    done = command(*words)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert done.stderr.startswith(b"error: ")


def test_a_refused_connection_reads_as_kubectls():
    done = command("web-1", "-s", "http://127.0.0.1:9")
    assert done.returncode == 1
    assert done.stderr.startswith(
        b"The connection to the server 127.0.0.1:9 was refused - did you specify the right host or port?"
    )


def test_pods_may_be_called_demo_and_help(api):
    for name in ("demo", "help", "completion", "pod"):
        api.routes[f"{BASE}/pods/{name}"] = (200, pod([status("app", waiting(), ended())], name=name))
        assert live(api, name, "-o", "name").stdout.decode().strip() == f"pod/{name}"


def test_help_and_version_name_the_command():
    text = command("-h").stdout.decode()
    assert "kubectl crashloop [POD" in text
    assert text.index("Examples:") < text.index("--context")
    assert kubectl_crashloop.__version__ in command("--version").stdout.decode()


@pytest.mark.parametrize("word", ["137", "OOMKilled", "oomkilled", "-1", ""])
def test_explain_needs_no_cluster(word):
    done = command(*(["--explain", word] if word else ["--explain"]))
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 3


def test_explain_alone_lists_every_code():
    text = command("--explain").stdout.decode()
    codes = (Path(__file__).parent / "vocabulary.txt").read_text().split()
    assert [c for c in codes if c not in text] == []
    assert "137" in text


def test_demo_needs_no_cluster_and_says_how_to_go_on():
    text = command("--demo").stdout.decode()
    named = [line.split()[-1] for line in text.splitlines() if "kubectl crashloop --demo" in line]
    assert len(named) == 8
    verdicts = {command("--demo", n, "-o", "json").stdout for n in named}
    assert len({json.loads(v)["items"][0]["causes"][0]["code"] for v in verdicts}) == 8


def test_a_closed_pipe_is_silent():
    line = f"{sys.executable} -m kubectl_crashloop --explain | head -1"
    done = subprocess.run(["sh", "-c", line], capture_output=True, cwd=PACKAGE.parent, timeout=60)
    assert done.stderr == b""


@pytest.mark.parametrize(
    "where", [">&-", pytest.param(">/dev/full", marks=pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux"))]
)
@pytest.mark.parametrize("words", ["--explain 137", "--demo checkout", "--demo checkout -o json"])
def test_a_report_that_cannot_be_written_is_an_error(words, where):
    line = f"{sys.executable} -m kubectl_crashloop {words} {where}"
    done = subprocess.run(["sh", "-c", line], capture_output=True, cwd=PACKAGE.parent, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith(b"error: cannot write the report: ")
    assert done.stderr.count(b"\n") == 1


def test_width_and_colour(api):
    narrow = live(api, "web-1", COLUMNS="60").stdout.decode()
    commands = ("    kubectl", "  kubectl")
    assert all(len(line) <= 60 for line in narrow.splitlines() if not line.startswith(commands))
    assert "\x1b[" not in narrow
    assert "\x1b[" in live(api, "web-1", "--color", "always").stdout.decode()


@pytest.mark.parametrize("words", [["--demo", "checkout", "web"], ["web", "--demo"], ["--demo", "--save", "x"], ["--demo", "-f", "x"],
                                   ["--explain", "137", "web"], ["--check", "web"], ["--demo", "--explain", "137"]])  # fmt: skip
def test_what_would_be_ignored_is_wrong_usage(words, tmp_path):
    done = command(*words, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"error: --")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("reason", "codes"),
    [
        ("ImagePullBackOff", ["ImageNotFound", "ImagePullUnauthorized"]),
        ("createcontainerconfigerror", ["ConfigMapNotFound", "SecretNotFound"]),
        ("Init:ErrImagePull", ["RegistryUnreachable"]),
        ("CrashLoopBackOff", ["any cause"]),
    ],
)
def test_explain_takes_what_a_status_shows(reason, codes):
    done = command("--explain", reason)
    assert done.returncode == 0
    assert [c for c in codes if c not in done.stdout.decode()] == []


def test_the_causes_behind_a_reason_are_of_the_vocabulary():
    codes = set((Path(__file__).parent / "vocabulary.txt").read_text().split())
    reasons = yaml.safe_load((PACKAGE / "reasons.yaml").read_text(encoding="utf-8"))
    assert {code for raw in reasons.values() for code in raw["codes"]} <= codes
    assert not set(reasons) & codes, "a code is explained as such"


def test_of_two_targets_the_one_that_is_there_is_reported(api):
    missing = (404, api_status(404, "NotFound", 'pods "gone" not found', name="gone", kind="pods"))
    api.routes[f"{BASE}/pods/gone"] = missing
    for words in (["web-1", "gone"], ["gone", "web-1"]):
        done = live(api, *words)
        assert done.returncode == 1
        assert done.stdout.decode().splitlines()[0] == "`app` stops at start because `DSN` is not set"
        assert done.stderr.startswith(b'Error from server (NotFound): pods "gone" not found')


def test_of_two_targets_that_are_not_there_both_are_named(api):
    for name in ("gone", "lost"):
        api.routes[f"{BASE}/pods/{name}"] = (404, api_status(404, "NotFound", f'pods "{name}" not found', name=name, kind="pods"))
    done = live(api, "gone", "lost")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b'"gone" not found' in done.stderr and b'"lost" not found' in done.stderr


def test_of_two_targets_in_files_the_one_that_is_there_is_reported():
    done = command("-f", "-", "web-1", "gone", "-o", "name", stdin=yaml.safe_dump(CRASHING).encode())
    assert (done.returncode, done.stdout) == (1, b"pod/web-1\n")
    assert done.stderr.startswith(b'error: pod "gone" not found in the files')


@pytest.mark.parametrize(
    ("target", "owner", "labels"),
    [
        ("sts/db", {"kind": "StatefulSet", "name": "db"}, {}),
        ("job/once", {"kind": "Job", "name": "once"}, {}),
        ("deploy/web", {"kind": "ReplicaSet", "name": "web-6d9f7c"}, {"pod-template-hash": "6d9f7c"}),
    ],
)
def test_a_workload_that_the_files_lack_is_known_by_its_pods(target, owner, labels):
    meta = {"ownerReferences": [{**owner, "uid": "o1", "controller": True}], "labels": labels}
    owned = pod([status("app", waiting(), ended(), restarts=3)], meta=meta)
    done = command("-f", "-", target, "-o", "name", stdin=yaml.safe_dump(owned).encode())
    assert (done.returncode, done.stdout, done.stderr) == (0, b"pod/web-1\n", b"")
    other = command("-f", "-", target + "2", stdin=yaml.safe_dump(owned).encode())
    assert other.returncode == 1 and b"not found in the files" in other.stderr
