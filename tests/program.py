"""The command that tests run as a process: this checkout, or the built binary (scripts/test --binary)."""

import os
import sys

BINARY = os.environ.get("KUBECTL_CRASHLOOP_BINARY", "")
PROGRAM = [BINARY] if BINARY else [sys.executable, "-m", "kubectl_crashloop"]
