"""Which names promise a secret, and which values under such a name are none."""

from __future__ import annotations

import re
from functools import lru_cache

MASK = "[masked]"

_KEYS_OF = (
    "api", "access", "account", "auth", "private", "encryption", "signing", "master", "session", "storage",
    "license", "shared", "ssh",
)  # fmt: skip
_KEY = "|".join(f"(?<={w}key)|(?<={w}[_-]key)" for w in _KEYS_OF)
SEARCH = rf"pass|pwd|secret|token|credential|masterauth|key(?:{_KEY})"
"""Finds, in lower case, pieces of a name that may promise a secret; `is_secret_name` has the last word."""

_PASS = r"(?:db|user|admin|root|smtp|mysql|pg|redis|key|store|require)pass|(?<![a-z])pass"
_WORD = re.compile(
    rf"passw(?:or)?d|passphrase|passcode|(?:{_PASS})(?![a-z])|(?<![a-z])pwd(?![a-z])"
    rf"|secret|token|credential|masterauth|key(?:{_KEY})"
)
_SEGMENT = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_TELLS_ABOUT = frozenset((
    "age", "algorithm", "allowed", "audience", "auth", "backend", "class", "column", "controller", "count",
    "dir", "directory", "disabled", "duration", "enabled", "encryption", "endpoint", "engine", "error",
    "errors", "exists", "expired", "expires", "expiration", "expiry", "field", "file", "filename", "files",
    "folder", "format", "header", "host", "id", "ids", "index", "interval", "issuer", "kind", "length",
    "len", "lifetime", "limit", "list", "location", "manager", "max", "min", "mode", "mount", "name",
    "names", "namespace", "ns", "path", "paths", "policy", "prefix", "process", "provider", "ref",
    "reference", "refs", "rejected", "request", "requests", "required", "review", "reviews", "rotation",
    "scope", "selector", "server", "set", "size", "source", "status", "store", "suffix", "timeout", "ttl",
    "type", "types", "uri", "url", "used", "valid", "version", "volume",
))  # fmt: skip
"""Last words of names such as `passwordFile`: they tell about a secret and hold none."""
_NAMES_ONE = frozenset((
    "existing", "use", "uses", "using", "no", "has", "have", "need", "needs", "max", "min", "num", "total",
    "automount", "enable", "disable",
))  # fmt: skip
_KEY_OF = ("password", "token", "passwd")
_PLURALS = ("tokens", "credentials", "secrets", "passwords")
_NOT_WORDS = ("tokeniz", "tokenis", "secretary", "secretion", "passwordless")

_HARMLESS = re.compile(
    r"""(?ix)
    \[masked\] | \*+ | x{3,} | <[\w .-]{0,40}> | \[?redacted\]? | %[sdvq] | \?
    | \$\{?[a-z_][a-z0-9_.]*:?-?\}? | \$\([a-z_][a-z0-9_.]*\) | \$\d+ | \{\{[^{}]*\}\}
    | null | nil | none | true | false | undefined | unset | yes | no | on | off | \d | -
    | eof | expired | invalid | missing | required | empty | unauthorized | forbidden | denied | refused | timeout
    | unknown | argument | flag | option | value | parameter | failed | failure | error | not | absent | ok | found
    | is | and | or
    | (?:[a-z]:|\.{0,2}/|~/)[\w.@:/\\-]*
    | https?://[^\s@]*
    | [a-z0-9.-]+/[a-z0-9.-]+
    """
)
_RANDOM_SEGMENT = re.compile(r"(?=[^/]*[a-z])(?=[^/]*[A-Z])(?=[^/]*\d)[^/]{16,}")


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """True for a name such as `DB_PASSWORD` or `apiKey`, false for `passwordSecretRef` or `TOKEN_FILE`."""
    low = name.lower()
    if not _WORD.search(low) or any(w in low for w in _NOT_WORDS):
        return False
    words = [w.lower() for w in _SEGMENT.findall(name)]
    if words[0] in _NAMES_ONE or (words[-1] in _TELLS_ABOUT and not low.endswith(("secret_id", "secretid"))):
        return False
    return not (words[-1] == "key" and len(words) > 1 and words[-2] in _KEY_OF) and words[-1] not in _PLURALS


_CODE = re.compile(r"(?:[A-Za-z_]\w{0,40}\.){1,4}\w{1,40}[(\[]|(?:getenv|env|environ|require|String|fetch)[(\[]|process\.env\b")
"""A call or a look-up of a program: `os.getenv(`, `config.get(`, `process.env.TOKEN`."""


@lru_cache(maxsize=4096)
def is_harmless(value: str) -> bool:
    """True for a value that is no secret under any name: a placeholder, a path, a status word, `shop/db`."""
    if _CODE.match(value):
        return True
    if not value or (len(value) <= 256 and _HARMLESS.fullmatch(value)):
        return not _RANDOM_SEGMENT.search(value)
    return False


_DIGIT = re.compile(r"\d")
_SYMBOL = re.compile(r"[!@#$%^&*+~=]")
_PLACE = re.compile(r"\w+\.\w{1,5}:\d+|HTTP/|\d{4}-\d\d-\d\d|\[?[\w.-]+\]?:\d{1,5}$")


def looks_random(value: str) -> bool:
    """True for a value that hardly stands in a sentence: long, with digits or symbols among its letters."""
    if len(value) < 6 or value.endswith(":") or _PLACE.match(value):
        return False
    return bool((_DIGIT.search(value) and re.search("[A-Za-z]", value)) or _SYMBOL.search(value))
