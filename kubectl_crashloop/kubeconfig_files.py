"""Kubeconfig files: which ones count, how they are read, and how several become one.

Source: client-go `clientcmd/loader.go` (ClientConfigLoadingRules) and `clientcmd/api/v1/types.go`.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from .connection import ConfigError
from .kubeconfig_entries import ClusterEntry, ContextEntry, ExecEntry, UserEntry

_Entry = TypeVar("_Entry")
_KINDS = {dict: "object", list: "array", str: "string", bool: "bool", int: "number", float: "number"}
_EXEC_EXTENSION = "client.authentication.k8s.io/exec"


@dataclass(frozen=True)
class Kubeconfig:
    """The merged files. `paths` are those that were looked for, `found` says whether any of them exists."""

    contexts: Mapping[str, ContextEntry]
    clusters: Mapping[str, ClusterEntry]
    users: Mapping[str, UserEntry]
    current_context: str
    paths: tuple[str, ...]
    found: bool


def load(explicit: str, environ: Mapping[str, str]) -> Kubeconfig:
    """Reads `--kubeconfig` if given, else every file of `KUBECONFIG`, else `~/.kube/config`.

    The first file that has a name, or sets current-context, wins. Raises ConfigError for a missing `--kubeconfig`
    and for a file that cannot be read or understood; other missing files and empty ones are skipped.
    """
    if explicit:
        try:
            Path(explicit).stat()
        except OSError as error:
            raise ConfigError(f"error: stat {explicit}: {reason(error)}") from None
    paths = (explicit,) if explicit else _paths(environ)
    files = [part for part in map(_read, paths) if part is not None]
    return Kubeconfig(
        _first(f.contexts for f in files),
        _first(f.clusters for f in files),
        _first(f.users for f in files),
        next((f.current_context for f in files if f.current_context), ""),
        paths,
        bool(files),
    )


def reason(error: OSError) -> str:
    """The system's words for an error, as Go prints them."""
    text = error.strerror or str(error)
    return text[:1].lower() + text[1:]


def _paths(environ: Mapping[str, str]) -> tuple[str, ...]:
    listed = [path for path in environ.get("KUBECONFIG", "").split(os.pathsep) if path]
    if listed or environ.get("KUBECONFIG"):
        return tuple(dict.fromkeys(listed))
    home = environ.get("HOME") or environ.get("USERPROFILE") or Path("~").expanduser()
    return (str(Path(home) / ".kube" / "config"),)


def _first(parts: Any) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for part in parts:
        merged = {**part, **merged}
    return merged


def _read(path: str) -> Kubeconfig | None:
    try:
        data = Path(path).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f'error: error loading config file "{path}": open {path}: {reason(error)}') from None
    try:
        return _parse(data, path)
    except ValueError as error:
        raise ConfigError(f'error: error loading config file "{path}": {error}') from None


def _parse(data: bytes, path: str) -> Kubeconfig:
    raw = _yaml(data)
    if raw is None:
        raw = {}
    if not isinstance(raw, dict):
        raise ValueError(f"couldn't get version/kind; json: cannot unmarshal {_kind(raw)} into a Config")
    kind, version = raw.get("kind") or "Config", raw.get("apiVersion") or "v1"
    if (kind, version) != ("Config", "v1"):
        raise ValueError(f'no kind "{kind}" is registered for version "{version}"')
    folder = Path(path).absolute().parent
    return Kubeconfig(
        _named(raw, "contexts", "context", _context),
        _named(raw, "clusters", "cluster", lambda f: _cluster(f, folder)),
        _named(raw, "users", "user", lambda f: _user(f, folder)),
        _Fields(raw, "Config").text("current-context"),
        (path,),
        True,
    )


def _yaml(data: bytes) -> Any:
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(data, Loader=loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ValueError(f"yaml: line {line}: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise ValueError(f"yaml: {error}") from None


def _named(raw: dict[str, Any], key: str, inner: str, build: Callable[[_Fields], _Entry]) -> dict[str, _Entry]:
    entries: dict[str, _Entry] = {}
    for item in _Fields(raw, "Config").items(key):
        fields = _Fields(item, key)
        name = fields.text("name")
        if name in entries:
            raise ValueError(f'duplicate name "{name}" in list: {key}')
        entries[name] = build(_Fields(fields.object(inner), f"{key}.{inner}"))
    return entries


def _context(fields: _Fields) -> ContextEntry:
    return ContextEntry(fields.text("cluster"), fields.text("user"), fields.text("namespace"))


def _cluster(fields: _Fields, folder: Path) -> ClusterEntry:
    extensions = {item.get("name"): item.get("extension") for item in fields.items("extensions")}
    return ClusterEntry(
        fields.text("server"),
        fields.text("tls-server-name"),
        fields.flag("insecure-skip-tls-verify"),
        fields.path("certificate-authority", folder),
        fields.data("certificate-authority-data"),
        fields.text("proxy-url"),
        fields.flag("disable-compression"),
        extensions.get(_EXEC_EXTENSION),
    )


def _user(fields: _Fields, folder: Path) -> UserEntry:
    provider, plugin = fields.object("auth-provider"), fields.object("exec")
    extra = _Fields(fields.object("as-user-extra"), "users.user.as-user-extra")
    return UserEntry(
        fields.path("client-certificate", folder),
        fields.data("client-certificate-data"),
        fields.path("client-key", folder),
        fields.data("client-key-data"),
        fields.text("token"),
        fields.path("tokenFile", folder),
        fields.text("username"),
        fields.text("password"),
        fields.text("as"),
        fields.text("as-uid"),
        fields.texts("as-groups"),
        tuple((key, value) for key in extra.raw for value in extra.texts(key)),
        _auth_provider(provider) if "auth-provider" in fields.raw and provider else None,
        _exec(_Fields(plugin, "users.user.exec"), folder) if fields.raw.get("exec") is not None else None,
    )


def _auth_provider(raw: dict[str, Any]) -> tuple[str, Mapping[str, str]]:
    fields = _Fields(raw, "users.user.auth-provider")
    config = _Fields(fields.object("config"), "users.user.auth-provider.config")
    return fields.text("name"), {key: config.text(key) for key in config.raw}


def _exec(fields: _Fields, folder: Path) -> ExecEntry:
    command = fields.text("command")
    if command and Path(command).name != command:
        command = str(folder / command)
    env = tuple((_Fields(item, "env").text("name"), _Fields(item, "env").text("value")) for item in fields.items("env"))
    return ExecEntry(
        command,
        fields.text("apiVersion"),
        fields.texts("args"),
        env,
        fields.text("interactiveMode"),
        fields.flag("provideClusterInfo"),
        fields.text("installHint"),
    )


class _Fields:
    """The fields of one object. A field of the wrong type raises ValueError in Go's words; null is absence."""

    def __init__(self, raw: Any, where: str) -> None:
        self.raw: dict[str, Any] = raw
        self._where = where

    def _get(self, key: str, kind: type, empty: Any) -> Any:
        value = self.raw.get(key)
        if value is None:
            return empty
        if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
            raise ValueError(
                f"json: cannot unmarshal {_kind(value)} into Go struct field {self._where}.{key} of type {_KINDS[kind]}"
            )
        return value

    def text(self, key: str) -> str:
        return str(self._get(key, str, ""))

    def flag(self, key: str) -> bool:
        return bool(self._get(key, bool, False))

    def object(self, key: str) -> dict[str, Any]:
        return dict(self._get(key, dict, {}))

    def items(self, key: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self._get(key, list, [])
        for item in items:
            if not isinstance(item, dict):
                raise ValueError(f"json: cannot unmarshal {_kind(item)} into {self._where}.{key}")
        return items

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(_Fields({key: item}, self._where).text(key) for item in self._get(key, list, []))

    def path(self, key: str, folder: Path) -> str:
        value = self.text(key)
        return str(folder / value) if value else ""

    def data(self, key: str) -> bytes:
        try:
            return base64.b64decode("".join(self.text(key).split()), validate=True)
        except (binascii.Error, ValueError) as error:
            if "unmarshal" in str(error):
                raise
            raise ValueError(f"illegal base64 data in {self._where}.{key}") from None


def _kind(value: Any) -> str:
    return _KINDS.get(type(value), type(value).__name__)
