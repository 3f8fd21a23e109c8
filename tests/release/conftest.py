"""krew's user, once with the stand-in and once with krew itself where it is on PATH."""

import shutil
import sys

import krew_user
import pytest


def lacking(kind):
    """Why a test of krew cannot run here, or nothing."""
    if sys.platform == "win32":
        return "krew makes a symbolic link, for which Windows asks for rights of an administrator"
    wanted = ["git", "kubectl", *(["kubectl-krew", "validate-krew-manifest"] if kind == "krew" else [])]
    missing = [name for name in wanted if not shutil.which(name)]
    return f"{', '.join(missing)} not on PATH" if missing else ""


@pytest.fixture(params=["stand-in", "krew"])
def user(request, tmp_path):
    """A user of krew. The two kinds pass the same tests: so the stand-in is known to do what krew does."""
    if reason := lacking(request.param):
        pytest.skip(reason)
    return krew_user.make_user(tmp_path, standin=request.param == "stand-in")


@pytest.fixture(autouse=True)
def _who_commits(monkeypatch):
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Release")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "release@example.com")


@pytest.fixture
def site(tmp_path):
    """A folder that is served, and its address."""
    folder = tmp_path / "site"
    folder.mkdir()
    with krew_user.web(folder) as address:
        yield folder, address
