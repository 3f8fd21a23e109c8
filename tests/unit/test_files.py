"""Snapshots on disk: what is saved is loaded again, and plain files are taken as they are."""

import io
import json
import subprocess
import sys
import tarfile

import pytest
import yaml

from kubectl_crashloop.files import FileError, load, save
from kubectl_crashloop.model import Check, Log
from kubectl_crashloop.refs import LogKey, PodRef, WorkloadRef
from kubectl_crashloop.snapshot import Asked, Snapshot
from tests.build import NOW, at, ended, pod, snapshot, status, waiting

REF = PodRef("shop", "web-1")
ASKED = Asked((REF,), {REF: ("web-2",)}, (WorkloadRef("Job", "shop", "once"),), "app", "shop")


def crashing():
    return pod([status("app", waiting(), ended())])


@pytest.mark.parametrize("name", ["folder", "archive.tar.gz"])
def test_saved_and_loaded_again(tmp_path, name):
    before = Snapshot(
        NOW, "prod", False, "v1.37.1", (crashing(),),
        {LogKey("shop", "web-1", "app", True): Log("boom\n", True), LogKey("shop", "web-1", "app", False): Log("up\n")},
        (Check("events shop/web-1", "denied", "forbidden", "list events"),),
    )  # fmt: skip
    save(before, ASKED, str(tmp_path / name))
    after, refs = load(str(tmp_path / name))
    assert refs == ASKED
    assert after == before


def test_plain_yaml_with_several_documents(tmp_path):
    path = tmp_path / "pods.yaml"
    path.write_text(yaml.safe_dump_all([crashing(), {"apiVersion": "v1", "kind": "List", "items": [pod(name="b")]}]))
    found, refs = load(str(path))
    assert [o["metadata"]["name"] for o in found.of_kind("Pod")] == ["web-1", "b"]
    assert refs == Asked()


def test_json_of_kubectl_get(tmp_path):
    path = tmp_path / "pods.json"
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "PodList", "items": [crashing()]}))
    assert load(str(path))[0].find("Pod", "shop", "web-1")


def test_without_a_stamp_the_newest_time_counts(tmp_path):
    path = tmp_path / "pod.yaml"
    path.write_text(yaml.safe_dump(crashing()))
    assert load(str(path))[0].fetched_at == at(58, 30)


def test_what_a_file_does_not_hold_is_unknown_not_absent(tmp_path):
    path = tmp_path / "pod.yaml"
    path.write_text(yaml.safe_dump(crashing()))
    assert not load(str(path))[0].known_absent("ConfigMap", "shop", "x")
    told = Snapshot(NOW, objects=(crashing(),), checks=(Check("configmap shop/x", "absent"),))
    save(told, Asked(), str(tmp_path / "s"))
    assert load(str(tmp_path / "s"))[0].known_absent("ConfigMap", "shop", "x")


def test_short_log_names_with_one_pod(tmp_path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "objects.yaml").write_text(yaml.safe_dump(crashing()))
    (tmp_path / "logs" / "app.previous.log").write_bytes(b"caf\xe9\r\nboom")
    log = load(str(tmp_path))[0].logs[LogKey("shop", "web-1", "app", True)]
    assert log.text == "caf\ufffd\nboom"


def test_secrets_in_files_are_masked(tmp_path):
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}, "data": {"password": "aHVudGVyMg=="}}
    path = tmp_path / "all.yaml"
    path.write_text(yaml.safe_dump_all([crashing(), secret]))
    assert "aHVudGVyMg" not in str(load(str(path))[0])


@pytest.mark.parametrize("text", ["", "just words", "a: [", "kind: Pod\n"])
def test_a_file_without_objects_is_an_error(tmp_path, text):
    path = tmp_path / "x.yaml"
    path.write_text(text)
    with pytest.raises(FileError) as error:
        load(str(path))
    assert str(path) in str(error.value)


def test_a_missing_path_and_a_broken_archive_are_errors(tmp_path):
    (tmp_path / "x.tar.gz").write_bytes(b"no archive")
    for path in (tmp_path / "none", tmp_path / "x.tar.gz"):
        with pytest.raises(FileError):
            load(str(path))


@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_a_damaged_archive_is_an_error(tmp_path, damage):
    path = tmp_path / "x.tar.gz"
    save(snapshot(crashing()), Asked(), str(path))
    data = path.read_bytes()
    half = len(data) // 2
    path.write_bytes(data[:half] if damage == "cut" else data[:half] + b"\xff" * 64 + data[half + 64 :])
    with pytest.raises(FileError):
        load(str(path))


def test_an_archive_cannot_reach_outside(tmp_path):
    path = tmp_path / "evil.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in ("../../evil.log", "objects.yaml"):
            data = yaml.safe_dump(crashing()).encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    load(str(path))
    assert not (tmp_path.parent.parent / "evil.log").exists()


def test_stdin():
    code = "from kubectl_crashloop.files import load; print(load('-')[0].fetched_at)"
    text = yaml.safe_dump(crashing()).encode()
    done = subprocess.run([sys.executable, "-c", code], input=text, capture_output=True, check=True)
    assert done.stdout.decode().strip() == at(58, 30)


def test_saving_where_nothing_can_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError):
        save(snapshot(crashing()), Asked(), str(tmp_path / "file" / "below"))
