"""The command: argument parsing, wiring, exit status. stdout carries the report and nothing else."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from . import __version__
from .flags import add_connection_flags, connection_flags
from .knowledge import Knowledge
from .model import Report

OUTPUTS = ("text", "json", "yaml", "name")
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


class Failure(Exception):
    """The work could not be done; the message goes to stderr, the exit status is 1."""


class Parser(argparse.ArgumentParser):
    """argparse with kubectl's way of refusing."""

    def error(self, message: str) -> NoReturn:
        """Ends with status 2 and the way to the help."""
        self.exit(2, f"error: {message}\nSee 'kubectl crashloop --help' for usage.\n")


def parser() -> Parser:
    """The command line of contract.md."""
    p = Parser(
        prog="kubectl crashloop",
        description="Says what kills a container or keeps it from starting, with the proof and the fix.\n\n" + EXAMPLES,
        usage="kubectl crashloop [POD | TYPE/NAME | TYPE NAME ...] [flags]",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    p.add_argument("words", nargs="*", metavar="POD", help="a pod, or a workload as TYPE/NAME or TYPE NAME")
    p.add_argument("-c", "--container", default="", help="diagnose this container only")
    p.add_argument("-o", "--output", default="text", choices=OUTPUTS, help="form of the report: %(choices)s")
    p.add_argument("-f", "--filename", default="", metavar="PATH", help="diagnose from files instead of a cluster; - for stdin")
    p.add_argument("--save", default="", metavar="PATH", help="also write what was read, redacted, as a snapshot that -f takes")
    p.add_argument(
        "--explain", nargs="?", const="", metavar="CODE", help="explain a cause code or an exit code; alone: the whole list"
    )
    p.add_argument("--demo", nargs="?", const="", metavar="NAME", help="diagnose an embedded snapshot; needs no cluster")
    p.add_argument("--knowledge", default="", metavar="DIR", help="add the team's own causes; CODE.yaml replaces a bundled CODE")
    p.add_argument("--check", action="store_true", help="only check the causes of --knowledge, alone the bundled ones")
    p.add_argument("--no-secrets", action="store_true", help="read no Secret, not even to list its key names")
    p.add_argument("--exit-code", action="store_true", help="make the verdict the exit status: 10 explained, 11 not")
    p.add_argument("--color", default="auto", choices=("auto", "always", "never"), help="colour on a terminal (default auto)")
    p.add_argument("--version", action="version", version=f"kubectl-crashloop v{__version__}")
    add_connection_flags(p)
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit status."""
    args = parser().parse_intermixed_args(argv)
    try:
        return run(args)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has gone; Python must not try to flush into the closed pipe at exit.
        sys.stdout = None
        return 0


def run(args: argparse.Namespace) -> int:
    """Explains, replays or reads a cluster."""
    from .own_knowledge import folders, joined

    if args.check:
        from .check_knowledge import check

        text, status = check(args.knowledge)
        return show(text) or status
    own = folders(args.knowledge, os.environ)
    if args.explain is not None:
        from .explain import explain

        return show(explain(args.explain, args.color, own))
    knowledge = joined(own)
    report, form = diagnosed(args, knowledge)
    show(rendered(report, args, form))
    return exit_code_of(report, knowledge) if args.exit_code else 0


def diagnosed(args: argparse.Namespace, knowledge: Knowledge) -> tuple[Report, str]:
    """The report, and how its text is laid out: `full`, `list` or `demo`."""
    from .targets import TargetError, parse_targets

    try:
        targets = parse_targets(args.words)
    except TargetError as error:
        raise Failure(f"error: {error}") from error
    if args.demo is not None:
        from .offline import demo_report

        return demo_report(args.demo, knowledge)
    if args.filename:
        from .offline import file_report

        return file_report(args, targets, knowledge)
    from .live import live_report

    return live_report(args, targets, connection_flags(args), knowledge)


def rendered(report: Report, args: argparse.Namespace, form: str) -> str:
    """The report in the form asked for."""
    if args.output == "json":
        from .render.json import render_json

        return render_json(report)
    if args.output == "yaml":
        from .render.json import render_yaml

        return render_yaml(report)
    if args.output == "name":
        return "\n".join(f"{i.kind.lower()}/{i.name}" for i in report.items)
    from .render.colour import use_colour
    from .render.width import terminal_width

    colour, width = use_colour(args.color, sys.stdout), terminal_width(sys.stdout)
    if form != "full":
        from .render.listing import render_demo, render_list

        return render_list(report, width=width) if form == "list" else render_demo(report, width=width)
    from .render.text import render_text

    return render_text(report, width=width, colour=colour)


def show(text: str) -> int:
    """Writes the report to stdout, in UTF-8 whatever the console's locale."""
    if sys.stdout is None:
        raise Failure("error: cannot write the report: stdout is closed")
    data = text.rstrip("\n") + "\n"
    try:
        try:
            sys.stdout.write(data)
        except UnicodeEncodeError:
            sys.stdout.buffer.write(data.encode("utf-8"))
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        # What is left in the buffer would fail once more at exit.
        sys.stdout = None
        raise Failure(f"error: cannot write the report: {error.strerror}") from error
    return 0


def exit_code_of(report: Report, entries: Knowledge) -> int:
    """10 with every failing pod explained, 11 with one whose first cause is only possible or a catch-all, else 0."""
    failing = [i.causes[0] for i in report.items if i.causes]
    if not failing:
        return 0
    vague = [c for c in failing if c.confidence == "possible" or (c.code in entries and entries[c.code].catch_all)]
    return 11 if vague else 10
