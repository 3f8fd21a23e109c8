"""Reports made by hand: one of each kind that a reader meets."""

from dataclasses import replace

from kubectl_crashloop.model import (
    Cause,
    Check,
    ContainerRow,
    Evidence,
    Fix,
    Item,
    Moment,
    Note,
    Owner,
    Report,
)

NOW = "2026-11-22T09:00:00Z"
APP = ContainerRow(
    "app", "app", "shop/checkout:v2.0", "CrashLoopBackOff", False, 12, exit_code=1, reason="Error",
    meaning="application error", started_at="2026-11-22T08:57:59Z", finished_at="2026-11-22T08:58:00Z",
    next_start_at="2026-11-22T09:03:00Z",
)  # fmt: skip
PROXY = ContainerRow("proxy", "app", "envoy:v1.30", "Running", True, 0, started_at="2026-11-22T08:18:00Z")
LOG = Evidence(
    "log", "app (previous)", "KeyError: 'DATABASE_URL'", line=37, span=(11, 23), total=37,
    before=("    raise KeyError(key) from None", '  File "<frozen os>", line 679, in __getitem__'),
)  # fmt: skip
STATUS = Evidence("status", "status.containerStatuses[app].lastState.terminated", "exit 1, Error, at 2026-11-22T08:58:00Z")
SPEC = Evidence("spec", "spec.containers[app].env", "7 names, no DATABASE_URL; no envFrom")
EVENT = Evidence("event", "BackOff", "Back-off restarting failed container", count=171, last_at="2026-11-22T08:59:58Z")
PATCH = """\
spec:
  template:
    spec:
      containers:
      - name: app
        env:
        - name: DATABASE_URL
          valueFrom: {secretKeyRef: {name: shop-db, key: url}}"""
UNDO = Fix("go back to the version before", "restarts-pods", "", ("kubectl -n shop rollout undo deployment/checkout",))
SET = Fix("set `DATABASE_URL` in deployment/checkout, container `app`", "restarts-pods", PATCH, ())
MISSING = Cause(
    "MissingEnvVar", "app", "certain", "`app` stops at start because `DATABASE_URL` is not set",
    "The program reads `DATABASE_URL` from its environment before it serves, and finds it unset or empty.",
    {"variable": "DATABASE_URL"}, (LOG, SPEC, STATUS, EVENT), (UNDO, SET),
    ("kubectl -n shop set env deployment/checkout --list -c app",),
    ("https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/",),
)  # fmt: skip
UNREACHABLE = Cause(
    "DependencyUnreachable", "app", "possible", "`app` stops because `db:5432` cannot be reached", "It gives up.",
    {"host": "db:5432"}, (), (), ("kubectl -n shop get endpoints db",),
)  # fmt: skip
POD = Item(
    "Pod", "shop", "checkout-6d9f7c-x2k5p", "0f1e", "worker-1", "Running", "2026-11-22T08:18:00Z",
    Owner("Deployment", "checkout", 7), (PROXY, APP), (MISSING, UNREACHABLE),
    (Note("LatestTag", "`app` runs `shop/checkout:latest`"), Note("NoMemoryLimit", "`app` has no memory limit")),
    (Moment("2026-11-22T08:58:00Z", "status", "app ended: exit 1, Error"),),
    (Check("events", "ok"), Check("node worker-1", "denied", "forbidden", "get nodes"), Check("metrics", "absent", "404")),
    "revision 7, 42m ago: env DATABASE_URL removed, image v1.9 -> v2.0", "failing",
)  # fmt: skip
HEALTHY = Item(
    "Pod", "shop", "web-1", "2d3c", "worker-1", "Running", "2026-11-22T06:00:00Z", None, (PROXY,),
    state="healthy", state_text="`web-1` is healthy: every container runs and is ready",
)  # fmt: skip


def report(*items: Item) -> Report:
    """A report on the items."""
    return Report(NOW, "prod", "v1.37.1", items)


def with_cause(**changes: object) -> Item:
    """The failing pod with its first cause changed, as the only one."""
    return replace(POD, causes=(replace(MISSING, **changes),))  # type: ignore[arg-type]


def with_log(text: str, **changes: object) -> Item:
    """The failing pod with one log line as its evidence."""
    return with_cause(evidence=(replace(LOG, text=text, before=(), **changes),))  # type: ignore[arg-type]
