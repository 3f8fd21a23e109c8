"""What krew v0.5.0 asks of a manifest, and `validate-krew-manifest` on top. Only for tests, where krew is not on PATH."""

import re

API = "krew.googlecontainertools.github.com/v1alpha2"
NAME = re.compile(r"[\w-]+", re.ASCII)
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
VERSION = re.compile(r"v\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?", re.ASCII)
SUM = re.compile(r"[a-f0-9]{64}")
SUPPORTED = tuple(
    (os, arch)
    for os, archs in {
        "windows": "386 amd64 arm64",
        "linux": "386 amd64 arm arm64 ppc64le",
        "darwin": "386 amd64 arm64",
    }.items()
    for arch in archs.split()
)


class Refused(Exception):
    """krew would end with this message and status 1."""


def need(condition, message):
    if not condition:
        raise Refused(message)


def check_manifest(name, plugin):
    """Raises Refused for what krew refuses, whichever way the manifest came."""
    spec = plugin.get("spec", {})
    own = plugin.get("metadata", {}).get("name", "")
    need(plugin.get("apiVersion") == API, f"plugin manifest has apiVersion={plugin.get('apiVersion')!r}")
    need(plugin.get("kind") == "Plugin", f"plugin manifest has kind={plugin.get('kind')!r}")
    need(NAME.fullmatch(name) and name.lower() not in DEVICES, f"the plugin name {name!r} is not allowed")
    need(own == name, f"plugin should be named {name!r}, not {own!r}")
    short = spec.get("shortDescription", "")
    need(short, "should have a short description")
    need(not set("\r\n") & set(short), "should not have line breaks in short description")
    need(spec.get("platforms"), "should have a platform")
    need(VERSION.fullmatch(spec.get("version", "")), f"failed to parse plugin version {spec.get('version')!r}")
    for platform in spec["platforms"]:
        check_platform(platform)


def check_platform(platform):
    for key in ("uri", "sha256", "bin"):
        need(platform.get(key), f"`{key}` has to be set")
    need(SUM.fullmatch(platform["sha256"]), f"`sha256` value {platform['sha256']} is not valid")
    files = platform.get("files")
    need(files is None or files, "`files` has to be unspecified or non-empty")
    for operation in files or ():
        for key in ("from", "to"):
            need(operation.get(key), f"`{key}` field has to be set")
    check_selector(platform.get("selector"))


def check_selector(selector):
    need(selector is not None, "nil selector is not supported")
    labels, expressions = selector.get("matchLabels"), selector.get("matchExpressions")
    need(labels is not None or expressions, "empty selector is not supported")
    for key in [*(labels or ()), *(expression["key"] for expression in expressions or ())]:
        need(key in ("os", "arch"), f"key {key!r} not supported")
    need(labels != {}, "`matchLabels` specified but empty")
    need(expressions != [], "`matchExpressions` specified but empty")


def holds(expression, labels):
    """One of matchExpressions; both keys always have a value here."""
    among = labels[expression["key"]] in expression.get("values", ())
    operators = {"In": among, "NotIn": not among, "Exists": True, "DoesNotExist": False}
    need(expression["operator"] in operators, f"{expression['operator']!r} is not a valid label selector operator")
    return operators[expression["operator"]]


def matches(selector, os, arch):
    labels = {"os": os, "arch": arch}
    plain = all(labels[key] == value for key, value in selector.get("matchLabels", {}).items())
    return plain and all(holds(expression, labels) for expression in selector.get("matchExpressions", ()))


def check_for_index(file_stem, plugin):
    """Raises Refused for what only validate-krew-manifest refuses. Gives each platform with a pair that it is for."""
    check_manifest(file_stem, plugin)
    platforms = plugin["spec"]["platforms"]
    pairs = [[pair for pair in SUPPORTED if matches(platform["selector"], *pair)] for platform in platforms]
    for number, own in enumerate(pairs):
        need(own, f"spec.platform[{number}]'s selector doesn't match any supported platforms")
    for pair in SUPPORTED:
        need(sum(pair in own for own in pairs) < 2, f"overlapping platform selectors found: {pair}")
    return [(platform, *own[0]) for platform, own in zip(platforms, pairs, strict=True)]
