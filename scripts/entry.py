"""Where the binary begins."""

import os
import sys

# PyInstaller puts its own libraries first; a credential plugin or a pager must not load them.
_OWN = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if _OWN is not None:
    os.environ["LD_LIBRARY_PATH"] = _OWN
else:
    os.environ.pop("LD_LIBRARY_PATH", None)
for _name in [name for name in os.environ if name.startswith("_PYI_")]:
    del os.environ[_name]

from kubectl_crashloop.cli import main  # noqa: E402

sys.exit(main())
