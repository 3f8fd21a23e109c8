"""How krew v0.5.0 fetches an archive, unpacks it and moves its files. Only for tests, where krew is not on PATH."""

import hashlib
import io
import posixpath
import shutil
import stat
import tarfile
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

from krew_rules import need


def fetch(uri):
    """The bytes at a http or https address; krew knows no other."""
    need(uri.startswith(("http://", "https://")), f"unsupported protocol scheme in {uri}")
    try:
        with urllib.request.urlopen(uri, timeout=30) as answer:
            return answer.read()
    except urllib.error.URLError as error:
        need(False, f"failed to download {uri}: {error}")


def unpack(data, checksum, folder):
    """Checks the sum, then unpacks a zip or a gzipped tar, told by its first bytes."""
    got = hashlib.sha256(data).hexdigest()
    need(got == checksum, f"checksum does not match, want: {checksum}, got {got}")
    if data.startswith(b"PK\x03\x04"):
        unpack_zip(data, folder)
    else:
        need(data.startswith(b"\x1f\x8b\x08"), "not a supported archive format")
        unpack_tar(data, folder)


def safe(name):
    need(".." not in name, f"refusing to unpack archive with suspicious entry {name!r}")
    need(not name.startswith(("/", "\\")), f"refusing to unpack archive with absolute entry {name!r}")
    return name


def write(file, content, mode):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    file.chmod(mode)


def unpack_tar(data, folder):
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as tar:
        for member in tar:
            path = folder / safe(member.name)
            need(member.isdir() or member.isreg(), f"unable to handle file type {ord(member.type)} for {member.name!r} in tar")
            if member.isdir():
                path.mkdir(member.mode, parents=True, exist_ok=True)
            else:
                write(path, tar.extractfile(member).read(), member.mode)


def unpack_zip(data, folder):
    """A link becomes a file that holds its target, as krew leaves it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            path = folder / safe(member.filename)
            if member.is_dir():
                path.mkdir(parents=True, exist_ok=True)
            else:
                write(path, archive.read(member), stat.S_IMODE(member.external_attr >> 16) or 0o666)


def inside(path, folder):
    return Path(path).resolve().is_relative_to(Path(folder).resolve())


def move(source, target, operation):
    """One of `files`: `from` is a path or a pattern, `to` a path or the folder for what the pattern finds."""
    pattern, to = operation["from"], operation["to"]
    need(to == posixpath.normpath(to), f"the provided path is not clean, {to!r} should be {posixpath.normpath(to)!r}")
    direct = source / pattern
    if direct.exists():
        moves = [(direct, target / (direct.name if to == "." else to))]
    else:
        moves = [(found, target / to / found.name) for found in sorted(source.glob(pattern))]
    need(moves, f"no files in the plugin archive matched the glob pattern={pattern}")
    for start, end in moves:
        need(inside(start, source) and inside(end, target), f"can't move, move target {end} is out of bounds")
        end.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(start, end)


def place(unpacked, folder, files):
    """Moves what is wanted to the folder of the plugin's version, which is made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for operation in files or [{"from": "*", "to": "."}]:
        move(unpacked, folder, operation)
