"""`python -m kubectl_crashloop`."""

import sys

from .cli import main

sys.exit(main())
