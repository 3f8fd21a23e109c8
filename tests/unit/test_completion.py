"""Shell completion: the answers, over a real socket, and the scripts, in real shells."""

import json
import os
import shlex
import shutil
import stat
import subprocess
import threading
import time
from pathlib import Path

import pytest
import yaml

import kubectl_crashloop
from kubectl_crashloop.cli import Failure, main
from kubectl_crashloop.completion import sources
from kubectl_crashloop.completion.answer import answer
from kubectl_crashloop.completion.scripts import HELPER, install, script
from kubectl_crashloop.options import parser
from tests.fake_api import Answer, FakeApi, FakeProxy, Pki
from tests.fake_api import status as api_status
from tests.program import PROGRAM

PODS = "/api/v1/namespaces/shop/pods"
APPS = "/apis/apps/v1/namespaces/shop"
TYPES = ["pod/", "deployment/", "replicaset/", "statefulset/", "daemonset/", "job/", "cronjob/"]
ROOT = Path(kubectl_crashloop.__file__).parents[1]


def table(columns, *rows):
    """A Table as the API server makes it with `includeObject=None`."""
    return 200, {
        "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": {},
        "columnDefinitions": [{"name": name, "type": "string"} for name in columns],
        "rows": [{"cells": list(cells), "object": None} for cells in rows],
    }  # fmt: skip


POD_COLUMNS = ("Name", "Ready", "Status", "Restarts", "Age")
POD_ROWS = (
    ("api-1", "1/1", "Running", "0", "5m"),
    ("batch-1", "0/1", "Completed", "0", "5m"),
    ("flappy-1", "1/1", "Running", "7 (10s ago)", "5m"),
    ("web-1", "0/1", "CrashLoopBackOff", "12 (3m ago)", "5m"),
    ("web-2", "1/2", "Running", "0", "5m"),
    ("web-3", "0/1", "ImagePullBackOff", "0", "5m"),
)
TEMPLATE = {"spec": {"containers": [{"name": "app"}, {"name": "proxy"}]}}
ROUTES = {
    PODS: table(POD_COLUMNS, *POD_ROWS),
    f"{PODS}/web-1": (
        200,
        {
            "kind": "Pod",
            "spec": {
                "initContainers": [{"name": "prepare"}],
                "containers": [{"name": "app"}, {"name": "proxy"}],
                "ephemeralContainers": [{"name": "debugger-x"}],
            },
        },
    ),
    "/api/v1/namespaces": table(("Name", "Status", "Age"), ("default", "Active", "5m"), ("shop", "Active", "5m")),
    f"{APPS}/deployments": table(("Name", "Ready", "Up-to-date"), ("api", "1/1", 1), ("web", "0/3", 3)),
    f"{APPS}/deployments/web": (200, {"kind": "Deployment", "spec": {"template": TEMPLATE}}),
    f"{APPS}/daemonsets": table(("Name", "Desired", "Current", "Ready"), ("fine", 2, 2, 2), ("poor", 2, 2, 1)),
    "/apis/batch/v1/namespaces/shop/cronjobs": table(("Name", "Schedule"), ("nightly", "0 3 * * *")),
    "/apis/batch/v1/namespaces/shop/cronjobs/nightly": (200, {"spec": {"jobTemplate": {"spec": {"template": TEMPLATE}}}}),
}


@pytest.fixture
def api():
    with FakeApi(dict(ROUTES)) as server:
        yield server


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def lines(*words):
    *candidates, directive = answer(words).splitlines()
    return [c.split("\t")[0] for c in candidates], int(directive.removeprefix(":"))


def run(*words):
    """The command as a process of its own."""
    command = [*PROGRAM, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env={**os.environ, "PYTHONPATH": str(ROOT)})


def live(api, *words):
    return lines("-s", api.url, "-n", "shop", *words)


def test_failing_pods_come_first_and_say_how_they_fail(api):
    text = answer(["-s", api.url, "-n", "shop", ""])
    assert text.splitlines()[:3] == ["web-1\tCrashLoopBackOff, 12 restarts", "web-2\tRunning", "web-3\tImagePullBackOff"]
    assert live(api, "") == (["web-1", "web-2", "web-3", "flappy-1", "api-1", "batch-1", *TYPES], 4 | 32)


def test_one_small_request_is_made(api):
    live(api, "")
    request = api.requests[0]
    assert len(api.requests) == 1
    assert request.header("accept").startswith("application/json;as=Table")
    assert request.query == {"limit": "5000", "includeObject": "None"}


def test_a_prefix_narrows_and_types_alone_want_no_space(api):
    assert live(api, "web")[0] == ["web-1", "web-2", "web-3"]
    assert live(api, "dep") == (["deployment/"], 2 | 4 | 32)
    assert live(api, "sts") == (["sts/"], 2 | 4 | 32)
    assert live(api, "d")[0] == ["deployment/", "daemonset/"]


def test_a_pod_that_the_line_names_is_not_offered_again(api):
    assert live(api, "web-1", "web")[0] == ["web-2", "web-3"]


@pytest.mark.parametrize("kind", ["deploy", "deployment", "deployments", "Deployments", "deployments.apps"])
def test_names_of_a_type_in_both_forms(api, kind):
    assert live(api, f"{kind}/")[0] == [f"{kind}/web", f"{kind}/api"]
    assert live(api, kind, "")[0] == ["web", "api"]
    assert live(api, kind, "web", "")[0] == ["api"]


def test_a_daemon_set_that_lacks_pods_comes_first(api):
    assert answer(["-s", api.url, "-n", "shop", "ds/"]).splitlines()[:2] == ["ds/poor\t1/2 ready", "ds/fine\t2/2 ready"]


def test_a_cron_job_has_no_standing(api):
    assert answer(["-s", api.url, "-n", "shop", "cj/"]).splitlines()[0] == "cj/nightly"


@pytest.mark.parametrize(("words", "expected"), [
    (["-n", ""], ["default", "shop"]), (["--namespace", "s"], ["shop"]), (["--namespace=s"], ["shop"]),
    (["-n=s"], ["shop"]), (["-ns"], ["-nshop"]),
])  # fmt: skip
def test_namespaces(api, words, expected):
    assert lines("-s", api.url, *words) == (expected, 4 | 32)


@pytest.mark.parametrize(("words", "expected"), [
    (["web-1"], ["prepare", "app", "proxy", "debugger-x"]), (["pod/web-1"], ["prepare", "app", "proxy", "debugger-x"]),
    (["deploy/web"], ["app", "proxy"]), (["deploy", "web"], ["app", "proxy"]), (["cronjob/nightly"], ["app", "proxy"]), ([], []),
])  # fmt: skip
def test_containers_of_what_the_line_names(api, words, expected):
    assert live(api, *words, "-c", "")[0] == expected
    assert live(api, *words, "--container=")[0] == expected


def kubeconfig(path, server, namespace="shop"):
    path.write_text(yaml.safe_dump({
        "apiVersion": "v1", "kind": "Config", "current-context": "one",
        "contexts": [{"name": n, "context": {"cluster": "c1", "user": "u1", "namespace": s}} for n, s in (("one", "other"), ("two", namespace))],
        "clusters": [{"name": "c1", "cluster": {"server": server}}, {"name": "$(id)", "cluster": {"server": server}}],
        "users": [{"name": "u1", "user": {"token": "t"}}, {"name": "arn:aws:eks:eu:1:cluster/x", "user": {}}],
    }))  # fmt: skip
    return str(path)


def test_entries_of_the_kubeconfig(home, monkeypatch):
    file = kubeconfig(home / "config", "http://127.0.0.1:9")
    assert lines("--kubeconfig", file, "--context", "") == (["one", "two"], 4 | 32)
    assert lines("--kubeconfig", file, "--user", "")[0] == ["arn:aws:eks:eu:1:cluster/x", "u1"]
    monkeypatch.setenv("KUBECONFIG", file)
    assert lines("--context=t")[0] == ["two"]


def test_a_name_that_a_shell_would_run_is_not_offered(api, home):
    file = kubeconfig(home / "config", "http://127.0.0.1:9")
    assert lines("--kubeconfig", file, "--cluster", "")[0] == ["c1"]
    api.routes[PODS] = table(
        POD_COLUMNS,
        ("$(id)", "0/1", "Error", "0", "1m"),
        ("a\nb", "0/1", "Error", "0", "1m"),
        ("x", "0/1", "\x1b[31mE\n", "0", "1m"),
    )
    assert answer(["-s", api.url, "-n", "shop", "x"]) == "x\tE\n:36"


def test_the_flags_on_the_line_choose_the_cluster(api, home):
    file = kubeconfig(home / "config", api.url)
    assert lines("--kubeconfig", file, "--context=two", "web-1")[0] == ["web-1"]
    assert lines("--kubeconfig", file, "--context=one", "web-1")[0] == []
    assert [r.path for r in api.requests] == [PODS, "/api/v1/namespaces/other/pods"]


def test_words_that_come_with_the_program():
    assert lines("-o", "")[0] == list(next(a.choices for a in parser()._actions if a.dest == "output"))
    assert lines("-oj")[0] == ["-ojson"]
    assert lines("--output=j")[0] == ["json"]
    assert lines("--color", "a")[0] == ["auto", "always"]
    assert lines("--completion", "z")[0] == ["zsh"]
    assert lines("--no-secrets=")[0] == ["true", "false"]
    assert lines("--explain", "OOM")[0] == ["OOMKilled"]
    assert "137" in lines("--explain", "13")[0]


def test_codes_of_the_team(home):
    (home / "NoLicenceSeat.yaml").write_text("summary: x")
    assert lines("--knowledge", str(home), "--explain", "NoL")[0] == ["NoLicenceSeat"]


def test_the_demo_takes_every_name_that_is_offered(capsys):
    names = lines("--demo", "")[0]
    assert main(["--demo"]) == 0
    assert [f"  kubectl crashloop --demo {n}" for n in names] == [
        x for x in capsys.readouterr().out.splitlines() if "--demo " in x
    ]


@pytest.mark.parametrize("flag", ["-f", "--filename", "--save", "--knowledge", "--kubeconfig", "--client-key"])
def test_paths_are_left_to_the_shell(flag):
    assert answer([flag, "x"]) == ":0"
    assert answer([f"{flag}=x"]) == ":0"


def test_flags_come_from_the_parser_each_once():
    every = [name for action in parser()._actions for name in action.option_strings]
    assert lines("-")[0] == every
    assert lines("--names")[0] == ["--namespace"]
    assert "--context" not in lines("--context", "x", "--")[0]
    assert "--as-group" in lines("--as-group", "x", "--")[0]
    assert lines("--explain", "--vers")[0] == ["--version"]


def test_nothing_is_asked_of_a_cluster_that_the_line_does_not_use(api):
    for words in (["-f", "x"], ["--demo", "x"], ["--explain", "x"], ["--check"]):
        assert live(api, *words, "") == ([], 4)
    assert api.requests == []


@pytest.mark.parametrize(
    "route",
    [
        (403, api_status(403, "Forbidden", "pods is forbidden")),
        (200, {"kind": "PodList", "items": []}),
        Answer(200, "{not json"),
        Answer(200, b"\xff\xfe"),
        Answer(drop=True),
        table(("Name",), ("a", "b")),
    ],
)
def test_an_error_is_only_a_directive(api, capfd, route):
    api.routes[PODS] = route
    assert answer(["-s", api.url, "-n", "shop", "-v9", "web"]) == ":38"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "words",
    [
        ["--nonsense", ""],
        ["-Z", ""],
        ["-v=x", ""],
        ["--kubeconfig", "/nonexistent", ""],
        ["--context", "none", ""],
        ["-s", "::", ""],
        [],
    ],
)
def test_a_line_that_is_wrong_gets_no_message(words):
    done = run("__complete", *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith(":")
    assert "rror" not in done.stdout


def test_a_server_that_does_not_answer_is_not_waited_for(api):
    gate = threading.Event()
    api.routes[PODS] = Answer(hold=gate)
    started = time.monotonic()
    assert run("__complete", "-s", api.url, "-n", "shop", "web").stdout == ":38\n"
    assert sources.TIMEOUT <= time.monotonic() - started < sources.TIMEOUT + 5
    gate.set()


def test_an_answer_in_chunks(api):
    body = json.dumps(ROUTES[PODS][1]).encode()
    chunks = b"%x\r\n%s\r\n%X;x=y\r\n%s\r\n0\r\n\r\n" % (9, body[:9], len(body) - 9, body[9:])
    api.routes[PODS] = Answer(200, chunks, {"Transfer-Encoding": "chunked"})
    assert live(api, "api")[0] == ["api-1"]


def test_a_server_of_ones_own_ca_and_a_token(tmp_path):
    pki = Pki(tmp_path / "pki")
    with FakeApi(dict(ROUTES), tls=pki.server_context(pki.issue("server", san="DNS:api.test"))) as secure:
        file = kubeconfig(tmp_path / "config", secure.url)
        words = ["--kubeconfig", file, "--context", "two", "--certificate-authority", str(tmp_path / "pki" / "ca.crt")]
        assert lines(*words, "--tls-server-name", "api.test", "api")[0] == ["api-1"]
        assert secure.requests[0].header("authorization") == "Bearer t"
        assert lines(*words, "api") == ([], 2 | 4 | 32)
        assert len(secure.requests) == 1


def test_through_a_proxy(api, tmp_path):
    with FakeProxy(reach=api.host) as proxy:
        file = Path(kubeconfig(tmp_path / "config", "http://api.test:80"))
        raw = yaml.safe_load(file.read_text())
        raw["clusters"][0]["cluster"]["proxy-url"] = proxy.url
        file.write_text(yaml.safe_dump(raw))
        assert lines("--kubeconfig", str(file), "--context", "two", "api")[0] == ["api-1"]
        assert proxy.targets == ["api.test:80"]


def test_a_header_may_be_in_any_script_but_hold_no_line_break(api):
    assert live(api, "--as", "čert", "api")[0] == ["api-1"]
    assert api.requests[0].header("impersonate-user").encode("latin-1").decode() == "čert"
    assert live(api, "--as", "x\r\nX: y", "api")[0] == []
    assert len(api.requests) == 1


@pytest.mark.parametrize("namespace", ["../kube-system", "a b", "a\r\nX: y", "a?x=y"])
def test_a_namespace_that_cannot_be_is_not_asked_for(api, namespace):
    assert lines("-s", api.url, "-n", namespace, "web") == ([], 2 | 4 | 32)
    assert lines("-s", api.url, "-n", namespace, "web-1", "-c", "")[0] == []
    assert api.requests == []


def test_completion_is_installed_beside_the_command_and_again(tmp_path):
    folder, store = tmp_path / "bin", tmp_path / "store"
    folder.mkdir(), store.mkdir()
    program(store)
    (folder / "kubectl-crashloop").symlink_to(store / "kubectl-crashloop")
    for _ in range(2):
        said = install({"PATH": str(folder)}, windows=False)
        assert said.splitlines()[0] == str(folder / HELPER)
        assert "1.26" in said and "kubectl completion" in said
    assert (folder / HELPER).read_text() == script("kubectl")
    assert stat.S_IMODE((folder / HELPER).stat().st_mode) == 0o755
    assert sorted(p.name for p in folder.iterdir()) == ["kubectl-crashloop", HELPER]
    assert [p.name for p in store.iterdir()] == ["kubectl-crashloop"]


def test_a_helper_that_is_a_link_is_replaced_not_followed(tmp_path):
    program(tmp_path)
    other = tmp_path / "other"
    other.write_text("mine")
    (tmp_path / HELPER).symlink_to(other)
    install({"PATH": str(tmp_path)}, windows=False)
    assert other.read_text() == "mine"


def test_windows_gets_a_command_file(tmp_path):
    program(tmp_path)
    install({"PATH": str(tmp_path)}, windows=True)
    assert "__complete %*" in (tmp_path / f"{HELPER}.cmd").read_text()


def test_where_it_cannot_be_installed_the_way_by_hand_is_told(tmp_path):
    with pytest.raises(Failure, match=r"no kubectl-crashloop in PATH[\s\S]*--completion kubectl"):
        install({"PATH": str(tmp_path)})
    program(tmp_path)
    (tmp_path / HELPER).mkdir()
    with pytest.raises(Failure, match=r"cannot write .*kubectl_complete-crashloop: [\s\S]*--completion kubectl"):
        install({"PATH": str(tmp_path)}, windows=False)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["kubectl-crashloop", HELPER]


def program(folder):
    """A `kubectl-crashloop` that runs this checkout."""
    file = folder / "kubectl-crashloop"
    file.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {shlex.join(PROGRAM)} "$@"\n')
    file.chmod(0o755)


@pytest.fixture
def path(tmp_path):
    """PATH with the command and its installed helper."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program(folder)
    install({"PATH": str(folder)}, windows=False)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def shell(path, *command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env={**os.environ, "PATH": path}).stdout


def needs(program):
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"no {program} here")


BASH_LINE = """
source <(kubectl-crashloop --completion bash)
COMP_LINE=$1 COMP_POINT=${#1}
__kubectl_crashloop 2>/dev/null
printf '%s\\n' "${COMPREPLY[@]}"
"""


@needs("bash")
@pytest.mark.parametrize(("end", "expected"), [
    ("web", ["web-1", "web-2", "web-3"]), ("deploy/", ["deploy/web", "deploy/api"]), ("--expl", ["--explain"]), ("-o j", ["json"]),
    ("--color=a", ["auto", "always"]), ("--namespace=sh", ["shop"]), ("web-1 -c ", ["prepare", "app", "proxy", "debugger-x"]),
])  # fmt: skip
def test_bash_completes(api, path, end, expected):
    line = f"kubectl-crashloop -s {api.url} -n shop {end}"
    assert shell(path, "bash", "-c", BASH_LINE, "bash", line).split() == expected


@needs("bash")
def test_bash_drops_what_stands_before_a_colon(home, path):
    file = kubeconfig(home / "config", "http://127.0.0.1:9")
    line = f"kubectl-crashloop --kubeconfig {file} --user arn:aws:e"
    assert shell(path, "bash", "-c", BASH_LINE, "bash", line).split() == ["eks:eu:1:cluster/x"]


@needs("fish")
@pytest.mark.parametrize(("end", "expected"), [
    ("web", ["web-1", "web-2", "web-3"]), ("--namespace=sh", ["--namespace=shop"]), ("--expl", ["--explain"]), ("-o ", ["text", "json"]),
])  # fmt: skip
def test_fish_completes(api, path, end, expected):
    line = f"kubectl-crashloop -s {api.url} -n shop {end}"
    said = shell(path, "fish", "-c", "kubectl-crashloop --completion fish | source; complete -C $argv[1]", line)
    assert [x.split("\t")[0] for x in said.splitlines()][: len(expected)] == expected


@pytest.mark.parametrize("name", [pytest.param(n, marks=needs(n)) for n in ("bash", "zsh", "fish")])
def test_the_script_is_sound_for_its_shell(name, path):
    command = [name, "-n", str(ROOT / "kubectl_crashloop" / "shells" / name)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert shell(path, "kubectl-crashloop", "--completion", name) == script(name)


@needs("kubectl")
def test_kubectl_asks_the_helper(api, path):
    said = shell(path, "kubectl", "__complete", "crashloop", "-s", api.url, "-n", "shop", "web")
    if "_activeHelp_" not in said and ":" not in said:
        pytest.skip("this kubectl is older than 1.26: it has no completion of plugins")
    assert said.splitlines() == ["web-1\tCrashLoopBackOff, 12 restarts", "web-2\tRunning", "web-3\tImagePullBackOff", ":36"]


KUBECTL_LINE = """
source /usr/share/bash-completion/bash_completion
source <(kubectl completion bash)
COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9
read -ra COMP_WORDS <<<"$1"
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
__start_kubectl 2>/dev/null
printf '%s\\n' "${COMPREPLY[@]}"
"""


@needs("kubectl")
@needs("bash")
@pytest.mark.skipif(not Path("/usr/share/bash-completion/bash_completion").exists(), reason="no bash-completion here")
@pytest.mark.parametrize(("end", "expected"), [
    ("web", ["web-1", "web-2", "web-3"]), ("deploy/w", ["deploy/web"]), ("--explain OOMK", ["OOMKilled"]), ("-o j", ["json"]),
])  # fmt: skip
def test_kubectls_own_bash_completion_covers_the_plugin(api, path, end, expected):
    line = f"kubectl crashloop --server {api.url} -n shop {end}"
    assert shell(path, "bash", "-c", KUBECTL_LINE, "bash", line).split() == expected
