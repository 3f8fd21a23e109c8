"""Lays out what PyInstaller reads: the package with its compiled knowledge, and its folders as one archive.

stage.py FOLDER COMMIT DATE        run with FOLDER as PYTHONPATH after the copy; see scripts/build
"""

import importlib
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("causes", "demo", "shells")


def main(stage, commit, date):
    package = Path(stage) / "kubectl_crashloop"
    shutil.rmtree(stage, ignore_errors=True)
    shutil.copytree(ROOT / "kubectl_crashloop", package, ignore=shutil.ignore_patterns("__pycache__", "*.pickle"))
    sys.path.insert(0, stage)
    bundled = importlib.import_module("kubectl_crashloop.bundled")
    bundled.compile_bundled()
    importlib.import_module("kubectl_crashloop.texts").write_texts(bundled.bundled_knowledge(), package / "texts.marshal")
    write_folders(package)
    facts = {"commit": commit, "date": date, "client": version("kubernetes")}
    (package / "build.txt").write_text("".join(f"{name} {value}\n" for name, value in facts.items()), encoding="utf-8")
    subprocess.run([sys.executable, ROOT / "scripts" / "patterns.py", stage, Path(stage) / "patterns.marshal"], check=True)
    for name in FOLDERS:
        shutil.rmtree(package / name)


def write_folders(package):
    """`folders.zip`: the same bytes whenever and wherever it is made."""
    files = sorted(f for name in FOLDERS for f in (package / name).rglob("*") if f.is_file())
    with zipfile.ZipFile(package / "folders.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(zipfile.ZipInfo(file.relative_to(package).as_posix()), file.read_bytes(), zipfile.ZIP_DEFLATED, 9)


if __name__ == "__main__":
    main(*sys.argv[1:])
