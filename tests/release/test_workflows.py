"""The workflows cannot run here; what can be known of them without GitHub is tested. scripts/test runs actionlint too."""

import os
import re
import sys

import manifest
import pytest
import yaml
from krew_user import ROOT

FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
WORKFLOWS = {file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in FILES}
JOBS = [(name, job) for name, workflow in WORKFLOWS.items() for job in workflow["jobs"]]
USES = r"[\w-]+/[\w-]+@(v\d+|[0-9a-f]{40})"


def steps(name, job):
    return WORKFLOWS[name]["jobs"][job]["steps"]


def scripts(text):
    return set(re.findall(r"(?<![\w./])scripts/[\w-]+", text))


@pytest.mark.parametrize(("name", "job"), JOBS)
def test_a_job_runs_scripts_that_are_there(name, job):
    """What runs there can be run here."""
    called = set().union(*(scripts(step.get("run", "")) for step in steps(name, job)))
    missing = [script for script in sorted(called) if not (ROOT / script).is_file()]
    assert not missing
    if sys.platform != "win32":
        assert all(os.access(ROOT / script, os.X_OK) for script in called)


@pytest.mark.parametrize(("name", "job"), JOBS)
def test_a_script_knows_the_flag_that_it_is_given(name, job):
    for step in steps(name, job):
        for script, flag in re.findall(r"(scripts/[\w-]+) (--[a-z-]+)", step.get("run", "")):
            assert flag in (ROOT / script).read_text(encoding="utf-8")


def test_the_way_of_a_release_is_in_scripts():
    jobs = WORKFLOWS["release"]["jobs"]
    called = {job: set().union(*(scripts(step.get("run", "")) for step in steps("release", job))) for job in jobs}
    assert {"scripts/build", "scripts/test"} <= called["build"]
    assert "scripts/release" in called["release"]
    assert "scripts/publish-index" in called["index"]
    needs = {job: jobs[job].get("needs") for job in jobs}
    assert needs == {"build": None, "release": "build", "index": "release", "manifests": "index"}


def test_every_platform_of_the_manifest_is_built():
    built = WORKFLOWS["release"]["jobs"]["build"]["strategy"]["matrix"]["include"]
    assert {(item["os"], item["arch"]) for item in built} == {(target.os, target.arch) for target in manifest.PLATFORMS}
    assert all("manylinux_2_28" in item["container"] for item in built if item["os"] == "linux")


def test_every_python_from_the_oldest_that_is_promised_is_tested_on_every_system():
    matrix = WORKFLOWS["test"]["jobs"]["test"]["strategy"]["matrix"]
    oldest = re.findall(r"python_requires = >=3\.(\d+)", (ROOT / "setup.cfg").read_text())
    assert matrix["python"] == [f"3.{minor}" for minor in range(int(oldest[0]), 15)]
    assert [name.split("-")[0] for name in matrix["os"]] == ["ubuntu", "macos", "windows"]


@pytest.mark.parametrize(("name", "job"), JOBS)
def test_actions_are_pinned(name, job):
    used = [step["uses"] for step in steps(name, job) if "uses" in step]
    assert used
    assert all(re.fullmatch(USES, action) for action in used)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_only_the_jobs_that_publish_may_write(name):
    assert WORKFLOWS[name]["permissions"] == {"contents": "read"}
    writing = {job for job, body in WORKFLOWS[name]["jobs"].items() if "write" in body.get("permissions", {}).values()}
    assert writing == ({"release", "manifests"} if name == "release" else set())


@pytest.mark.parametrize(("name", "job"), JOBS)
def test_no_name_from_outside_is_put_into_a_command(name, job):
    """A tag or a branch may hold shell code; the environment is safe, `${{ }}` in a command is not."""
    assert not [step["run"] for step in steps(name, job) if "${{" in step.get("run", "")]
