"""What is in an archive, and what of it krew would refuse or spoil. Needs Python alone."""

from __future__ import annotations

import stat
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

UNIX = 3  # the system number of a zip entry whose mode counts


@dataclass(frozen=True)
class Entry:
    """One entry of an archive: `kind` is file, folder or other (links, devices); `mode` the permission bits."""

    name: str
    kind: str
    mode: int


def of_tar(member: tarfile.TarInfo) -> Entry:
    kind = "file" if member.isreg() else "folder" if member.isdir() else "other"
    return Entry(member.name, kind, member.mode)


def of_zip(member: zipfile.ZipInfo) -> Entry:
    mode = member.external_attr >> 16 if member.create_system == UNIX else 0
    kind = "folder" if member.is_dir() else "other" if stat.S_IFMT(mode) not in (0, stat.S_IFREG) else "file"
    return Entry(member.filename, kind, stat.S_IMODE(mode))


def entries(archive: Path) -> list[Entry]:
    """All entries of a .zip or .tar.gz. ValueError when it is neither or broken."""
    try:
        if archive.suffix == ".zip":
            with zipfile.ZipFile(archive) as file:
                return [of_zip(member) for member in file.infolist()]
        with tarfile.open(archive, "r:gz") as tar:
            return [of_tar(member) for member in tar]
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError) as error:
        raise ValueError(f"{archive.name} cannot be read: {error}") from error


def leaves(name: str) -> bool:
    """True for a name that krew takes for a way out of the folder."""
    return ".." in name or name.startswith(("/", "\\"))


def problems(archive: Path, binary: str) -> list[str]:
    """What keeps the archive from being published: a sentence each, none when it is good."""
    try:
        found = entries(archive)
    except ValueError as error:
        return [str(error)]
    files = {item.name: item for item in found if item.kind == "file"}
    said = [f"{item.name} is not a plain file or folder; krew refuses links" for item in found if item.kind == "other"]
    said += [f"{item.name!r} leads out of the folder; krew refuses it" for item in found if leaves(item.name)]
    if binary not in files:
        said.append(f"{binary} is missing")
    elif files[binary].mode != 0o755:
        said.append(f"{binary} has mode {files[binary].mode:04o}, it must be 0755")
    if "LICENSE" not in files:
        said.append("LICENSE is missing")
    return said
