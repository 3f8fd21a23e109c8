"""What a test of krew needs: archives of any kind, a manifest, a web server on loopback, and a user with a KREW_ROOT."""

import copy
import functools
import hashlib
import io
import os
import shlex
import shutil
import subprocess
import sys
import tarfile
import threading
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import manifest
import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
HOST = manifest.host()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@contextmanager
def web(folder):
    """Serves the folder on loopback; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def launcher():
    """The content of the file that is installed: the built binary, or a script that runs the console script."""
    named, built = os.environ.get("KUBECTL_CRASHLOOP_BINARY"), ROOT / "dist" / HOST.binary
    if named or built.is_file():
        return Path(named or built).read_bytes()
    return f'#!/bin/sh\nexec {shlex.quote(str(Path(sys.executable).parent / "kubectl-crashloop"))} "$@"\n'.encode()


def good_files(binary="kubectl-crashloop", content=b"#!/bin/sh\necho hello\n"):
    """What a good archive holds: name -> (content, mode)."""
    return {binary: (content, 0o755), "LICENSE": ((ROOT / "LICENSE").read_bytes(), 0o644)}


def tar_gz(files, links=()):
    """A .tar.gz; `links` are names that point to LICENSE: (name, tarfile.SYMTYPE or LNKTYPE)."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz", compresslevel=1) as tar:
        for name, (content, mode) in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), mode
            tar.addfile(member, io.BytesIO(content))
        for name, kind in links:
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "LICENSE"
            tar.addfile(member)
    return data.getvalue()


def zip_of(files, system=3):
    """A .zip; its modes count where the system is 3, Unix."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, (content, mode) in files.items():
            member = zipfile.ZipInfo(name)
            member.create_system, member.external_attr = system, (0o100000 | mode) << 16
            archive.writestr(member, content)
    return data.getvalue()


def write_release(dist, version, content=b"#!/bin/sh\necho hello\n"):
    """Archives of all five platforms, that of this machine with the given binary."""
    dist.mkdir(parents=True, exist_ok=True)
    for target in manifest.PLATFORMS:
        own = {"content": content} if target == HOST else {}
        pack = zip_of if target.os == "windows" else tar_gz
        (dist / target.archive(version)).write_bytes(pack(good_files(target.binary, **own)))


def checkout(folder, version=None):
    """A copy of what scripts/release works on, with another version if one is given."""
    for part in ("scripts", "krew"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "plugin.yaml", folder)
    init = (ROOT / "kubectl_crashloop/__init__.py").read_text()
    init = init.replace(manifest.project_version()[1:], version[1:]) if version else init
    (folder / "kubectl_crashloop").mkdir()
    (folder / "kubectl_crashloop/__init__.py").write_text(init)
    return folder


def script(root, name, *args):
    """Runs one of the scripts of a checkout."""
    command = [sys.executable] if name == "release" else []
    return subprocess.run([*command, root / "scripts" / name, *args], capture_output=True, text=True, check=False)


def set_at(tree, path, value):
    """A copy of nested dicts and lists with one place changed; None removes it. The path is like spec.platforms.0.uri."""
    tree = copy.deepcopy(tree)
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place = functools.reduce(lambda at, key: at[key], way, tree)
    if value is None:
        del place[last]
    else:
        place[last] = value
    return tree


def platform_for(data, uri, target=HOST):
    """An entry of spec.platforms for these bytes."""
    selector = {"matchLabels": {"os": target.os, "arch": target.arch}}
    return {"selector": selector, "uri": uri, "sha256": hashlib.sha256(data).hexdigest(), "bin": "kubectl-crashloop"}


def plugin(*platforms, version="v0.1.0"):
    """A good manifest with these platforms."""
    return {
        "apiVersion": "krew.googlecontainertools.github.com/v1alpha2",
        "kind": "Plugin",
        "metadata": {"name": "crashloop"},
        "spec": {"version": version, "shortDescription": "Says why", "platforms": list(platforms)},
    }


def commit(repository, message):
    subprocess.run(["git", "-C", repository, "add", "-A"], check=True)
    subprocess.run(["git", "-C", repository, "commit", "--quiet", "-m", message], check=True)


def make_index(repository, manifest_of_plugin):
    """A git repository that is a krew index with this one plugin."""
    (repository / "plugins").mkdir(parents=True)
    (repository / "plugins/crashloop.yaml").write_text(yaml.safe_dump(manifest_of_plugin))
    subprocess.run(["git", "-C", repository, "init", "--quiet"], check=True)
    commit(repository, "an index")
    return repository


@dataclass(frozen=True)
class User:
    """Someone with kubectl, krew (or the stand-in) and an empty KREW_ROOT."""

    root: Path
    env: dict

    def run(self, *command):
        return subprocess.run(command, env=self.env, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)

    def krew(self, *args):
        return self.run("kubectl", "krew", *args)

    def receipt(self):
        """The receipt of crashloop, or None."""
        file = self.root / "receipts/crashloop.yaml"
        return yaml.safe_load(file.read_text()) if file.exists() else None

    @property
    def link(self):
        return self.root / "bin" / "kubectl-crashloop"


STANDIN = f"""\
#!/bin/sh
PYTHONPATH={shlex.quote(str(ROOT / "scripts"))}
export PYTHONPATH
exec {shlex.quote(sys.executable)} {shlex.quote(str(HERE / "krew_standin.py"))}"""


def add_standin(folder):
    """Puts programs named as krew's into the folder."""
    folder.mkdir()
    for name, words in {"kubectl-krew": "", "validate-krew-manifest": " validate-krew-manifest"}.items():
        (folder / name).write_text(f'{STANDIN}{words} "$@"\n')
        (folder / name).chmod(0o755)


def make_user(folder, standin):
    """A user whose PATH finds no other kubectl-crashloop than krew's, and one krew."""
    hidden = ["kubectl-crashloop", *(["kubectl-krew"] if standin else [])]
    parts = [part for part in os.environ["PATH"].split(os.pathsep) if not any(Path(part, name).exists() for name in hidden)]
    if standin:
        add_standin(folder / "standin")
        parts.insert(0, str(folder / "standin"))
    root = folder / "krew"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KREW_")}
    path = os.pathsep.join([str(root / "bin"), *parts])
    return User(root, {**kept, "KREW_ROOT": str(root), "KREW_NO_UPGRADE_CHECK": "1", "PATH": path})
