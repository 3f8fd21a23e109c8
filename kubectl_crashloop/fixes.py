"""Fixes of the knowledge base filled with this pod's values: patches for the right object, commands ready to paste."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from .facts import SPEC_LISTS
from .knowledge import Entry, fill, parse_yaml
from .model import JSON, Fix, Owner
from .owners import KEEPERS, PATCHABLE, ROLLED
from .patches import as_yaml, fitted, inline, inverse, words_of, wrapped
from .quoting import shell_quote

MAX_FIXES = 3
_RAW = ("command_line", "kubectl", "kubectl_cluster", "owner", "editable", "rollout", "scalable", "deployment", "job", "cronjob")
"""Values that are command words already."""


def fixes_of(entry: Entry, values: Mapping[str, str], owner: Owner | None, role: str) -> tuple[Fix, ...]:
    """At most three fixes whose placeholders can all be filled, in the entry's order."""
    found = []
    for raw in entry.fixes:
        fix = _fix(raw, values, owner, role)
        if fix is not None:
            found.append(fix)
    return tuple(found[:MAX_FIXES])


def commands_of(templates: tuple[str, ...], values: Mapping[str, str], role: str) -> tuple[str, ...]:
    """The commands that can be filled, each value quoted for the shell; paths name the list of the container's role."""
    quoted = {k: v if k in _RAW else shell_quote(v) for k, v in values.items() if v}
    if values.get("restarts") == "0":
        # The first instance has no previous one: the server refuses to show its log.
        templates = tuple(t.replace(" --previous", "") if " logs " in t else t for t in templates)
    found = (done for t in templates if (done := fill(t, quoted)) is not None)
    return tuple(c.replace(".spec.containers[?", f".spec.{SPEC_LISTS[role]}[?") for c in found)


def _fix(raw: Mapping[str, Any], values: Mapping[str, str], owner: Owner | None, role: str) -> Fix | None:
    title = fill(str(raw["title"]), values)
    if title is None or any(not values.get(n) for n in raw.get("needs") or ()):
        return None
    templates = tuple(raw.get("commands") or ())
    commands = commands_of(templates, values, role)
    if len(commands) < len(templates):
        return None
    patch, effect = str(raw.get("patch") or ""), str(raw["effect"])
    fix = Fix(title, effect, "", commands, words=words_of("\n".join((patch, *templates))))
    if effect == "restarts-pods" and owner is not None and owner.managed_by:
        fix = replace(fix, title=f"{title}; {owner.managed_by} manages it, so the change belongs in its source")
    if not patch:
        return fix
    inner = {k: json.dumps(v, ensure_ascii=False)[1:-1] for k, v in values.items()}
    text = fill(patch, inner)
    spec = parse_yaml(text) if text is not None else None
    return _patched(fix, _for_role(spec, role), values, owner) if isinstance(spec, dict) else None


def _for_role(spec: JSON, role: str) -> JSON:
    """A patch for `containers` meant for an init container or a sidecar names that list instead."""
    if role in ("init", "sidecar") and "containers" in spec:
        return {"initContainers" if k == "containers" else k: v for k, v in spec.items()}
    return spec


def _patched(fix: Fix, spec: JSON, values: Mapping[str, str], owner: Owner | None) -> Fix:
    if owner is None or owner.kind not in PATCHABLE:
        return replace(fix, title=f"{fix.title}; {_recreate(owner)}", patch=as_yaml(spec, fix.words))
    kubectl, path = values["kubectl"], PATCHABLE[owner.kind]
    spec = fitted(spec, owner.pod_spec) if owner.pod_spec is not None else spec
    patch = wrapped(spec, path)
    commands = [*fix.commands, _apply(inline(patch, fix.words), owner, kubectl)]
    if owner.kind in KEEPERS:
        commands.append(f"{kubectl} delete pod {shell_quote(values['pod'])}")
    undo = undo_of(owner, kubectl)
    if not undo and owner.pod_spec is not None:
        undo = _apply(inline(wrapped(inverse(spec, owner.pod_spec), path)), owner, kubectl)
    return replace(fix, patch=as_yaml(patch, fix.words), commands=tuple(commands), undo=undo)


def _apply(patch: str, owner: Owner, kubectl: str) -> str:
    return f"{kubectl} patch {owner.kind.lower()}/{shell_quote(owner.name)} --type=strategic -p {shell_quote(patch)}"


def undo_of(owner: Owner | None, kubectl: str) -> str:
    """The command that takes the newest change of the pod template back; empty where there is none."""
    if owner is None or owner.kind not in ROLLED:
        return ""
    return f"{kubectl} rollout undo {owner.kind.lower()}/{shell_quote(owner.name)}"


def _recreate(owner: Owner | None) -> str:
    if owner is None:
        return "a bare pod cannot be changed in place, so create it again with this"
    if owner.kind == "Job":
        return "a Job's template cannot be changed, so create the Job again with this"
    if owner.kind == "Node":
        return "a static pod, so edit its manifest on the node"
    return f"managed by {owner.kind}/{owner.name}, so change it there"


def _debug_variant(values: Mapping[str, str]) -> str:
    """The image with a shell that stands beside a distroless one; empty for any other image."""
    image = values.get("image", "").split("@")[0]
    repository = image.rpartition(":")[0] if ":" in image.rpartition("/")[2] else image
    return f"{repository}:debug" if "distroless" in repository else ""


def debug_fixes(values: Mapping[str, str], running: bool) -> Iterator[Fix]:
    """A look inside a container that dies too fast to see."""
    k, pod = values["kubectl"], shell_quote(values["pod"])
    container, image = shell_quote(values["container"]), shell_quote(values["debug_image"])
    name = f"{values['pod'][:50]}-debug"
    other = (
        f" --set-image={shell_quote(values['container'] + '=' + shell_in_it)}" if (shell_in_it := _debug_variant(values)) else ""
    )
    copy = f"{k} debug {pod} -it --copy-to={shell_quote(name)}{other} --container={container} -- sh"
    clean = f"{k} delete pod {shell_quote(name)}"
    if running:
        look = f"{k} debug {pod} -it --image={image} --target={container} -- sh"
        yield Fix("look into the running container", "changes-cluster", "", (look,))
    yield Fix(
        "start a copy of the pod with a shell in place of the program, then delete it", "changes-cluster", "", (copy, clean)
    )
