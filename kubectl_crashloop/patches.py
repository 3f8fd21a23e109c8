"""A patch of a pod spec made fit for the object that holds it: wrapped, written out, and taken back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from .model import JSON

_WORD = re.compile(r"(?<![\w.-])[A-Z][A-Z_]{2,}(?![\w.-])")
_AS_THEY_ARE = frozenset(("ALL", "AWS", "IPC_LOCK", "JAVA_TOOL_OPTIONS", "NODE_OPTIONS", "SSL_CERT_FILE", "CREATE", "DATABASE"))
"""Upper-case words of the knowledge base that are names, not places for the reader's own."""
_SCALAR = re.compile(r"(?m)(?<=[:-] )[A-Z][A-Z_]{2,}$")
MERGE_KEYS = {
    "containers": "name", "initContainers": "name", "volumes": "name", "env": "name", "imagePullSecrets": "name",
    "volumeMounts": "mountPath", "ports": "containerPort",
}  # fmt: skip
"""Lists of a pod spec that a strategic patch merges item by item, with the key that tells the items apart
(patchMergeKey in k8s.io/api/core/v1/types.go); any other list is replaced."""

_WHOLE_LISTS = ("tolerations", "sysctls", "add")
"""Lists that a patch replaces as a whole though it means to add to them."""


def wrapped(spec: JSON, path: Iterable[str]) -> JSON:
    """The patch of a pod spec as a patch of the object that holds the spec at `path`."""
    patch = spec
    for name in reversed(tuple(path)):
        patch = {name: patch}
    return patch


def words_of(template: str) -> tuple[str, ...]:
    """The words in UPPER CASE that the reader must put something of their own in place of."""
    found = _WORD.findall(re.sub(r"\{\{.*?\}\}", "x", template))
    return tuple(dict.fromkeys(w for w in found if w not in _AS_THEY_ARE))


def inline(patch: JSON, words: Iterable[str] = ()) -> str:
    """The patch on one line. Of the `words` to fill in, one that ends in _NUMBER stands without quotes, as the number will."""
    text = json.dumps(patch, ensure_ascii=False, separators=(",", ":"))
    for word in words:
        text = text.replace(f'"{word}"', word) if word.endswith("_NUMBER") else text
    return text


def as_yaml(value: JSON, words: Iterable[str] = ()) -> str:
    """Block YAML with the keys in their order. A word to fill in is quoted unless it stands for a number."""
    import yaml

    text = str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True, default_flow_style=False)).rstrip("\n")
    texts = [word for word in words if not word.endswith("_NUMBER")]
    return _SCALAR.sub(lambda m: f'"{m[0]}"' if m[0] in texts else m[0], text)


def fitted(patch: JSON, original: JSON) -> JSON:
    """The patch as a pod spec that holds `original` takes it without losing anything of its own:

    a volume that the patch brings gets a name that is free, a variable loses its other source, lists that are replaced
    as a whole keep their items beside the new ones, and what is not there is not removed.
    """
    return _fitted(_with_free_names(patch, original), original)


def _with_free_names(patch: JSON, original: JSON) -> JSON:
    mounted = {m["name"] for c in (*patch.get("containers", ()), *patch.get("initContainers", ())) for m in _named_mounts(c)}
    taken = {v["name"] for v in original.get("volumes") or ()}
    free = {n: _free(n, taken) for n in mounted & taken & {v["name"] for v in patch.get("volumes") or ()}}

    def renamed(item: JSON) -> JSON:
        return {**item, "name": free.get(item.get("name", ""), item.get("name"))} if "name" in item else item

    def remounted(container: JSON) -> JSON:
        mounts = container.get("volumeMounts")
        return {**container, "volumeMounts": [renamed(m) for m in mounts]} if mounts else container

    change = {"volumes": renamed, "containers": remounted, "initContainers": remounted}
    return {k: [change[k](item) for item in v] if k in change else v for k, v in patch.items()} if free else patch


def _named_mounts(container: JSON) -> list[JSON]:
    return [m for m in container.get("volumeMounts") or () if "name" in m]


def _free(name: str, taken: set[str]) -> str:
    return next(f"{name}-{n}" for n in range(2, len(taken) + 3) if f"{name}-{n}" not in taken)


def _fitted(patch: JSON, original: JSON) -> JSON:
    fit: JSON = {}
    for name, wanted in patch.items():
        known = original.get(name)
        if wanted is None and known is None:
            continue
        if isinstance(wanted, dict) and isinstance(known, dict):
            fit[name] = _fitted(wanted, known)
        elif isinstance(wanted, list) and known and name in MERGE_KEYS:
            by_key = {item.get(MERGE_KEYS[name]): item for item in known}
            fit[name] = [_fitted(item, by_key.get(item.get(MERGE_KEYS[name]), {})) for item in wanted]
        elif isinstance(wanted, list) and known and name in _WHOLE_LISTS and not words_of(json.dumps(wanted)):
            fit[name] = [*(item for item in known if not _replaced(item, wanted)), *wanted]
        else:
            fit[name] = _fitted(wanted, {}) if isinstance(wanted, dict) else wanted
    for source, other in (("value", "valueFrom"), ("valueFrom", "value")):
        if source in patch and other in original:
            fit[other] = None
    return fit


def _replaced(item: Any, wanted: list[Any]) -> bool:
    return item in wanted or (isinstance(item, dict) and "name" in item and any(item["name"] == w.get("name") for w in wanted))


def inverse(patch: JSON, original: JSON) -> JSON:
    """The strategic patch that makes `original` again of what `patch` makes of it."""
    back: JSON = {}
    for name, wanted in patch.items():
        if name == "$patch":
            continue
        known = original.get(name)
        if isinstance(wanted, dict) and isinstance(known, dict):
            back[name] = inverse(wanted, known)
        elif isinstance(wanted, list) and name in MERGE_KEYS and known is not None:
            back[name] = _items_back(wanted, known, MERGE_KEYS[name])
        else:
            back[name] = known
    return back


def _items_back(wanted: list[Any], known: list[Any], key: str) -> list[Any]:
    by_key = {item.get(key): item for item in known}
    back = []
    for item in wanted:
        old = by_key.get(item.get(key))
        if old is None:
            back.append({key: item.get(key), "$patch": "delete"})
        elif "$patch" in item:
            back.append(old)
        else:
            back.append({**inverse(item, old), key: item[key]})
    return back
