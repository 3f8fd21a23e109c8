"""What stands in an entry for a value of the pod: `{{name}}`."""

from __future__ import annotations

import re

PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
