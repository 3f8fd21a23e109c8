"""krew's user, once with the stand-in and once with krew itself where it is on PATH."""

import shutil
import sys

import krew_user
import pytest

KINDS = ["stand-in", *(["krew"] if shutil.which("kubectl-krew") else [])]


@pytest.fixture(params=KINDS)
def user(request, tmp_path):
    """A user of krew. Both kinds pass the same tests: so the stand-in is known to do what krew does."""
    if sys.platform == "win32":
        pytest.skip("krew makes a symbolic link, for which Windows asks for rights of an administrator")
    if not shutil.which("kubectl"):
        pytest.skip("kubectl is not on PATH")
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
