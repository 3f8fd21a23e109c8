"""Masks Kubernetes objects: environment, arguments, annotations, messages, data of ConfigMaps and Secrets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .secret_words import MASK, is_harmless, is_secret_name

Mask = Callable[[str], str]

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_KEYS_ONLY = {"ConfigMap": ("data", "binaryData"), "Secret": ("data", "stringData")}
_AS_THEY_ARE = frozenset(("labels", "matchLabels", "selector", "nodeSelector", "managedFields"))
"""Parts whose values other objects refer to."""


def redact_with(obj: dict[str, Any], mask: Mask) -> dict[str, Any]:
    """A masked copy of an object or of a list of objects; `mask` is for texts."""
    kind = str(obj.get("kind", ""))
    if kind.endswith("List") and isinstance(obj.get("items"), list):
        return {**obj, "items": [_item(kind.removesuffix("List"), o, mask) for o in obj["items"]]}
    dropped = _KEYS_ONLY.get(kind, ())
    kept = {k: v for k, v in obj.items() if k not in dropped}
    masked: dict[str, Any] = _dict(kept, mask)
    masked.update({k: _key_names(obj[k]) for k in dropped if k in obj})
    return {k: masked[k] for k in obj}


def _item(kind: str, obj: Any, mask: Mask) -> Any:
    """An item of a typed list need not name its kind."""
    if not isinstance(obj, dict):
        return obj
    return redact_with({"kind": kind, **obj} if kind in _KEYS_ONLY else obj, mask)


def _key_names(data: Any) -> Any:
    return dict.fromkeys(data, "") if isinstance(data, dict) else None


def _dict(obj: dict[str, Any], mask: Mask) -> dict[str, Any]:
    if isinstance(obj.get("name"), str) and isinstance(obj.get("value"), str):
        return {**obj, "value": _named_value(obj["name"], obj["value"], mask)}
    return {k: _value(k, v, mask) for k, v in obj.items()}


def _value(key: Any, value: Any, mask: Mask) -> Any:
    if key in _AS_THEY_ARE:
        return value
    if key == "annotations" and isinstance(value, dict):
        return {k: _named_value(k, v, mask) for k, v in value.items() if k != LAST_APPLIED}
    if isinstance(value, str):
        return _named_value(str(key), value, mask)
    if isinstance(value, dict):
        return _dict(value, mask)
    if isinstance(value, list):
        return list(_words(value, mask) if key in ("args", "command") else _items(value, mask))
    return value


def _items(values: list[Any], mask: Mask) -> Iterator[Any]:
    for value in values:
        yield mask(value) if isinstance(value, str) else _value("", value, mask)


def _words(words: list[Any], mask: Mask) -> Iterator[Any]:
    """Arguments one by one; the one after a bare `--token` is its value."""
    flag = ""
    for word in words:
        if not isinstance(word, str):
            yield word
            continue
        yield MASK if flag and not word.startswith("-") and not is_harmless(word) else mask(word)
        flag = word if word.startswith("-") and not set(word) & set("= ") and is_secret_name(word) else ""


def _named_value(name: str, value: Any, mask: Mask) -> Any:
    if not isinstance(value, str) or not value:
        return value
    low = name.lower()
    secret = is_secret_name(name) or (low.endswith("_key") and len(value) >= 12) or low == "authorization"
    return MASK if secret and not is_harmless(value) else mask(value)
