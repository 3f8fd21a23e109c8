"""Masks what looks like a secret, once, when reading ends: rules, reports and snapshots see the same text.

A name in front of a value decides (`password=`, `"token": "..."`, `--api-key X`), or the value's own
form does (a JWT, an access key, a PEM block). Names, paths and sentences about secrets stay, since
diagnosis lives on them. Time is linear in the text; masking twice changes nothing.
"""

from __future__ import annotations

import re
from string import ascii_letters, digits

from .redact_objects import redact_with
from .secret_words import MASK, SEARCH, is_harmless, is_secret_name, looks_random

_TOKENS = re.compile(
    r"""(?x) (?<![A-Za-z0-9])(?:
      eyJ[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]*)?                                      # JWT
    | (?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])                                       # AWS
    | gh[pousr]_[A-Za-z0-9]{20,255} | github_pat_\w{20,}                          # GitHub
    | gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-[\w-]{20,}                    # GitLab
    | xox[abeoprs]-[A-Za-z0-9-]{10,} | xapp-\d-[A-Za-z0-9-]{10,}                  # Slack
    | AIza[\w-]{35} | ya29\.[\w-]{20,} | GOCSPX-[\w-]{20,}                        # Google
    | [rs]k_(?:live|test)_[A-Za-z0-9]{16,} | (?<![\w-])sk-(?=[\w-]{0,60}\d)[\w-]{20,}      # Stripe, OpenAI
    | npm_[A-Za-z0-9]{36} | dckr_pat_[\w-]{20,} | hv[sb]\.[\w-]{20,}              # npm, Docker, Vault
    | SG\.[\w-]{16,64}\.[\w-]{16,} | dop_v1_[a-f0-9]{64} | AGE-SECRET-KEY-1[A-Z0-9]{58}
    )"""
)
_SLACK_HOOK = re.compile(r"(hooks\.slack\.com/(?:services|workflows)/)[\w/-]+")
_URL_END = re.compile(r"""[\s"'<>]|$""")
_PORT = re.compile(r"\d{1,5}(?:[/?#,;)]|$)")
_GO_DSN = re.compile(r"(?<![\w.-])([\w.-]{1,64}:)([^\s@\"']{1,128})$")
_GO_DSN_HOST = re.compile(r"@(?=(?:tcp|udp|unix)6?\()")
_SENTENCES = re.compile(
    r"""(?ix)
      (?P<a>\bauthorization(?:\\{0,3}["'])?\s{0,3}[:=]\s{0,3}(?:\\{0,3}["'])?(?:(?:basic|bearer|digest|token|negotiate|apikey)\s{1,3})?)
        (?P<b>[^\s"'\\,;]{6,})
    | (?P<c>\b(?:bearer|basic)\s{1,3})(?P<d>(?=[\w.~+/=-]{0,60}\d)[\w.~+/=-]{16,})
    | (?P<e>\bcookie:\s{0,3})(?P<f>[^\s\n][^\n]{0,4000})
    | (?P<g>\bpassword\ is\ generated\ for\ [^\s:]{1,80}:\s)(?P<h>\S+)
    | (?P<i>\bidentified\ (?:with\ \S{1,40}\ )?by\ (?:password\ )?')(?P<j>[^'\n]{1,200})
    | (?P<k>\s(?:-u|--user)[\s=]["']?(?!\d+:\d)[\w.@-]{1,64}:)(?P<l>[^\s"']{1,200})
    | (?P<m>\bapi\ key(?:\ provided)?:\s)(?P<n>(?=[\w-]{0,60}\d)[\w.-]{8,})
    """
)
_SENTENCE_WORDS = ("authorization", "bearer", "basic ", "cookie:", "generated for", "identified ", "api key", " -u", " --user")
_PEM_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----")
_PEM_END = re.compile(r"-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----")
_PEM_LINE = re.compile(r"(?:\n|\\n|\s|[A-Za-z0-9+/=]{16,}|[A-Za-z0-9+/=]{1,16}$)+", re.MULTILINE)
_PEM_MAX, _PEM_END_LENGTH = 16384, 64

MAX_KEPT = 256
"""Longer values are masked whatever they look like, which also keeps the time linear."""
_PROSE = r"[ \t]{1,8}[a-z]{1,40}(?::\s|[ \t]{1,8}[^\s=:]{1,60}(?![=:\w]))"
"""What `_is_mapping_value` would refuse anyway, refused sooner."""
_KEY = re.compile(
    rf"""(?x) (?:{SEARCH}|sig(?<=[?&]sig))
    (?=(?P<rest>[\w.-]{{0,40}}))(?P=rest) (?:
        (?P<sep>(?:\\{{0,3}}["'`]\]?)? \s{{0,3}} (?:=>|=(?![=:])|:(?![=:]|{_PROSE}))) [ \t]{{0,8}}
      | (?P<flag>["']?,?\s{{1,3}}|["'],)(?=\S)
      | (?P<tag>>)(?=[^<\s])
    )"""
)
_QUOTED = re.compile(r""""(?P<a>[^"\\\n]*(?:\\.[^"\\\n]*)*)"|'(?P<b>[^'\n]*)'|\\+"(?P<c>[^"\\\n]*)\\+"|`(?P<d>[^`\n]*)`""")
_QUOTES = frozenset("\"'\\`")
_BARE = re.compile(r"""(?:[^\s"'&;,<]+|,(?![\s"']|[\w.-]{1,40}[=:]))+""")
_NAME_CHARACTERS = ascii_letters + digits + "_.-"
_PROSE_AFTER = re.compile(r"[ \t]+[^\s=:]+(?![=:\w])")
_SENTENCE_AFTER = re.compile(r"[ \t]+[a-z]+\b(?![=:])")


def redact_text(text: str) -> str:
    """`text` with the secrets of a log, a message or a command line masked; its lines keep their numbers."""
    if "PRIVATE KEY" in text:
        text = _redact_pem(text)
    text = _redact_known_forms(text)
    return _redact_named(text)


def redact_object(obj: dict[str, object]) -> dict[str, object]:
    """A copy of a Kubernetes object (or a list of them) without the values that look secret.

    ConfigMaps and Secrets keep their key names only; `last-applied-configuration` is dropped.
    """
    return redact_with(obj, redact_text)


redact_pod_like = redact_object


def _redact_known_forms(text: str) -> str:
    if "://" in text:
        text = _SLACK_HOOK.sub(rf"\g<1>{MASK}", _redact_urls(text))
    if "@" in text:
        text = _redact_go_dsn(text)
    text = _TOKENS.sub(MASK, text)
    low = _lower(text)
    return _SENTENCES.sub(_masked_sentence, text) if any(word in low for word in _SENTENCE_WORDS) else text


def _lower(text: str) -> str:
    """Lower case of ASCII only, so that places in both texts are the same."""
    return text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


def _masked_sentence(match: re.Match[str]) -> str:
    before, value = [g for g in match.groups() if g is not None]
    return match[0] if is_harmless(value) else before + MASK


def _redact_urls(text: str) -> str:
    """Masks the password of `scheme://user:password@host`, also one that holds `@` or `/`."""
    parts, done, url = [], 0, text.find("://")
    word_end = 0
    while url >= 0:
        start = url + 3
        following = text.find("://", start)
        if word_end < start:
            found = _URL_END.search(text, start)
            word_end = found.start() if found else len(text)
        at = text.rfind("@", start, min(word_end, following) if following >= 0 else word_end)
        user, colon, password = text[start : max(at, start)].partition(":")
        if colon and password and not set(user) & set("/?#[@") and not _PORT.match(password):
            parts += [text[done : at - len(password)], MASK]
            done = at
        url = following
    return "".join([*parts, text[done:]]) if parts else text


def _redact_go_dsn(text: str) -> str:
    parts, done = [], 0
    for host in _GO_DSN_HOST.finditer(text):
        found = _GO_DSN.search(text[max(done, host.start() - 200) : host.start()])
        if found:
            parts += [text[done : host.start() - len(found[2])], MASK]
            done = host.start()
    return "".join([*parts, text[done:]])


def _redact_pem(text: str) -> str:
    """Masks the lines of each key block; what follows a block that was cut off stays."""
    parts, done, searched = [], 0, 0
    for begin in _PEM_BEGIN.finditer(text):
        start = begin.end()
        if start <= done:
            continue
        end = _PEM_END.search(text, max(start, searched), start + _PEM_MAX)
        searched = start if end else max(searched, start + _PEM_MAX - _PEM_END_LENGTH)
        cut = _PEM_LINE.match(text, start, start + _PEM_MAX)
        stop = end.start() if end else cut.end() if cut else start
        breaks = text.count("\n", start, stop)
        parts += [text[done:start], MASK, f"\n{MASK}" * (breaks - 1), "\n" if breaks else ""]
        done = stop
    return "".join([*parts, text[done:]])


def _redact_named(text: str) -> str:
    low = _lower(text)
    parts, done, at = [], 0, 0
    while (key := _KEY.search(low, at)) is not None:
        span = _secret_span(text, key)
        if span is None:
            at = key.end()
        else:
            parts += [text[done : span[0]], MASK]
            done = at = span[1]
    return "".join([*parts, text[done:]]) if parts else text


def _secret_span(text: str, key: re.Match[str]) -> tuple[int, int] | None:
    """Where the secret behind this name stands; None where there is none."""
    start, end = key.start(), key.end()
    lead = text[max(0, start - 60) : start]
    first = start - len(lead) + len(lead.rstrip(_NAME_CHARACTERS))
    if key["flag"] and text[first : first + 1] != "-":
        return None
    name = text[first : key.end("rest")]
    if not (is_secret_name(name) or name == "sig") or text.startswith(MASK, end):
        return None
    quoted = _QUOTED.match(text, end) if text[end : end + 1] in _QUOTES else None
    found = quoted or _BARE.match(text, end)
    if found is None:
        return None
    at, to = found.span(found.lastgroup or 0)
    if to - at > MAX_KEPT:
        return at, to
    value = text[at:to] if quoted else _trimmed(text[at:to])
    masked = text.startswith(MASK, at) or is_harmless(value)
    return None if masked or not _is_value(text, key, first, value, to, bool(quoted)) else (at, at + len(value))


def _trimmed(value: str) -> str:
    """The value without what closes the sentence or the brackets around it."""
    opened = {")": "(", "]": "[", "}": "{"}
    while value and (value[-1] in ".>\\:" or (value[-1] in opened and opened[value[-1]] not in value)):
        value = value[:-1]
    return value


def _is_value(text: str, key: re.Match[str], first: int, value: str, end: int, quoted: bool) -> bool:
    """True where what follows the name is its value rather than the next words of a sentence."""
    if key["tag"]:
        return text[first - 1 : first] == "<"
    if key["flag"]:
        return not value.startswith("-") and (looks_random(value) or quoted or not _SENTENCE_AFTER.match(text, end))
    if "=" in key["sep"]:
        return True
    return _is_mapping_value(text, first, key, value, end, quoted)


def _is_mapping_value(text: str, first: int, key: re.Match[str], value: str, end: int, quoted: bool) -> bool:
    """`key: value`, as against `cannot read token: unexpected end`."""
    if key["sep"][0] in "\\\"'`":
        return text[first : key.end("rest")].lower() not in ("token", "secret") or value.count(" ") < 2
    lead = text[max(0, first - 2) : first]
    if lead.endswith(("/", ":")) or (text[end - 1 : end] == ":" and not quoted):
        return False
    if lead[-1:] == " " and lead[0].isalpha():
        return looks_random(value)
    return quoted or looks_random(value) or not _PROSE_AFTER.match(text, end)
