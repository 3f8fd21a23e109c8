"""What all tests share: a clean environment, and outputs that are approved files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

SCRUBBED = ("NO_COLOR", "COLUMNS", "KUBECONFIG", "TZ", "LANG")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite approved files; read the diff before committing it")


@pytest.fixture(autouse=True)
def _scrubbed_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SCRUBBED:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def approve(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """`approve(path, text)` fails unless the file holds the text; `--update` writes it."""

    def check(path: Path, text: str) -> None:
        if request.config.getoption("--update"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.is_file(), f"{path} is not approved yet: run pytest --update, then read it"
        assert text == path.read_text(encoding="utf-8")

    return check
