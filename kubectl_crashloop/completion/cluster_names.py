"""Names for completion, each kind in one small request: the server's own table, without the objects."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..connection_flags import ConnectionFlags
from ..kinds import PLURALS
from ..kubeconfig import resolve
from ..sanitize import sanitize
from .quick_get import quick_get

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
LIMIT = "5000"
ENDED_WELL = ("Complete", "Completed", "Succeeded", "Terminating")
NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
"""A DNS subdomain, as all these names must be; what else a server sends is no name."""


class Named:
    """What a cluster holds, by name. Making it raises ConfigError or ValueError; each method what `quick_get` raises."""

    def __init__(self, flags: ConnectionFlags, timeout: float) -> None:
        # What -v would log stands in the way of the prompt.
        self._connection = resolve(replace(flags, verbosity=0), os.environ)
        self._timeout = timeout
        if not NAME.fullmatch(self._connection.namespace):
            raise ValueError(f"no namespace can be called {self._connection.namespace!r}")

    def of_kind(self, kind: str) -> Mapping[str, str]:
        """The objects of a kind in the namespace, failing ones first, and how they stand."""
        group, plural = PLURALS[kind]
        rows = self._table(f"{group}/namespaces/{self._connection.namespace}/{plural}")
        return {row["Name"]: _standing(row) for row in sorted(rows, key=_urgency)}

    def namespaces(self) -> Mapping[str, str]:
        """All namespaces."""
        return {row["Name"]: "" for row in self._table("/api/v1/namespaces")}

    def containers(self, kind: str, name: str) -> Mapping[str, str]:
        """The containers of a pod or of a workload's pods, in the order in which they start."""
        if not NAME.fullmatch(name):
            return {}
        group, plural = PLURALS[kind]
        path = f"{group}/namespaces/{self._connection.namespace}/{plural}/{name}"
        spec = quick_get(self._connection, path, {}, "application/json", self._timeout)["spec"]
        if kind == "CronJob":
            spec = spec["jobTemplate"]["spec"]
        if kind != "Pod":
            spec = spec["template"]["spec"]
        kinds = (("initContainers", "init"), ("containers", ""), ("ephemeralContainers", "ephemeral"))
        return {str(c["name"]): text for key, text in kinds for c in spec.get(key) or () if NAME.fullmatch(str(c["name"]))}

    def _table(self, path: str) -> list[dict[str, Any]]:
        query = {"limit": LIMIT, "includeObject": "None"}
        table = quick_get(self._connection, path, query, TABLE, self._timeout)
        columns = [column["name"] for column in table["columnDefinitions"]]
        rows = [dict(zip(columns, row["cells"], strict=True)) for row in table["rows"] or ()]
        return [row for row in rows if NAME.fullmatch(str(row["Name"]))]


def _urgency(row: Mapping[str, Any]) -> tuple[bool, int]:
    """Sorts what does not do its work first, then what restarted most."""
    status, ready, wanted = str(row.get("Status", "Running")), *_readiness(row)
    fine = status in ENDED_WELL or (status == "Running" and ready >= wanted)
    return fine, -_restarts(row)


def _standing(row: Mapping[str, Any]) -> str:
    ready, wanted = _readiness(row)
    status = str(row.get("Status", f"{ready}/{wanted} ready" if "Ready" in row else ""))
    restarts = _restarts(row)
    text = f"{status}, {restarts} restarts" if restarts else status
    return "".join(c for c in sanitize(text) if c.isprintable())


def _readiness(row: Mapping[str, Any]) -> tuple[int, int]:
    """Ready and wanted: `1/3` of a pod or deployment, the columns Ready and Desired of others; 0 of 0 where unknown."""
    found = re.fullmatch(r"(\d+)/(\d+)", str(row.get("Ready")))
    if found:
        return int(found[1]), int(found[2])
    return int(row.get("Ready", 0)), int(row.get("Desired", 0))


def _restarts(row: Mapping[str, Any]) -> int:
    """Of `12 (3m ago)` the number."""
    found = re.match(r"\d+", str(row.get("Restarts", "")))
    return int(found[0]) if found else 0
