"""krew installs a good archive by a good manifest, and refuses each thing that can be wrong with either."""

import tarfile

import krew_user
import pytest
import yaml
from krew_user import good_files, platform_for, plugin, set_at, tar_gz, zip_of

PLATFORM = "spec.platforms.0."
FILES = PLATFORM + "files"
SELECTOR = PLATFORM + "selector"


def offer(site, data, **more):
    """The archive on the site and a manifest for it."""
    folder, address = site
    (folder / "archive").write_bytes(data)
    return plugin({**platform_for(data, f"{address}/archive"), **more})


def write(tmp_path, manifest, name="crashloop.yaml"):
    file = tmp_path / name
    file.write_text(yaml.safe_dump(manifest))
    return file


def install(user, tmp_path, manifest):
    return user.krew("install", f"--manifest={write(tmp_path, manifest)}")


def refused(user, done, words):
    """Status 1, the reason said, and nothing that the user could run by mistake."""
    assert done.returncode != 0, done.stderr
    assert words in done.stderr, done.stderr
    assert user.receipt() is None
    assert not user.link.exists()


@pytest.mark.parametrize("pack", [tar_gz, zip_of])
def test_a_good_archive_is_installed(user, site, tmp_path, pack):
    done = install(user, tmp_path, offer(site, pack(good_files())))
    assert done.returncode == 0, done.stderr
    assert user.receipt()["status"]["source"]["name"] == "detached"
    assert user.run("kubectl", "crashloop").stdout == "hello\n"


def test_a_file_name_other_than_the_plugin_is_taken_from_the_command_line(user, site, tmp_path):
    file = write(tmp_path, offer(site, tar_gz(good_files())), "plugin.yaml")
    assert user.krew("install", f"--manifest={file}").returncode == 0
    assert user.receipt()


def test_an_archive_on_disk_needs_no_address(user, site, tmp_path):
    data = tar_gz(good_files())
    archive = tmp_path / "a.tar.gz"
    archive.write_bytes(data)
    file = write(tmp_path, set_at(offer(site, data), PLATFORM + "uri", "https://nowhere.example/x.tar.gz"))
    assert user.krew("install", f"--manifest={file}", f"--archive={archive}").returncode == 0
    assert user.receipt()


BAD_MANIFESTS = {
    "api-version": ("apiVersion", "krew.googlecontainertools.github.com/v1alpha1", "apiVersion="),
    "no-api-version": ("apiVersion", None, "apiVersion="),
    "kind": ("kind", "Plug", "kind="),
    "name-with-space": ("metadata.name", "crash loop", "is not allowed"),
    "name-of-a-device": ("metadata.name", "Com1", "is not allowed"),
    "no-name": ("metadata.name", None, "is not allowed"),
    "version-without-v": ("spec.version", "0.1.0", "version"),
    "version-of-two-numbers": ("spec.version", "v0.1", "version"),
    "no-version": ("spec.version", None, "version"),
    "no-short-description": ("spec.shortDescription", None, "should have a short description"),
    "line-break-in-short-description": ("spec.shortDescription", "Says\nwhy", "should not have line breaks"),
    "no-platforms": ("spec.platforms", [], "should have a platform"),
    "no-uri": (PLATFORM + "uri", None, "`uri`"),
    "file-uri": (PLATFORM + "uri", "file:///tmp/archive", "unsupported protocol scheme"),
    "uri-of-nothing": (PLATFORM + "uri", "http://127.0.0.1:9/archive", "127.0.0.1:9"),
    "no-sum": (PLATFORM + "sha256", None, "`sha256`"),
    "sum-in-upper-case": (PLATFORM + "sha256", "AB" * 32, "`sha256` value"),
    "short-sum": (PLATFORM + "sha256", "ab" * 31, "`sha256` value"),
    "wrong-sum": (PLATFORM + "sha256", "ab" * 32, "checksum does not match"),
    "sum-not-known-yet": (PLATFORM + "sha256", "0" * 64, "checksum does not match"),
    "no-bin": (PLATFORM + "bin", None, "`bin`"),
    "bin-is-not-in-the-archive": (PLATFORM + "bin", "kubectl-other", "cannot be found in extracted archive"),
    "no-selector": (SELECTOR, None, "nil selector"),
    "empty-selector": (SELECTOR, {}, "empty selector"),
    "empty-labels": (SELECTOR, {"matchLabels": {}}, "specified but empty"),
    "empty-expressions": (
        SELECTOR,
        {"matchLabels": {"os": krew_user.HOST.os}, "matchExpressions": []},
        "specified but empty",
    ),
    "unknown-label": (SELECTOR, {"matchLabels": {"libc": "musl"}}, "not supported"),
    "unknown-key": (SELECTOR, {"matchExpressions": [{"key": "libc", "operator": "Exists"}]}, "not supported"),
    "unknown-operator": (
        SELECTOR,
        {"matchExpressions": [{"key": "os", "operator": "Is"}]},
        "not a valid label selector operator",
    ),
    "another-platform": (SELECTOR, {"matchLabels": {"os": "plan9"}}, "does not offer installation"),
    "no-files": (FILES, [], "`files`"),
    "files-without-from": (FILES, [{"to": "."}], "`from`"),
    "files-without-to": (FILES, [{"from": "*"}], "`to`"),
    "files-to-is-not-clean": (FILES, [{"from": "*", "to": "a/../b"}], "not clean"),
    "files-to-leaves": (FILES, [{"from": "LICENSE", "to": "../LICENSE"}], "out of bounds"),
    "files-pattern-to-leaves": (FILES, [{"from": "LIC*", "to": "../x"}], "can't move"),
    "files-from-leaves": (FILES, [{"from": "../*", "to": "."}], "can't move"),
    "files-match-nothing": (FILES, [{"from": "*.md", "to": "."}], "matched the glob"),
    "files-leave-the-binary-out": (FILES, [{"from": "LICENSE", "to": "."}], "cannot be found in extracted archive"),
}


@pytest.mark.parametrize("name", BAD_MANIFESTS)
def test_a_bad_manifest_is_refused(user, site, tmp_path, name):
    path, value, words = BAD_MANIFESTS[name]
    refused(user, install(user, tmp_path, set_at(offer(site, tar_gz(good_files())), path, value)), words)


GOOD_MANIFESTS = {
    "short-description-of-60": ("spec.shortDescription", "x" * 60),
    "version-with-suffix": ("spec.version", "v0.1.0-rc.1"),
    "unknown-field": ("spec.shortDescribtion", "Says why"),
    "expressions": (SELECTOR, {"matchExpressions": [{"key": "os", "operator": "In", "values": ["linux", "darwin"]}]}),
    "expression-not-in": (SELECTOR, {"matchExpressions": [{"key": "os", "operator": "NotIn", "values": ["windows"]}]}),
    "files-by-name": (FILES, [{"from": "kubectl-crashloop", "to": "."}]),
    "files-by-pattern": (FILES, [{"from": "kubectl-*", "to": "."}, {"from": "LICENSE", "to": "doc/LICENSE"}]),
}


@pytest.mark.parametrize("name", GOOD_MANIFESTS)
def test_what_looks_wrong_and_is_not_is_installed(user, site, tmp_path, name):
    done = install(user, tmp_path, set_at(offer(site, tar_gz(good_files())), *GOOD_MANIFESTS[name]))
    assert done.returncode == 0, done.stderr
    assert user.receipt()
    assert user.run("kubectl", "crashloop").stdout == "hello\n"


BAD_ARCHIVES = {
    "link-in-tar": (tar_gz(good_files(), [("lib.so", tarfile.SYMTYPE)]), "unable to handle file type"),
    "hard-link-in-tar": (tar_gz(good_files(), [("lib.so", tarfile.LNKTYPE)]), "unable to handle file type"),
    "dots-in-tar": (tar_gz({**good_files(), "../x": (b"", 0o644)}), "suspicious entry"),
    "dots-inside-a-name": (tar_gz({**good_files(), "x..y": (b"", 0o644)}), "suspicious entry"),
    "absolute-in-tar": (tar_gz({**good_files(), "/x": (b"", 0o644)}), "absolute entry"),
    "backslash-in-tar": (tar_gz({**good_files(), "\\x": (b"", 0o644)}), "absolute entry"),
    "dots-in-zip": (zip_of({**good_files(), "../x": (b"", 0o644)}), "suspicious entry"),
    "absolute-in-zip": (zip_of({**good_files(), "/x": (b"", 0o644)}), "absolute entry"),
    "neither-zip-nor-gzip": (b"#!/bin/sh\necho hello\n", "not a supported archive format"),
    "empty": (b"", "not a supported archive format"),
}


@pytest.mark.parametrize("name", BAD_ARCHIVES)
def test_a_bad_archive_is_refused(user, site, tmp_path, name):
    data, words = BAD_ARCHIVES[name]
    refused(user, install(user, tmp_path, offer(site, data)), words)


def test_bin_outside_of_the_archive_leaves_no_command(user, site, tmp_path):
    """krew says that it installed the plugin; the link is not there. So the link is what tests look at."""
    install(user, tmp_path, offer(site, tar_gz(good_files()), bin="../../../../../../../../../bin/sh"))
    assert not user.link.exists()


def test_a_file_in_place_of_the_link_is_not_overwritten(user, site, tmp_path):
    user.link.parent.mkdir(parents=True)
    user.link.write_text("mine")
    done = install(user, tmp_path, offer(site, tar_gz(good_files())))
    assert done.returncode != 0
    assert user.link.read_text() == "mine"
    assert user.receipt() is None


def test_a_binary_that_is_not_executable_is_named_by_kubectl(user, site, tmp_path):
    files = {**good_files(), "kubectl-crashloop": (b"#!/bin/sh\n", 0o644)}
    assert install(user, tmp_path, offer(site, tar_gz(files))).returncode == 0
    listed = user.run("kubectl", "plugin", "list")
    assert listed.returncode == 1
    assert f"{user.link} identified as a kubectl plugin, but it is not executable" in listed.stdout + listed.stderr


def validated(user, tmp_path, manifest, name="crashloop.yaml"):
    return user.run("validate-krew-manifest", "-manifest", str(write(tmp_path, manifest, name)))


def test_a_good_manifest_is_fit_for_an_index(user, site, tmp_path):
    done = validated(user, tmp_path, offer(site, tar_gz(good_files())))
    assert done.returncode == 0, done.stderr


UNFIT = {
    "platform-that-krew-does-not-know": (SELECTOR, {"matchLabels": {"os": "linux", "arch": "s390x"}}, "match any supported"),
    "bad-sum": (PLATFORM + "sha256", "AB" * 32, "sha256"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_what_an_index_refuses(user, site, tmp_path, name):
    path, value, words = UNFIT[name]
    done = validated(user, tmp_path, set_at(offer(site, tar_gz(good_files())), path, value))
    assert done.returncode != 0
    assert words in done.stderr


def test_an_index_refuses_another_file_name(user, site, tmp_path):
    done = validated(user, tmp_path, offer(site, tar_gz(good_files())), "plugin.yaml")
    assert done.returncode != 0
    assert "should be named" in done.stderr


def test_an_index_refuses_two_entries_for_one_platform(user, site, tmp_path):
    manifest = offer(site, tar_gz(good_files()))
    own = manifest["spec"]["platforms"][0]
    wide = {**own, "selector": {"matchLabels": {"os": krew_user.HOST.os}}}
    done = validated(user, tmp_path, set_at(manifest, "spec.platforms", [own, wide]))
    assert done.returncode != 0
    assert "overlapping" in done.stderr


def test_an_index_refuses_a_platform_that_is_not_ours_and_does_not_install(user, site, tmp_path):
    manifest = offer(site, tar_gz(good_files()))
    other = {**manifest["spec"]["platforms"][0], "selector": {"matchLabels": {"os": "windows"}}, "bin": "kubectl-crashloop.exe"}
    done = validated(user, tmp_path, set_at(manifest, "spec.platforms", [*manifest["spec"]["platforms"], other]))
    assert done.returncode != 0
    assert "cannot be found in extracted archive" in done.stderr


@pytest.mark.parametrize("name", ["License.TXT", "COPYING"])
def test_an_index_takes_other_names_for_the_licence(user, site, tmp_path, name):
    files = {"kubectl-crashloop": (b"#!/bin/sh\n", 0o755), name: (b"terms", 0o644)}
    assert validated(user, tmp_path, offer(site, tar_gz(files))).returncode == 0


@pytest.mark.parametrize("name", ["LICENSE-2.0", "README"])
def test_an_index_refuses_an_archive_without_a_licence(user, site, tmp_path, name):
    files = {"kubectl-crashloop": (b"#!/bin/sh\n", 0o755), name: (b"terms", 0o644)}
    done = validated(user, tmp_path, offer(site, tar_gz(files)))
    assert done.returncode != 0
    assert "LICENSE" in done.stderr
