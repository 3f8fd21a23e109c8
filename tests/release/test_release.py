"""scripts/release fills both manifests from the archives, or refuses and says for which platform."""

import hashlib
import subprocess
import sys
import tarfile

import manifest
import pytest
import yaml
from krew_user import ROOT, checkout, good_files, script, tar_gz, write_release, zip_of

LINUX = "kubectl-crashloop_v0.1.0_linux_arm64.tar.gz"
WINDOWS = "kubectl-crashloop_v0.1.0_windows_amd64.zip"


@pytest.fixture
def here(tmp_path):
    """A checkout at v0.1.0 with the archives of all platforms in dist/."""
    write_release(checkout(tmp_path / "here", "v0.1.0") / "dist", "v0.1.0")
    return tmp_path / "here"


def texts(root):
    index = root / "krew/plugins/crashloop.yaml"
    return (root / "plugin.yaml").read_text(), index.read_text() if index.exists() else None, (root / "dist/SHA256SUMS").exists()


def refused(root, *words, version="v0.1.0"):
    """Status 1, the words on one line, nothing written."""
    before = texts(root)
    done = script(root, "release", version)
    assert done.returncode == 1
    assert any(all(word in line for word in words) for line in done.stderr.splitlines()), done.stderr
    assert texts(root) == before
    return done


def test_sums_and_addresses_are_those_of_the_archives(here):
    done = script(here, "release", "v0.1.0")
    assert done.returncode == 0, done.stderr
    released = yaml.safe_load((here / "plugin.yaml").read_text())
    assert len(released["spec"]["platforms"]) == 5
    for platform in released["spec"]["platforms"]:
        base, _, name = platform["uri"].rpartition("/")
        assert base == released["spec"]["homepage"] + "/releases/download/v0.1.0"
        labels = platform["selector"]["matchLabels"]
        assert f"_{labels['os']}_{labels['arch']}." in name
        assert platform["sha256"] == hashlib.sha256((here / "dist" / name).read_bytes()).hexdigest()
    sums = (here / "dist/SHA256SUMS").read_text().splitlines()
    assert sums == [f"{item['sha256']}  {item['uri'].rpartition('/')[2]}" for item in released["spec"]["platforms"]]


def test_the_index_gets_the_same_manifest_and_the_comments_stay(here):
    script(here, "release", "v0.1.0")
    own, index, _ = texts(here)
    assert yaml.safe_load(own) == yaml.safe_load(index)
    comments = [line for line in (ROOT / "plugin.yaml").read_text().splitlines() if line.startswith("#")]
    assert comments
    assert own.splitlines()[: len(comments)] == comments
    assert "# not released yet" not in own
    assert index.startswith("apiVersion:")


def test_archives_may_be_served_elsewhere(here):
    assert script(here, "release", "v0.1.0", "--downloads", "https://files.example/crashloop/").returncode == 0
    uri = yaml.safe_load((here / "plugin.yaml").read_text())["spec"]["platforms"][0]["uri"]
    assert uri == "https://files.example/crashloop/kubectl-crashloop_v0.1.0_linux_amd64.tar.gz"


def test_other_version_than_the_project_is_refused(here):
    refused(here, "v0.1.0", "not v0.2.0", version="v0.2.0")


@pytest.mark.parametrize("target", manifest.PLATFORMS, ids=str)
def test_a_missing_archive_is_refused(here, target):
    (here / "dist" / target.archive("v0.1.0")).unlink()
    done = refused(here, str(target), "is missing")
    assert len(done.stderr.splitlines()) == 1


def test_an_archive_of_another_version_is_refused(here):
    (here / "dist" / LINUX).rename(here / "dist" / LINUX.replace("v0.1.0", "v0.0.9"))
    done = refused(here, "linux/arm64", "v0.0.9", "not an archive of v0.1.0")
    assert "linux/arm64: kubectl-crashloop_v0.1.0_linux_arm64.tar.gz: is missing" in done.stderr


def test_an_old_archive_beside_the_right_ones_is_refused(here):
    (here / "dist" / WINDOWS.replace("v0.1.0", "v0.0.9")).write_bytes(b"")
    refused(here, "windows/amd64", "v0.0.9", "remove it")


def files(binary="kubectl-crashloop", mode=0o755, **more):
    return {**good_files(binary), binary: (b"#!/bin/sh\n", mode), **more}


def unlicensed(pack, binary="kubectl-crashloop"):
    return pack({binary: (b"#!/bin/sh\n", 0o755)})


BAD = {
    "not-executable": (LINUX, tar_gz(files(mode=0o644)), "mode 0644"),
    "group-may-write": (LINUX, tar_gz(files(mode=0o775)), "mode 0775"),
    "not-executable-zip": (WINDOWS, zip_of(files("kubectl-crashloop.exe", 0o644)), "mode 0644"),
    "zip-whose-modes-do-not-count": (WINDOWS, zip_of(files("kubectl-crashloop.exe"), system=0), "mode 0000"),
    "link": (LINUX, tar_gz(files(), [("lib.so", tarfile.SYMTYPE)]), "lib.so is not a plain file"),
    "hard-link": (LINUX, tar_gz(files(), [("lib.so", tarfile.LNKTYPE)]), "lib.so is not a plain file"),
    "binary-is-a-link": (LINUX, tar_gz({"LICENSE": (b"", 0o644)}, [("kubectl-crashloop", tarfile.SYMTYPE)]), "plain file"),
    "link-in-zip": (WINDOWS, zip_of(files("kubectl-crashloop.exe", lib=(b"x", 0o120777))), "lib is not a plain file"),
    "leads-out": (LINUX, tar_gz({**files(), "../x": (b"", 0o644)}), "leads out"),
    "no-licence": (LINUX, unlicensed(tar_gz), "LICENSE is missing"),
    "no-licence-zip": (WINDOWS, unlicensed(zip_of, "kubectl-crashloop.exe"), "LICENSE is missing"),
    "no-binary": (LINUX, tar_gz(files("kubectl-other")), "kubectl-crashloop is missing"),
    "no-exe": (WINDOWS, zip_of(files()), "kubectl-crashloop.exe is missing"),
    "not-an-archive": (LINUX, b"Not Found", "cannot be read"),
    "cut-off": (LINUX, tar_gz(good_files())[:200], "cannot be read"),
    "zip-named-tar-gz": (LINUX, zip_of(files()), "cannot be read"),
    "tar-named-zip": (WINDOWS, tar_gz(files("kubectl-crashloop.exe")), "cannot be read"),
}


@pytest.mark.parametrize("name", BAD)
def test_an_archive_that_krew_would_refuse_or_spoil_is_refused(here, name):
    archive, data, words = BAD[name]
    (here / "dist" / archive).write_bytes(data)
    refused(here, "windows/amd64" if archive == WINDOWS else "linux/arm64", archive, words)


def test_everything_that_is_wrong_is_said_at_once(here):
    for target in manifest.PLATFORMS:
        (here / "dist" / target.archive("v0.1.0")).unlink()
    assert len(script(here, "release", "v0.1.0").stderr.splitlines()) == 5


# What scripts/build writes: the manifest of the archives that there are.


def test_archives_that_are_not_built_have_no_invented_sum(tmp_path):
    archive = tmp_path / LINUX
    archive.write_bytes(tar_gz(good_files()))
    template = (ROOT / "plugin.yaml").read_text()
    text = manifest.filled(template, "v0.1.0", manifest.sums(tmp_path, "v0.1.0"))
    built = {item["uri"].rpartition("/")[2]: item["sha256"] for item in yaml.safe_load(text)["spec"]["platforms"]}
    assert built.pop(LINUX) == manifest.sha256(archive)
    assert set(built.values()) == {manifest.UNKNOWN}
    assert text.count(f'"{manifest.UNKNOWN}" # not released yet') == 4


def test_a_new_version_forgets_the_old_sums(here):
    script(here, "release", "v0.1.0")
    text = manifest.filled((here / "plugin.yaml").read_text(), "v0.2.0", {})
    assert yaml.safe_load(text)["spec"]["version"] == "v0.2.0"
    assert "v0.1.0" not in text
    assert text.count(manifest.UNKNOWN) == 5


# Publishing the index


@pytest.fixture
def index(tmp_path):
    """An empty bare repository that the index is pushed to."""
    if sys.platform == "win32":
        pytest.skip("an index is published from Linux")
    bare = tmp_path / "index.git"
    subprocess.run(["git", "init", "--quiet", "--bare", bare], check=True)
    return bare


def git(bare, *args):
    return subprocess.run(["git", "-C", bare, *args], capture_output=True, text=True, check=False).stdout


def published(bare, file="plugins/crashloop.yaml"):
    return git(bare, "show", f"HEAD:{file}")


def commits(bare):
    return git(bare, "log", "--format=%s").splitlines()


def test_the_index_is_published_once(here, index):
    script(here, "release", "v0.1.0")
    for _ in range(2):
        done = script(here, "publish-index", index)
        assert done.returncode == 0, done.stderr
    assert commits(index) == ["crashloop v0.1.0"]
    assert published(index) == texts(here)[1]
    assert published(index, "README.md") == (ROOT / "krew/README.md").read_text()


def test_an_index_without_a_release_is_not_published(here, index):
    done = script(here, "publish-index", index)
    assert done.returncode == 1
    assert "run scripts/release VERSION first" in done.stderr
    assert commits(index) == []


def test_a_sum_that_is_not_known_is_not_published(here, index):
    known = manifest.sums(here / "dist", "v0.1.0")
    del known[manifest.PLATFORMS[1]]
    text = manifest.filled((here / "plugin.yaml").read_text(), "v0.1.0", known)
    (here / "krew/plugins/crashloop.yaml").write_text(text)
    done = script(here, "publish-index", index)
    assert done.returncode == 1
    assert "no sum for v0.1.0_linux_arm64.tar.gz" in done.stderr
    assert commits(index) == []
