"""The archives of a release by name, and the krew manifest filled from them.

    python3 scripts/manifest.py [DIST]     prints plugin.yaml for the project's version, filled for the archives in DIST

Needs Python alone, since scripts/build and scripts/release run it outside any environment.
"""

from __future__ import annotations

import hashlib
import platform
import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UNKNOWN = "0" * 64
BUNDLED = ("kubernetes", "pyinstaller", "pyyaml", "tabulate", "urllib3")
"""The Python packages that are in the binary, of PyInstaller its loader; the others of the lock file only build it."""
MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True)
class Platform:
    """An operating system and a processor, by the names that Go and krew give them."""

    os: str
    arch: str

    def __str__(self) -> str:
        return f"{self.os}/{self.arch}"

    @property
    def binary(self) -> str:
        """The file in the archive that kubectl runs."""
        return "kubectl-crashloop.exe" if self.os == "windows" else "kubectl-crashloop"

    def archive(self, version: str) -> str:
        """The file name of the archive; `version` begins with v."""
        return f"kubectl-crashloop_{version}_{self.os}_{self.arch}.{'zip' if self.os == 'windows' else 'tar.gz'}"


PLATFORMS = (
    Platform("linux", "amd64"),
    Platform("linux", "arm64"),
    Platform("darwin", "amd64"),
    Platform("darwin", "arm64"),
    Platform("windows", "amd64"),
)


def host() -> Platform:
    """The platform of this machine. LookupError where Python's name of the processor is none of ours."""
    machine = platform.machine().lower()
    if machine not in MACHINES:
        raise LookupError(f"no archive is built for the processor {machine!r}")
    return Platform(platform.system().lower(), MACHINES[machine])


def project_version() -> str:
    """The project's version as krew writes it: v0.1.0."""
    text = (ROOT / "kubectl_crashloop/__init__.py").read_text(encoding="utf-8")
    found: list[str] = re.findall(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    return "v" + found[0]


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def sums(dist: Path, version: str) -> dict[Platform, str]:
    """The sha256 of each archive of the version that is in the folder."""
    files = {target: dist / target.archive(version) for target in PLATFORMS}
    return {target: sha256(file) for target, file in files.items() if file.is_file()}


def entry(target: Platform, uri: str, checksum: str | None) -> str:
    return f"""\
    - selector:
        matchLabels:
          os: {target.os}
          arch: {target.arch}
      uri: {uri}
      sha256: "{checksum or UNKNOWN}"{"" if checksum else " # not released yet"}
      bin: {target.binary}
"""


def filled(template: str, version: str, known: dict[Platform, str], downloads: str = "") -> str:
    """The manifest with this version and, for every platform, where the archive is and its sum.

    Everything above `platforms:` stays as it stands, comments too. `downloads` is the address of the folder of the
    archives; without it, that of the release on the homepage. A sum that is not known is 64 zeros with a comment.
    """
    head = template.partition("  platforms:\n")[0]
    head = re.sub(r"^  version: .*$", f"  version: {version}", head, flags=re.MULTILINE)
    homepage = re.findall(r"^  homepage: (\S+)$", head, re.MULTILINE)[0]
    base = (downloads or f"{homepage}/releases/download/{version}").rstrip("/")
    entries = (entry(target, f"{base}/{target.archive(version)}", known.get(target)) for target in PLATFORMS)
    return f"{head}  platforms:\n{''.join(entries)}"


if __name__ == "__main__":
    known = sums(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist", project_version())
    sys.stdout.write(filled((ROOT / "plugin.yaml").read_text(encoding="utf-8"), project_version(), known))
