"""Packs the built binary with the licences of its parts, as krew installs it: no links, the binary 0755.

package.py BINARY EPOCH        prints the path of the archive that it writes beside BINARY
"""

import gzip
import io
import re
import ssl
import sys
import sysconfig
import tarfile
import time
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import manifest
from PyInstaller.archive.readers import CArchiveReader

ROOT = Path(__file__).parents[1]
LICENCES = ROOT / "scripts" / "licences"
DISTRIBUTION = Path("/usr/share/licenses")
"""Where AlmaLinux, on which the Linux binaries are built, keeps them; its OpenSSL is 1.1.1, under another licence than 3."""
LIBRARIES = {
    r"python\d*(\.\d+)*|libpython.*|Python|base_library": "Python",
    r"_?[a-z_0-9]+\.cpython-.*|_?[a-z_0-9]+\.abi3|_[a-z]+|select|unicodedata|pyexpat": "Python",
    r"lib(crypto|ssl).*": "OpenSSL",
    r"libz.*|zlib.*": "zlib",
    r"vcruntime.*|ucrtbase|api-ms-win-.*": "Python",
}
"""What a library's file name tells of its licence. Microsoft's run-time files come with Python, under its licence."""
EPOCH_OF_ZIP = 315532800


def main(binary, epoch):
    binary = Path(binary)
    files = {binary.name: binary.read_bytes(), "LICENSE": (ROOT / "LICENSE").read_bytes(), **licences(binary)}
    target = binary.with_name(manifest.host().archive(manifest.project_version()))
    if target.suffix == ".zip":
        target.write_bytes(zipped(files, binary.name, int(epoch)))
    else:
        target.write_bytes(tarred(files, binary.name, int(epoch)))
    print(target)


def licences(binary):
    """The licence texts of everything in the binary, by name in the archive; stops where a part has none."""
    texts = {f"LICENSES/{name}.txt": text_of(name) for name in manifest.BUNDLED}
    texts["LICENSES/LibYAML.txt"] = (LICENCES / "libyaml.txt").read_bytes()
    for name in bundled_libraries(binary):
        owner = next((who for pattern, who in LIBRARIES.items() if re.fullmatch(pattern, name)), None)
        if owner is None:
            sys.exit(f"package.py: no licence is known for {name}, which is in the binary: add it to LIBRARIES")
        texts[f"LICENSES/{owner}.txt"] = library_licence(owner)
    return texts


def bundled_libraries(binary):
    """File names without endings of the libraries in the binary."""
    names = [Path(name.replace("\\", "/")).name for name in CArchiveReader(str(binary)).toc]
    return {
        re.sub(r"(\.so(\.\d+)*|\.dylib|\.dll|\.pyd|\.zip)$", "", n) for n in names if re.search(r"\.(so|dylib|dll|pyd|zip)\b", n)
    } - {"folders"}


def text_of(name):
    files = [f for f in distribution(name).files or () if re.search(r"(?i)licen[sc]e|copying", f.name) and f.suffix != ".py"]
    if not files:
        sys.exit(f"package.py: the package {name} names no licence file")
    return b"\n".join(f.locate().read_bytes() for f in files)


def library_licence(owner):
    if owner == "Python":
        python = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        places = [Path(sys.base_prefix, "LICENSE.txt"), Path(sys.base_prefix, "LICENSE")]
        places += [Path(sysconfig.get_path("stdlib"), "LICENSE.txt"), DISTRIBUTION / f"{python}-libs" / "LICENSE"]
    elif owner == "OpenSSL" and ssl.OPENSSL_VERSION_INFO < (3,):
        places = [DISTRIBUTION / "openssl-libs" / "LICENSE"]
    else:
        places = [LICENCES / f"{owner}.txt"]
    found = next((p for p in places if p.is_file()), None)
    if found is None:
        sys.exit(f"package.py: the licence of {owner} stands in none of {', '.join(map(str, places))}")
    return found.read_bytes()


def tarred(files, executable, epoch):
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in sorted(files):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode = len(files[name]), epoch, 0o755 if name == executable else 0o644
            archive.addfile(entry, io.BytesIO(files[name]))
    return gzip.compress(plain.getvalue(), 9, mtime=0)


def zipped(files, executable, epoch):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, time.gmtime(max(epoch, EPOCH_OF_ZIP))[:6])
            entry.create_system, entry.external_attr = 3, (0o755 if name == executable else 0o644) << 16
            archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED, 9)
    return data.getvalue()


if __name__ == "__main__":
    main(*sys.argv[1:])
