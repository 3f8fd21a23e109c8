"""The command: argument parsing, wiring, exit status. stdout carries the report and nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from .options import parser
from .pflag import UsageError, parse

TYPE_CHECKING = False  # the module typing takes a third of the start
if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from .knowledge import Knowledge
    from .model import Report

COMPLETE = "__complete"
"""The first word of a completion request, as in cobra; no pod can have this name."""


class Failure(Exception):
    """The work could not be done; the message goes to stderr, the exit status is 1."""


class Partly(Failure):
    """Some of the targets could not be read; the report is on the others."""

    def __init__(self, errors: Sequence[str], report: Report, form: str) -> None:
        super().__init__("\n".join(errors))
        self.report, self.form = report, form


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit status."""
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        if words[:1] == [COMPLETE]:
            from .completion.answer import answer

            show(answer(words[1:]))
            # A thread may still wait for a server, and taking Python down takes as long as asking one.
            os._exit(0)
        return run(parse(parser(), words))
    except UsageError as error:
        print(f"error: {error}\nSee 'kubectl crashloop --help' for usage.", file=sys.stderr)
        return 2
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
    """Tells about the program, explains, replays or reads a cluster."""
    about = told(args)
    if about:
        return show(about)
    refuse_what_excludes(args)
    from .own_folders import folders

    if args.check:
        from .check_knowledge import check

        text, status = check(args.knowledge)
        return show(text) or status
    own = folders(args.knowledge, os.environ)
    if args.explain is not None:
        from .explain import explain

        return show(explain(args.explain, args.color, own))
    try:
        report, form = diagnosed(args, own)
    except Partly as partly:
        show(rendered(partly.report, args, partly.form))
        raise
    show(rendered(report, args, form))
    if not args.exit_code:
        return 0
    from .own_knowledge import joined

    return exit_code_of(report, joined(own))


def told(args: argparse.Namespace) -> str:
    """What `-h`, `--version`, `--completion` and `--install-completion` print; empty without one of them."""
    if args.help:
        from .help import help_text

        return help_text(parser())
    if args.version:
        from .version import identity

        return identity()
    if args.completion:
        from .completion.scripts import script

        return script(args.completion)
    if args.install_completion:
        from .completion.scripts import install

        return install(os.environ)
    return ""


def refuse_what_excludes(args: argparse.Namespace) -> None:
    """Raises UsageError where flags are given together of which one would be ignored."""
    alone = "--demo" if args.demo is not None else "--explain" if args.explain is not None else "--check" if args.check else ""
    given = {
        "pod or workload": args.words, "-f": args.filename, "--save": args.save, "-c": args.container,
        "--explain": args.explain is not None and alone != "--explain", "--check": args.check and alone != "--check",
    }  # fmt: skip
    beside = [name for name, value in given.items() if value]
    if alone and beside:
        hint = " (--demo NAME shows one pod of the demo)" if alone == "--demo" and args.words else ""
        raise UsageError(f"{alone} takes no {' and no '.join(beside)} beside it{hint}")


def diagnosed(args: argparse.Namespace, own: tuple[Path, ...]) -> tuple[Report, str]:
    """The report, and how its text is laid out: `full`, `list` or `demo`."""
    from .targets import TargetError, parse_targets

    try:
        targets = parse_targets(args.words)
    except TargetError as error:
        raise Failure(f"error: {error}") from error
    if args.demo is not None:
        from .offline import demo_report
        from .own_knowledge import joined

        return demo_report(args.demo, joined(own))
    if args.filename:
        from .offline import file_report
        from .own_knowledge import joined

        return file_report(args, targets, joined(own))
    from .connection_flags import connection_flags
    from .live import live_report
    from .question import Question
    from .reads import Options

    options = Options(secrets=not args.no_secrets, container=args.container)
    return live_report(Question(targets, options, args.save, own), connection_flags(args))


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
