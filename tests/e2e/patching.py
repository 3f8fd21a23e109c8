"""The patches that reports offer: read from the commands as a shell would, filled in as a reader would, and looked for
in what the server sends back."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from kubectl_crashloop import files
from kubectl_crashloop.bundled import bundled_knowledge
from kubectl_crashloop.grouping import joined_report
from kubectl_crashloop.owners import TEMPLATES
from kubectl_crashloop.patches import MERGE_KEYS
from kubectl_crashloop.quantity import parse_quantity

CASES = Path(__file__).parents[1] / "cases"
KINDS = {k.lower(): k for k in (*TEMPLATES, "ConfigMap", "Secret", "PersistentVolumeClaim", "StorageClass")}
TYPES = {"strategic": "application/strategic-merge-patch+json", "merge": "application/merge-patch+json"}
OWN = {
    "CPU": "100m", "MEMORY": "128Mi", "SIZE": "1Gi", "NUMBER": "2", "SECONDS": "600", "MEBIBYTES": "384",
    "DIRECTORY": "/var/lib/own", "DIRECTORY_OF_THE_PATH": "/var/lib/own", "EMPTY_DIRECTORY": "/var/lib/empty",
    "PATH": "/own/path", "PATH_IN_THE_IMAGE": "/own/path", "OTHER_PATH": "/own/other-path",
}  # fmt: skip
"""What a reader puts in place of a word; for any other word its own letters, in lower case, are good enough."""


@dataclass(frozen=True)
class Offer:
    """A fix with a patch that the report on a case offers for a pod or its owner."""

    case: str
    code: str
    namespace: str
    fix: object
    spec: dict
    """The pod's spec, or that of the template of a workload without pods."""
    owner: object
    snapshot: object

    @property
    def name(self):
        return f"{self.case}: {self.code}: {self.fix.title}"

    @property
    def patches(self):
        """The commands that patch, in the order of the fix."""
        return [parsed(c) for c in self.fix.commands if "patch" in shlex.split(c)]


def offers():
    """Every fix of every case that has a patch, or a command that patches."""
    found, knowledge = [], bundled_knowledge()
    for folder in sorted(p.parent for p in CASES.glob("*/*/expect.yaml")):
        snapshot, saved = files.load(str(folder))
        for item in joined_report(snapshot, saved, knowledge).items:
            pod = snapshot.find("Pod", item.namespace, item.name)
            spec = pod["spec"] if pod else item.owner.pod_spec
            found += [
                Offer(f"{folder.parent.name}/{folder.name}", cause.code, item.namespace, fix, spec, item.owner, snapshot)
                for cause in item.causes
                for fix in cause.fixes
            ]
    return [o for o in found if o.fix.patch or o.patches]


@dataclass(frozen=True)
class Command:
    """A `kubectl patch` in its parts."""

    namespace: str
    kind: str
    name: str
    content_type: str
    body: str


def parsed(command):
    """The parts of `kubectl [--context X] [-n NAMESPACE] patch TYPE/NAME --type=TYPE -p PATCH`."""
    words = shlex.split(command)
    at = words.index("patch")
    target, how, flag, body = words[at + 1 :]
    assert (words[0], flag, how[:7]) == ("kubectl", "-p", "--type="), command
    kind, name = target.split("/")
    namespace = words[words.index("-n") + 1] if "-n" in words[:at] else ""
    return Command(namespace, KINDS[kind], name, TYPES[how[7:]], body)


def filled(text, words, spec):
    """The patch with the reader's own in place of each word, put there as an editor would: letter for letter."""
    mounts = [m["mountPath"] for c in spec["containers"] for m in c.get("volumeMounts") or ()]
    volumes = sorted((v for v in spec.get("volumes") or () if "projected" not in v), key=lambda v: "configMap" not in v)
    here = {"VOLUME": [v["name"] for v in volumes], "PATH_OF_THE_FILE": mounts, "MOUNTED_PATH": mounts}
    for word in words:
        own = (
            (here.get(word) or [None])[0]
            or OWN.get(word)
            or ("1000" if word.endswith("_NUMBER") else word.lower().replace("_", "-"))
        )
        text = re.sub(rf"(?<![\w.-]){word}(?![\w.-])", own, text)
    return text


def lacks(found, wanted, place=""):
    """The places at which `found` does not hold what the patch wants; a null and a deleted item must not be there."""
    if place == ".stringData":
        return []  # written only: the server keeps it under `data`, encoded
    if isinstance(wanted, dict):
        missing = [] if isinstance(found, dict) else [place]
        for key, value in wanted.items() if not missing else ():
            here = f"{place}.{key}"
            missing += ([here] if found.get(key) is not None else []) if value is None else lacks(found.get(key), value, here)
        return missing
    if isinstance(wanted, list) and place.rpartition(".")[2] in MERGE_KEYS:
        return _items_lacking(found or [], wanted, place)
    # The server leaves an empty list out.
    same = found == wanted or (found is None and wanted == []) or _same_quantity(found, wanted)
    return [] if same else [f"{place}: {found!r}, not {wanted!r}"]


def _items_lacking(found, wanted, place):
    key = MERGE_KEYS[place.rpartition(".")[2]]
    by_key = {item.get(key): item for item in found}
    missing = []
    for item in wanted:
        here, there = f"{place}[{item[key]}]", by_key.get(item[key])
        if item.get("$patch") == "delete":
            missing += [here] if there is not None else []
        else:
            missing += lacks(there, item, here)
    return missing


def _same_quantity(found, wanted):
    return parse_quantity(wanted) is not None and parse_quantity(found) == parse_quantity(wanted)
