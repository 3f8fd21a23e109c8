"""Makes hostile text harmless, once, on entry: what a terminal would obey is dropped or made visible.

Every function is linear in the length of its input.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_SUSPECT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
# A string sequence ends on its line: otherwise an unfinished one could hide the lines that explain a crash.
_SEQUENCE = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor movement
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n\r]*(?:\x07|\x1b\\\\|\x9c)"  # OSC, DCS and kin
    "|\x1b[ -/]+[0-~]|\x1b[78=>]"  # character sets, saved cursor, keypad: what `tput` writes
)
# Before a colon or a closing quote a CR belongs to a name: a script with Windows line ends, which is a cause.
_CR_IN_NAME = re.compile("(?<=[^\\s])\r(?=['\"]?: )")
_CR = re.compile("\r+\n?")


def sanitize(text: str) -> str:
    """`text` without escape sequences; other control, bidi and invisible characters as `\\x07`, `\\u202e`.

    Newlines and tabs stay; `\\r\\n` and a lone `\\r` become a newline.
    """
    if not _SUSPECT.search(text):
        return text
    text = _SEQUENCE.sub("", text.removeprefix("\ufeff"))
    if "\r" in text:
        text = _CR.sub("\n", _CR_IN_NAME.sub(r"\\r", text))
    return _SUSPECT.sub(_visible, text)


def _visible(match: re.Match[str]) -> str:
    return visible_character(match[0])


@lru_cache(maxsize=512)
def visible_character(character: str) -> str:
    """The character as an escape: `\\x07`, `\\u202e`, `\\U000e0041`."""
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def sanitize_tree(obj: Any) -> Any:
    """A copy of a JSON value with every string and every key sanitized."""
    if isinstance(obj, str):
        return sanitize(obj)
    if isinstance(obj, dict):
        return {sanitize(k) if isinstance(k, str) else k: sanitize_tree(v) for k, v in obj.items()}
    if isinstance(obj, list):
        return [sanitize_tree(v) for v in obj]
    return obj


def one_line(text: str) -> str:
    """The sanitized text on one line, runs of white space as one space."""
    return " ".join(sanitize(text).split())
