"""A team's own causes: they are added, they replace, and every fault in them is told with its line."""

import json
from pathlib import Path

import pytest
import yaml

from kubectl_crashloop.bundled import bundled_knowledge
from kubectl_crashloop.check_knowledge import check
from kubectl_crashloop.cli import Failure
from kubectl_crashloop.own_folders import config_folder, folders
from kubectl_crashloop.own_knowledge import joined
from tests.build import ended, pod, status, waiting
from tests.unit.test_cli import command

ENTRY = """\
summary: The licence server has no seat left.
family: dependency
title:
  - "`{{container}}` stops because the licence server `{{host}}` has no seat left"
  - "`{{container}}` stops because the licence server has no seat left"
why: [The program asks for a seat before it serves.]
checks: ["{{kubectl}} get pods"]
fixes:
  - title: free a seat
    effect: none
    commands: ["{{kubectl}} logs {{pod}}"]
  - title: give up
    effect: restarts-pods
    patch: |
      containers:
        - name: "{{container}}"
supersedes: [ApplicationError]
links: [https://wiki.example/licences]
signatures:
  - name: no-seat
    needs: no seat left
    regex: 'no seat left on (?P<host>[\\w.-]{1,100})'
    confidence: certain
    weight: strong
    hits:
      - "FATAL no seat left on lic-1.example"
      - "no seat left on lic-2"
    misses:
      - "a seat left on lic-1"
      - "no seat left"
"""
GOOD = "1 entries, 1 signatures: all hits match, no miss does"


@pytest.fixture
def own(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "NoLicenceSeat.yaml").write_text(ENTRY)
    return folder


@pytest.fixture
def snapshot(tmp_path):
    folder = tmp_path / "snapshot"
    (folder / "logs").mkdir(parents=True)
    (folder / "objects.yaml").write_text(yaml.safe_dump(pod([status("app", waiting(), ended(), restarts=3)])))
    (folder / "logs" / "app.previous.log").write_text("starting\nFATAL no seat left on lic-1.example\n")
    return str(folder)


def first_code(done):
    return json.loads(done.stdout)["items"][0]["causes"][0]["code"]


def test_an_own_entry_explains_a_crash(own, snapshot):
    done = command("-f", snapshot, "--knowledge", str(own))
    assert done.stdout.decode().splitlines()[0] == "`app` stops because the licence server `lic-1.example` has no seat left"
    assert first_code(command("-f", snapshot, "-o", "json", "--knowledge", str(own))) == "NoLicenceSeat"
    assert first_code(command("-f", snapshot, "-o", "json")) != "NoLicenceSeat"
    assert command("-f", snapshot, "--knowledge", str(own), "--exit-code").returncode == 10
    (own / "NoLicenceSeat.yaml").write_text(ENTRY + "catch_all: true\n")
    assert command("-f", snapshot, "--knowledge", str(own), "--exit-code").returncode == 11


def test_own_entries_are_explained_and_listed(own):
    assert b"no seat left" in command("--explain", "nolicenceseat", "--knowledge", str(own)).stdout
    listed = command("--explain", "--knowledge", str(own)).stdout
    assert b"NoLicenceSeat" in listed and b"OOMKilled" in listed


def test_an_own_entry_replaces_the_bundled_one(own):
    (own / "NoLicenceSeat.yaml").rename(own / "OOMKilled.yaml")
    knowledge = joined([own])
    assert knowledge["OOMKilled"].summary == "The licence server has no seat left."
    assert [s.name for s in knowledge["OOMKilled"].signatures] == ["OOMKilled/no-seat"]
    assert knowledge.keys() == bundled_knowledge().keys()
    (own / "OOMKilled.yaml").write_text(ENTRY.replace("`{{container}}` stops because", "`{{container}}` is out of it:"))
    assert b"is out of it" in command("--demo", "--knowledge", str(own)).stdout


def test_a_file_in_the_folder_of_a_code_adds_signatures(own):
    signatures = ENTRY[ENTRY.index("signatures:") :]
    for code in ("NoLicenceSeat", "DNSFailure"):
        (own / code).mkdir()
        (own / code / "more.yaml").write_text(signatures.replace("no-seat", "no-seat-either"))
    knowledge = joined([own])
    assert [s.name for s in knowledge["NoLicenceSeat"].signatures] == ["NoLicenceSeat/no-seat", "NoLicenceSeat/no-seat-either"]
    assert len(knowledge["DNSFailure"].signatures) == len(bundled_knowledge()["DNSFailure"].signatures) + 1
    assert check(str(own)) == ("2 entries, 3 signatures: all hits match, no miss does", 0)


def test_the_folder_of_the_configuration_is_read_before_the_given_one(own, tmp_path, snapshot):
    config = tmp_path / "config" / "kubectl-crashloop" / "causes"
    config.mkdir(parents=True)
    (config / "NoLicenceSeat.yaml").write_text(ENTRY.replace("has no seat left", "is full"))
    env = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    assert folders("", env, False) == (config,)
    assert folders(str(own), env, False) == (config, own)
    assert b"is full" in command("-f", snapshot, **env).stdout
    assert b"has no seat left" in command("-f", snapshot, "--knowledge", str(own), **env).stdout


def test_where_the_configuration_lies():
    tail = Path("kubectl-crashloop", "causes")
    assert Path(config_folder({"HOME": "/home/ann"}, False)) == Path("/home/ann/.config") / tail
    assert Path(config_folder({"HOME": "/home/ann", "XDG_CONFIG_HOME": "/c"}, False)) == Path("/c") / tail
    assert Path(config_folder({"HOME": "/home/ann", "XDG_CONFIG_HOME": "c"}, False)) == Path("/home/ann/.config") / tail
    assert Path(config_folder({"HOME": "/home/ann", "APPDATA": "/roaming"}, True)) == Path("/roaming") / tail


def test_without_own_entries_the_bundled_ones_stand():
    assert folders("", {"HOME": "/nonexistent"}, False) == ()
    assert joined([]) == bundled_knowledge()


def test_a_folder_that_holds_nothing_is_an_error(tmp_path):
    for given, why in ((tmp_path, "no CODE.yaml in it"), (tmp_path / "none", "no such folder")):
        for what in ("--demo", "--check"):
            done = command(what, "--knowledge", str(given))
            assert (done.returncode, done.stdout, done.stderr.decode()) == (1, b"", f"error: {given}: {why}\n")


def test_an_entry_that_cannot_be_used_is_an_error_with_its_place(own):
    file = own / "NoLicenceSeat.yaml"
    file.write_text(ENTRY.replace("{1,100})", "{1,100}"))
    with pytest.raises(Failure, match=r"NoLicenceSeat\.yaml:22: signature no-seat: the regex does not compile"):
        joined([own])
    done = command("--demo", "--knowledge", str(own))
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {file}:22: ".encode())
    assert b"Traceback" not in done.stderr


def test_sound_entries_are_one_line(own):
    done = command("--knowledge", str(own), "--check")
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, GOOD + "\n", b"")


SECOND = "\n  - {name: no-seat, needs: seat, regex: seat, hits: [seat, a seat], misses: [a, b]}\n"
FAULTS = [
    ("[The program asks", "The [program: asks", 6, "not YAML"),
    ("summary: The licence server has no seat left.\n", "", 1, "summary is missing"),
    ("family: dependency\n", "", 1, "family is missing"),
    ("why: [The program asks for a seat before it serves.]\n", "", 1, "why is missing"),
    ("family: dependency", "family: dependencies", 2, "family must be one of"),
    ("checks:", "cheks:", 7, "unknown key cheks"),
    ("    weight:", "    wait:", 24, "unknown key wait"),
    ("weight: strong", "weight: heavy", 24, "signature no-seat: weight must be one of strong, normal, weak"),
    ("effect: none", "effect: some", 10, "fix: effect must be one of none, restarts-pods, changes-cluster"),
    ("    effect: none\n", "", 9, "fix: effect is missing"),
    ("{1,100})", "{1,100}", 22, "the regex does not compile"),
    ("    needs: no seat left\n", "", 20, "signature no-seat: needs is missing"),
    ("no seat left on lic-2", "no seats", 27, "a hit that does not match: no seats"),
    ("a seat left on lic-1", "no seat left on x", 29, "a miss that matches: no seat left on x"),
    ('      - "no seat left on lic-2"\n', "", 25, "fewer than two hits"),
    ('      - "no seat left"\n', "", 28, "fewer than two misses"),
    ("the licence server has", "{{licence}} has", 5, "{{licence}} is filled by no named group, constant or common value"),
    ("[The program asks for a seat before it serves.]", "'{{asker}} asks'", 6, "{{asker}} is filled by no named group"),
    ("{{kubectl}} get", "kubectl get", 7, "write {{kubectl}} or {{kubectl_cluster}}"),
    ("{{kubectl}} logs", "a | kubectl logs", 11, "write {{kubectl}} or {{kubectl_cluster}}"),
    ("      containers:\n", "      [containers:\n", 14, "the patch is no YAML"),
    ("supersedes: [Application", "supersedes: [Aplication", 17, "there is no code AplicationError"),
    ('      - "no seat left"\n', '      - "no seat left"' + SECOND, 31, "signature no-seat: the name stands twice"),
    (r"[\w.-]{1,100}", r"(?:\w+)+!", 22, "the regex is slow: a repeat of nothing but a repeat"),
    (r"no seat left on (?P<host>[\w.-]{1,100})", r"(?P<host>.*.*.*.*)!", 22, "the regex is slow: it takes"),
    (r"no seat left on (?P<host>[\w.-]{1,100})", r"left(?P<host>(?: |a|aa)*)!", 22, "the regex is slow: it takes"),
    ("weight: strong", "weight: strong\n    weight: weak", 25, "the key weight stands here a second time"),
    ("asks for", "asks: for", 6, "why must be a text or a list of texts"),
]


@pytest.mark.parametrize(("old", "new", "line", "text"), FAULTS, ids=[f[3][:40] for f in FAULTS])
def test_a_fault_is_told_with_its_line(own, old, new, line, text):
    assert old in ENTRY
    file = own / "NoLicenceSeat.yaml"
    # The last of several places: the last title, not the first.
    head, _, tail = ENTRY.rpartition(old)
    file.write_text(head + new + tail)
    told, exit_status = check(str(own))
    assert exit_status == 1
    assert [t for t in told.splitlines() if t.startswith(f"{file}:{line}: ") and text in t], told


def test_faults_of_files_and_names(own):
    for name, content in (("notes.yaml", ENTRY), ("Other.yml", ENTRY), ("Empty.yaml", ""), ("List.yaml", "- a\n")):
        (own / name).write_text(content)
    (own / "Lonely").mkdir()
    (own / "Lonely" / "a.yaml").write_text(ENTRY)
    (own / "Binary.yaml").write_bytes(b"\xff\xfe\x00")
    done = command("--check", "--knowledge", str(own))
    told = done.stdout.decode()
    assert (done.returncode, done.stderr) == (1, b"")
    for wanted in (
        "notes.yaml:1: notes is no code", "Other.yml:1: the name must end in .yaml", "Empty.yaml:1: not a mapping",
        "List.yaml:1: not a mapping", "there is no Lonely.yaml that this could add to",
        "a.yaml:1: unknown key summary in a file that adds signatures", "Binary.yaml:1: not YAML",
    ):  # fmt: skip
        assert wanted in told


def test_faults_exit_status(own):
    (own / "NoLicenceSeat.yaml").write_text(ENTRY.replace("family: dependency", "family: x"))
    done = command("--check", "--knowledge", str(own))
    assert (done.returncode, done.stderr, done.stdout.count(b"\n")) == (1, b"", 1)


def test_the_entry_of_the_readme_is_sound(tmp_path):
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    (tmp_path / "NoLicenceSeat.yaml").write_text(text.split("```yaml\n")[1].split("```")[0])
    assert check(str(tmp_path)) == (GOOD, 0)


def test_the_bundled_entries_are_sound():
    done = command("--check")
    assert done.stdout.decode().endswith(": all hits match, no miss does\n")
    assert done.returncode == 0
