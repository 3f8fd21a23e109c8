"""Quotes values for what they are pasted into: a shell, a YAML patch."""

from __future__ import annotations

import json
import re
import shlex

from .sanitize import sanitize

_LINE_BREAKS = str.maketrans({"\n": "\\n", "\r": "\\r", "\t": "\\t"})
_SIMPLE = re.compile(r"[A-Za-z_/][A-Za-z0-9_./-]*|[1-9]\d*[A-DF-Za-df-z][a-z]?")
_WORDS_WITH_MEANING = frozenset(("true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"))
_YAML_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def shell_quote(value: str) -> str:
    """`value` as one word of a POSIX shell, on one line: control characters become visible escapes."""
    return shlex.quote(sanitize(value.translate(_LINE_BREAKS)))


def yaml_scalar(value: str) -> str:
    """`value` as a YAML scalar that reads back as the same string, also within `{}` and `[]`.

    Plain where it is a simple word, else in double quotes.
    """
    if _SIMPLE.fullmatch(value) and value.lower() not in _WORDS_WITH_MEANING:
        return value
    # Not ensure_ascii: YAML does not join the surrogate pairs of JSON.
    quoted = json.dumps(value, ensure_ascii=False)
    return _YAML_UNPRINTABLE.sub(lambda m: f"\\u{ord(m[0]):04x}", quoted)
