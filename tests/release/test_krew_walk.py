"""The way of a user: add our index, install, run, upgrade, meet another crashloop, uninstall.

The index is a git repository that scripts/publish-index pushed to, the archives come over loopback http, and what the
user installs is the built binary where there is one. The receipt is looked at, since krew's exit status says too little.
"""

import os
import subprocess

import archives
import manifest
import pytest
from krew_user import HOST, ROOT, checkout, good_files, launcher, make_index, platform_for, plugin, script, tar_gz, write_release

VERSION, NEXT = "v0.1.0", "v0.2.0"


def succeed(done):
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture
def publish(tmp_path, site):
    """`publish(version)` releases that version to the site and to the index; `publish.index` is its address."""
    folder, address = site
    bare = tmp_path / "index.git"
    subprocess.run(["git", "init", "--quiet", "--bare", bare], check=True)

    def run(version):
        root = checkout(tmp_path / version, version)
        write_release(folder / version, version, launcher())
        succeed(script(root, "release", version, "--dist", folder / version, "--downloads", f"{address}/{version}"))
        succeed(script(root, "publish-index", bare))
        return root / "krew/plugins/crashloop.yaml"

    run.index = f"file://{bare}"
    return run


def installed(user):
    """Version and index by the receipt."""
    receipt = user.receipt()
    return receipt and (receipt["spec"]["version"], receipt["status"]["source"]["name"])


def add_and_install(user, publish):
    publish(VERSION)
    succeed(user.krew("index", "add", "ours", publish.index))
    succeed(user.krew("install", "ours/crashloop"))
    assert installed(user) == (VERSION, "ours")


def test_install_run_upgrade_uninstall(user, publish):
    add_and_install(user, publish)
    assert str(user.link.readlink()).endswith(f"store/crashloop/{VERSION}/kubectl-crashloop")
    said = succeed(user.run("kubectl", "crashloop", "--version"))
    assert said.stdout.startswith(f"kubectl-crashloop {manifest.project_version()}")

    publish(NEXT)
    succeed(user.krew("upgrade", "crashloop"))
    assert installed(user) == (NEXT, "ours")
    assert [folder.name for folder in (user.root / "store/crashloop").iterdir()] == [NEXT]
    succeed(user.run("kubectl", "crashloop", "--version"))

    assert user.krew("uninstall", "ours/crashloop").returncode != 0
    assert installed(user) == (NEXT, "ours")
    succeed(user.krew("uninstall", "crashloop"))
    assert installed(user) is None
    assert not user.link.is_symlink()
    assert not (user.root / "store/crashloop").exists()


def test_kubectl_lists_it_without_a_warning(user, publish):
    add_and_install(user, publish)
    listed = succeed(user.run("kubectl", "plugin", "list"))
    assert str(user.link) in listed.stdout.splitlines()
    assert "warning" not in (listed.stdout + listed.stderr).lower()


def test_the_newest_version_is_not_upgraded(user, publish):
    add_and_install(user, publish)
    assert "newest version" in user.krew("upgrade", "crashloop").stderr
    assert installed(user) == (VERSION, "ours")


def test_another_crashloop_has_to_be_uninstalled_first(user, publish, site, tmp_path):
    folder, address = site
    data = tar_gz(good_files(content=b"#!/bin/sh\necho another\n"))
    (folder / "another.tar.gz").write_bytes(data)
    other = make_index(tmp_path / "other", plugin(platform_for(data, f"{address}/another.tar.gz"), version="v0.2.0"))
    succeed(user.krew("index", "add", "default", f"file://{other}"))
    succeed(user.krew("install", "crashloop"))
    assert installed(user) == ("v0.2.0", "default")

    publish(VERSION)
    succeed(user.krew("index", "add", "ours", publish.index))
    done = succeed(user.krew("install", "ours/crashloop"))
    assert "already installed" in done.stderr
    assert installed(user) == ("v0.2.0", "default")
    assert user.run("kubectl", "crashloop").stdout == "another\n"

    succeed(user.krew("uninstall", "crashloop"))
    succeed(user.krew("install", "ours/crashloop"))
    assert installed(user) == (VERSION, "ours")


def test_what_is_published_is_fit_for_an_index(user, publish):
    succeed(user.run("validate-krew-manifest", "-manifest", str(publish(VERSION))))


def built(tmp_path):
    """Archive and manifest as scripts/build leaves them: those of dist/, or made here where nothing is built."""
    dist, version = ROOT / "dist", manifest.project_version()
    if not (dist / HOST.archive(version)).is_file():
        dist = tmp_path
        (dist / HOST.archive(version)).write_bytes(tar_gz(good_files(content=launcher())))
        filled = manifest.filled((ROOT / "plugin.yaml").read_text(), version, manifest.sums(dist, version))
        (dist / "plugin.yaml").write_text(filled)
    return dist / HOST.archive(version), dist / "plugin.yaml"


def test_what_is_built_installs_from_disk(user, tmp_path):
    """As the first line of plugin.yaml says."""
    archive, file = built(tmp_path)
    assert archives.problems(archive, HOST.binary) == []
    succeed(user.krew("install", f"--manifest={file}", f"--archive={archive}"))
    assert installed(user) == (manifest.project_version(), "detached")
    succeed(user.run("kubectl", "crashloop", "--version"))


# On a real cluster


NAMESPACE = "e2e-krew-walk"


@pytest.fixture
def _scrubbed_environment():
    """Keeps KUBECONFIG, which other tests do not see: it says which cluster."""


@pytest.fixture
def crashing_pod(_scrubbed_environment):
    """A pod that has ended with status 3."""
    if not os.environ.get("KUBECONFIG"):
        pytest.skip("no cluster: KUBECONFIG is not set")

    def kubectl(*args):
        return succeed(subprocess.run(["kubectl", *args], capture_output=True, text=True, check=False))

    kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found")
    kubectl("create", "namespace", NAMESPACE)
    kubectl("-n", NAMESPACE, "create", "deployment", "counter", "--image=busybox:1.35", "--", "sh", "-c", "echo 14 rules; exit 3")
    code = "jsonpath={.status.containerStatuses[0].lastState.terminated.exitCode}=3"
    kubectl("-n", NAMESPACE, "wait", "--for=create", "pod", "--selector=app=counter", "--timeout=60s")
    kubectl("-n", NAMESPACE, "wait", f"--for={code}", "pod", "--selector=app=counter", "--timeout=180s")
    yield kubectl("-n", NAMESPACE, "get", "pods", "-o", "name").stdout.strip().removeprefix("pod/")
    kubectl("delete", "namespace", NAMESPACE, "--wait=false")


@pytest.mark.cluster
def test_the_installed_plugin_explains_a_pod(crashing_pod, user, publish):
    add_and_install(user, publish)
    done = succeed(user.run("kubectl", "crashloop", crashing_pod, "-n", NAMESPACE))
    assert "14 rules" in done.stdout
    assert f"{NAMESPACE}/{crashing_pod}" in done.stdout
    assert done.stderr == ""
