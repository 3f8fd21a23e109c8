"""Imports run in one direction: the way of the data in design.md."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "kubectl_crashloop"

LAYERS = [
    {"__init__"},
    {
        "model",
        "times",
        "quantity",
        "logs",
        "literals",
        "confidence",
        "placeholders",
        "refs",
        "patches",
        "sanitize",
        "secret_words",
        "redact",
        "redact_objects",
        "quoting",
        "log_stream",
        "kinds",
        "flags",
    },
    {
        "knowledge",
        "bundled",
        "texts",
        "exitcodes",
        "snapshot",
        "search",
        "facts",
        "spec_facts",
        "read_facts",
        "wants",
        "reads",
        "pflag",
        "connection_flags",
        "connection",
    },
    {
        "kubeconfig_files",
        "kubeconfig_entries",
        "kubeconfig_checks",
        "exec_credentials",
        "credentials",
        "proxies",
        "api_errors",
        "backoff",
    },
    {"kubeconfig", "tls", "http_parts", "rules"},
    {"targets", "owners", "failing", "fixes", "notes", "changes", "question"},
    {"diagnose", "report", "cluster"},
    {"grouping", "files", "reader", "collect", "workloads"},
    {"render"},
    {
        "cli",
        "options",
        "help",
        "version",
        "explain",
        "live",
        "offline",
        "answers",
        "own_folders",
        "own_knowledge",
        "check_knowledge",
        "knowledge_form",
        "completion",
    },
    {"__main__"},
]
"""Bottom to top: a module imports from its own layer or a lower one."""


def layer_of(module):
    return next(i for i, names in enumerate(LAYERS) if module.split(".")[0] in names)


def imported(path):
    """(module of this package, line) of every import."""
    depth = len(path.relative_to(PACKAGE).parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == depth:
            for name in [node.module] if node.module else [a.name for a in node.names]:
                yield name, node.lineno


def test_every_module_has_a_layer():
    for path in PACKAGE.rglob("*.py"):
        module = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        assert any(module in names for names in LAYERS), module


def test_imports_go_down():
    for path in PACKAGE.rglob("*.py"):
        module = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for name, line in imported(path):
            if name == "__version__":
                continue
            assert layer_of(name) <= layer_of(module), f"{path.name}:{line} imports {name}"


def test_only_cluster_imports_kubernetes():
    for path in PACKAGE.rglob("*.py"):
        names = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {a.name.split(".")[0] for a in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names.add((node.module or "").split(".")[0])
        assert "kubernetes" not in names or path.name == "cluster.py", path


def test_nothing_below_collect_asks_for_the_time():
    for path in [*PACKAGE.glob("rules/*.py"), *PACKAGE.glob("render/*.py"), PACKAGE / "diagnose.py", PACKAGE / "facts.py"]:
        text = path.read_text(encoding="utf-8")
        assert "now(" not in text and "time.time(" not in text and "utcnow" not in text, path
