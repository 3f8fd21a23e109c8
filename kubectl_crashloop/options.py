"""The flags of contract.md, and the words of their help. Imported at every start, so it imports next to nothing."""

from __future__ import annotations

import argparse
from functools import partial

from .flags import add_boolean, add_connection_flags

OUTPUTS = ("text", "json", "yaml", "name")
COLOURS = ("auto", "always", "never")
SHELLS = ("bash", "zsh", "fish", "kubectl")
EXAMPLES = """\
Examples:
  # Why does this pod crash, or not start?
  kubectl crashloop web-7d4b8c6f9-x2k4p

  # The failing pods of a workload, one verdict for each distinct cause
  kubectl crashloop deploy/web -n shop

  # Every failing pod of the namespace, worst first
  kubectl crashloop

  # Save what was read, redacted, and diagnose it again elsewhere
  kubectl crashloop web-0 --save snapshot/
  kubectl crashloop -f snapshot/

  # What does exit code 137 mean? (needs no cluster)
  kubectl crashloop --explain 137

  # See it work, without a cluster
  kubectl crashloop --demo
"""


def parser() -> argparse.ArgumentParser:
    """The command line, to be read by `pflag.parse`. The metavar says what completes a flag's value."""
    p = argparse.ArgumentParser(
        prog="kubectl crashloop",
        description="Says what kills a container or keeps it from starting, with the proof and the fix.",
        usage="kubectl crashloop [POD | TYPE/NAME | TYPE NAME ...] [flags]",
        epilog=EXAMPLES,
        add_help=False,
        exit_on_error=False,
        # argparse makes a formatter for every flag, and each would measure the terminal.
        formatter_class=partial(argparse.HelpFormatter, width=80),
        allow_abbrev=False,
    )
    p.add_argument("words", nargs="*")
    _add_own_flags(p.add_argument_group("Options"))
    add_connection_flags(p)
    return p


def _add_own_flags(g: argparse._ArgumentGroup) -> None:
    g.add_argument("-c", "--container", default="", metavar="CONTAINER", help="Diagnose this container only")
    g.add_argument("-o", "--output", default="text", choices=OUTPUTS, help="Form of the report. One of: (%(choices)s)")
    files = "Diagnose from files instead of a cluster; - for stdin"
    g.add_argument("-f", "--filename", default="", metavar="PATH", help=files)
    save = "Also write what was read, redacted, as a snapshot that -f takes"
    g.add_argument("--save", default="", metavar="PATH", help=save)
    explain = "Explain a cause or exit code, or a status (ImagePullBackOff); alone: the whole list"
    g.add_argument("--explain", nargs="?", const="", metavar="CODE", help=explain)
    g.add_argument("--demo", nargs="?", const="", metavar="DEMO", help="Diagnose an embedded snapshot; needs no cluster")
    knowledge = "Add the team's own causes; CODE.yaml replaces a bundled CODE"
    g.add_argument("--knowledge", default="", metavar="PATH", help=knowledge)
    add_boolean(g, "--check", dest="check", text="Only check the causes of --knowledge, alone the bundled ones")
    add_boolean(g, "--no-secrets", dest="no_secrets", text="Read no Secret, not even to list its key names")
    add_boolean(g, "--exit-code", dest="exit_code", text="Make the verdict the exit status: 10 explained, 11 not")
    g.add_argument("--color", default="auto", choices=COLOURS, help="Colour of the report. One of: (%(choices)s)")
    completion = (
        "Print the completion script of a shell for kubectl-crashloop, or the helper with which kubectl's own completion "
        "covers 'kubectl crashloop'. One of: (%(choices)s)"
    )
    g.add_argument("--completion", default="", choices=SHELLS, help=completion)
    install = "Write that helper, kubectl_complete-crashloop, beside kubectl-crashloop in PATH"
    add_boolean(g, "--install-completion", dest="install_completion", text=install)
    add_boolean(g, "--version", dest="version", text="Print which program this is")
    add_boolean(g, "-h", "--help", dest="help", text="Print this help")
