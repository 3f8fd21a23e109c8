"""Does what krew v0.5.0 does, step by step, where krew is not on PATH. Only for tests; test_krew.py compares the two.

index add NAME URL | install [INDEX/]NAME | install --manifest=FILE [--archive=FILE] | upgrade NAME | uninstall NAME | list
validate-krew-manifest -manifest FILE
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import krew_files
import manifest
import yaml
from krew_rules import VERSION, Refused, check_for_index, check_manifest, matches, need

LICENCES = {"license", "license.txt", "license.md", "licenses", "licenses.txt", "licenses.md", "copying", "copying.txt"}


def say(text):
    print(text, file=sys.stderr)


def numbers(version):
    need(VERSION.fullmatch(version), f"failed to parse plugin version {version!r}")
    return [int(part) for part in version[1:].partition("+")[0].partition("-")[0].split(".")]


@dataclass(frozen=True)
class Krew:
    """One KREW_ROOT, seen from one platform."""

    root: Path
    os: str
    arch: str

    def receipt(self, name):
        return self.root / "receipts" / f"{name}.yaml"

    def link(self, name):
        return self.root / "bin" / f"kubectl-{name.replace('-', '_')}{'.exe' if self.os == 'windows' else ''}"

    def add_index(self, name, url):
        subprocess.run(["git", "clone", "--quiet", url, self.root / "index" / name], check=True)
        say(f'WARNING: You have added a new index from "{url}"\nThe plugins in this index are not audited for security')

    def update(self):
        for index in sorted((self.root / "index").glob("*")):
            subprocess.run(["git", "-C", index, "pull", "--quiet"], check=True)

    def load(self, index, name):
        file = self.root / "index" / index / "plugins" / f"{name}.yaml"
        need(file.is_file(), f"plugin {name!r} does not exist in the plugin index")
        return read(file)

    def install(self, plugin, index, archive=None):
        name = plugin["metadata"]["name"]
        if self.receipt(name).exists():
            say(f"Skipping plugin {name!r}, it is already installed")
            return
        self.put(plugin, archive)
        self.record(plugin, index)
        say(f"Installed plugin: {name}")

    def put(self, plugin, archive=None):
        """Fetches, checks, unpacks, moves and links; the receipt comes after it."""
        spec, name = plugin["spec"], plugin["metadata"]["name"]
        fitting = [platform for platform in spec["platforms"] if matches(platform["selector"], self.os, self.arch)]
        need(fitting, f"plugin {name!r} does not offer installation for this platform")
        chosen, home = fitting[0], self.root / "store" / name / spec["version"]
        with tempfile.TemporaryDirectory() as staging:
            data = archive.read_bytes() if archive else krew_files.fetch(chosen["uri"])
            krew_files.unpack(data, chosen["sha256"], Path(staging))
            krew_files.place(Path(staging), home, chosen.get("files"))
        self.make_link(name, home, home / chosen["bin"])

    def make_link(self, name, home, binary):
        if not krew_files.inside(binary, home):
            return  # krew wraps an error that is nil here: it goes on without a link
        link = self.link(name)
        need(link.is_symlink() or not link.exists(), f"file {link} is not a symlink")
        link.unlink(missing_ok=True)
        need(binary.exists(), f"can't create symbolic link, source binary ({binary}) cannot be found in extracted archive")
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(binary)

    def record(self, plugin, index):
        self.receipt(plugin["metadata"]["name"]).parent.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump({**plugin, "status": {"source": {"name": index}}})
        self.receipt(plugin["metadata"]["name"]).write_text(text)

    def installed(self, name):
        need("/" not in name, f"{name!r} is not a plugin name; upgrade and uninstall take no index")
        need(self.receipt(name).exists(), f"plugin {name!r} is not installed")
        return yaml.safe_load(self.receipt(name).read_text())

    def upgrade(self, name):
        old = self.installed(name)
        index = old["status"]["source"]["name"]
        new = self.load(index, name)
        before, after = old["spec"]["version"], new["spec"]["version"]
        need(numbers(before) < numbers(after), "can't upgrade, the newest version is already installed")
        self.put(new)
        self.record(new, index)
        shutil.rmtree(self.root / "store" / name / before)

    def uninstall(self, name):
        self.installed(name)
        self.link(name).unlink(missing_ok=True)
        shutil.rmtree(self.root / "store" / name)
        self.receipt(name).unlink()


def read(file):
    plugin = yaml.safe_load(file.read_text())
    check_manifest(plugin.get("metadata", {}).get("name", ""), plugin)
    return plugin


def validate(file):
    """validate-krew-manifest: installs every platform for itself, and wants a licence in each."""
    plugin = yaml.safe_load(file.read_text())
    for platform, system, arch in check_for_index(file.stem, plugin):
        with tempfile.TemporaryDirectory() as root:
            one = {**plugin, "spec": {**plugin["spec"], "platforms": [platform]}}
            Krew(Path(root), system, arch).install(one, "detached")
            names = {found.name.lower() for found in Path(root, "store").rglob("*") if found.is_file()}
            need(names & LICENCES, f"{system}/{arch}: the archive has no LICENSE file")


def run(krew, words):
    match words:
        case ["index", "add", name, url]:
            krew.add_index(name, url)
        case ["install", manifest_flag] if manifest_flag.startswith("--manifest="):
            krew.install(read(Path(manifest_flag.partition("=")[2])), "detached")
        case ["install", manifest_flag, archive_flag] if archive_flag.startswith("--archive="):
            krew.install(read(Path(manifest_flag.partition("=")[2])), "detached", Path(archive_flag.partition("=")[2]))
        case ["install", name]:
            krew.update()
            index, _, plugin = name.rpartition("/")
            krew.install(krew.load(index or "default", plugin), index or "default")
        case ["upgrade", name]:
            krew.update()
            krew.upgrade(name)
        case ["uninstall", name]:
            krew.uninstall(name)
        case ["validate-krew-manifest", "-manifest", file]:
            validate(Path(file))
        case _:
            raise Refused(f"the stand-in does not know {words}")


def main():
    host = manifest.host()
    krew = Krew(Path(os.environ["KREW_ROOT"]), host.os, host.arch)
    krew = replace(krew, os=os.environ.get("KREW_OS", krew.os), arch=os.environ.get("KREW_ARCH", krew.arch))
    try:
        run(krew, sys.argv[1:])
    except Refused as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
