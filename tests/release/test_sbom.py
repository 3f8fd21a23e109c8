"""scripts/sbom lists what the lock file pins and what bundles it, and nothing that it does not know."""

import json
import platform
import subprocess
import sys
from importlib import metadata

import pytest
from krew_user import ROOT

HASH = "ab" * 32
PIN = f"""\
# locked
tabulate==0.9.0 \\
    --hash=sha256:{HASH} \\
    --hash=sha256:{"cd" * 32}
    # via -r requirements.in
altgraph==0.17.5 --hash=sha256:{HASH}
macholib==1.16.4 ; sys_platform == 'darwin' --hash=sha256:{HASH}
pefile==2024.8.26 ; sys_platform == '{sys.platform}' \\
    --hash=sha256:{HASH}
"""


def sbom(tmp_path, text):
    file = tmp_path / "requirements.txt"
    file.write_text(text)
    return subprocess.run([sys.executable, ROOT / "scripts/sbom", file], capture_output=True, text=True, check=False)


@pytest.fixture
def listed(tmp_path):
    done = sbom(tmp_path, PIN)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def by_name(document):
    return {item["name"]: item for item in document["components"]}


def test_it_is_a_cyclonedx_document_about_this_project(listed):
    assert (listed["bomFormat"], listed["specVersion"]) == ("CycloneDX", "1.6")
    subject = listed["metadata"]["component"]
    assert (subject["name"], subject["licenses"]) == ("kubectl-crashloop", [{"expression": "Apache-2.0"}])


def test_a_package_has_its_address_and_all_hashes(listed):
    found = by_name(listed)["tabulate"]
    assert found["purl"] == "pkg:pypi/tabulate@0.9.0"
    assert [item["content"] for item in found["externalReferences"][0]["hashes"]] == [HASH, "cd" * 32]


def test_the_licence_is_what_the_installed_package_states(listed):
    stated = metadata.metadata("tabulate")
    expected = stated["License-Expression"] or stated["License"]
    terms = by_name(listed)["tabulate"]["licenses"][0]
    assert expected.split()[0] in (terms.get("expression") or terms["license"]["name"])
    assert "licenses" not in by_name(listed)["pefile"]


def test_what_only_builds_is_not_said_to_be_in_the_binary(listed):
    scopes = {name: item["scope"] for name, item in by_name(listed).items()}
    assert scopes["altgraph"] == "excluded"
    assert scopes["tabulate"] == scopes["cpython"] == scopes["openssl"] == "required"


def test_other_systems_packages_are_left_out(listed):
    assert "pefile" in by_name(listed)
    assert ("macholib" in by_name(listed)) == (sys.platform == "darwin")


def test_the_interpreter_is_listed(listed):
    assert by_name(listed)["cpython"]["version"] == platform.python_version()


def test_the_same_lock_file_gives_the_same_bytes_and_another_another_number(tmp_path):
    first, second, other = (sbom(tmp_path, text).stdout for text in (PIN, PIN, PIN.replace("0.9.0", "0.9.1")))
    assert first == second
    assert json.loads(first)["serialNumber"] != json.loads(other)["serialNumber"]


@pytest.mark.parametrize(
    "line",
    ["tabulate>=0.9", "tabulate==0.9.0", f"tabulate==0.9.0 ; python_version < '3.11' --hash=sha256:{HASH}", "-r other.txt"],
)
def test_what_is_not_locked_is_an_error(tmp_path, line):
    done = sbom(tmp_path, PIN + line + "\n")
    assert done.returncode == 1
    assert f"not a pinned requirement with hashes: {line[:40]}" in done.stderr
    assert done.stdout == ""


def test_the_projects_own_lock_file_is_understood(tmp_path):
    file = ROOT / "scripts/requirements-build.txt"
    if not file.is_file():
        pytest.skip("there is no lock file yet")
    names = by_name(json.loads(sbom(tmp_path, file.read_text()).stdout))
    assert {"kubernetes", "pyinstaller", "pyyaml"} <= set(names)
