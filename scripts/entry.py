"""Where the binary begins."""

import importlib.util
import os
import sys
import types


def give_back_environment():
    """PyInstaller puts its own libraries first; a credential plugin must not load them, nor see PyInstaller's variables."""
    own = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    os.environ.pop("LD_LIBRARY_PATH", None)
    if own is not None:
        os.environ["LD_LIBRARY_PATH"] = own
    for name in [name for name in os.environ if name.startswith("_PYI_")]:
        del os.environ[name]


def import_when_used(name):
    """`name` is loaded when something of it is used: dataclasses imports inspect, and uses it for no class of ours."""
    spec = importlib.util.find_spec(name)
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


def without_versions():
    """Two libraries ask for a version when they are imported. A binary holds none, and finding none takes 10 ms."""
    module = types.ModuleType("importlib.metadata")
    module.PackageNotFoundError = ModuleNotFoundError
    module.version = lambda name: "unknown"
    sys.modules[module.__name__] = module


give_back_environment()
import_when_used("inspect")
without_versions()

from kubectl_crashloop.cli import main  # noqa: E402

sys.exit(main())
