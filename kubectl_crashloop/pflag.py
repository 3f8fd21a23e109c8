"""kubectl's reading of a command line: `-n=x`, `-ojson`, `-v6`, `--flag=false`, and its words for what is wrong.

argparse differs: it lets a flag take the next word where pflag does not, and the other way round. So the words are
split here, by the flags of the one argparse parser, and handed to it in a form that it cannot misread.
Source: spf13/pflag `flag.go` (parseLongArg, parseShortArg).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence

from .flags import parse_boolean


class UsageError(Exception):
    """Wrong usage, in kubectl's words; exit status 2."""


class Line:
    """A command line taken apart. `flags` holds each flag with its value, None for `--explain` without one.

    `open` is the flag at the end of the line that the next word would belong to; `missing` is the complaint where
    it may not stay without a value.
    """

    def __init__(self) -> None:
        self.flags: list[tuple[argparse.Action, str | None]] = []
        self.words: list[str] = []
        self.open: argparse.Action | None = None
        self.missing = ""


def parse(parser: argparse.ArgumentParser, argv: Sequence[str]) -> argparse.Namespace:
    """What `argv` says; raises UsageError."""
    line = split(parser, argv)
    if line.missing:
        raise UsageError(line.missing)
    return values(parser, line)


def values(parser: argparse.ArgumentParser, line: Line) -> argparse.Namespace:
    """The values of a line; raises UsageError. The parser must be made with `exit_on_error=False`."""
    for action, value in line.flags:
        if action.choices is not None and value not in action.choices:
            raise UsageError(_not_allowed(action, str(value)))
    given = [_name(action) if value is None else f"{_name(action)}={value}" for action, value in line.flags]
    try:
        return parser.parse_args([*given, "--", *line.words])
    except argparse.ArgumentError as error:
        value = next(v for a, v in reversed(line.flags) if "/".join(a.option_strings) == error.argument_name)
        flag = ", ".join((error.argument_name or "").split("/"))
        raise UsageError(f'invalid argument "{value}" for "{flag}" flag: {error.message}') from None


def split(parser: argparse.ArgumentParser, argv: Sequence[str]) -> Line:
    """`argv` taken apart by the parser's flags; raises UsageError for an unknown one."""
    known = {name: action for action in parser._actions for name in action.option_strings}
    line, rest = Line(), list(argv)
    while rest:
        word = rest.pop(0)
        line.open = None
        if word == "--":
            line.words += rest
            break
        if word.startswith("--"):
            _long(known, word, rest, line)
        elif word.startswith("-") and word != "-":
            _short(known, word, rest, line)
        else:
            line.words.append(word)
    return line


def is_boolean(action: argparse.Action) -> bool:
    """True for a flag that takes a value only behind an equals sign."""
    return action.type is parse_boolean


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that looks most like `word`; empty where none does."""
    import difflib

    return next(iter(difflib.get_close_matches(word, known, 1, 0.6)), "")


def _long(known: dict[str, argparse.Action], word: str, rest: list[str], line: Line) -> None:
    name, equals, value = word.partition("=")
    if name not in known:
        near = nearest(name, [n for n in known if n.startswith("--")])
        raise UsageError(f"unknown flag: {name}" + (f"\nDid you mean {near}?" if near else ""))
    if equals:
        line.flags.append((known[name], value))
    else:
        _take(known[name], f"flag needs an argument: {name}", rest, line)


def _short(known: dict[str, argparse.Action], word: str, rest: list[str], line: Line) -> None:
    letters = word[1:]
    while letters:
        letter, letters = letters[0], letters[1:]
        action = known.get(f"-{letter}")
        if action is None:
            raise UsageError(f"unknown shorthand flag: '{letter}' in {word}")
        if letters.startswith("=") or (letters and not is_boolean(action)):
            line.flags.append((action, letters.removeprefix("=")))
            return
        _take(action, f"flag needs an argument: '{letter}' in {word}", rest, line)


def _take(action: argparse.Action, complaint: str, rest: list[str], line: Line) -> None:
    """The flag with the value that the next words give it."""
    if is_boolean(action):
        line.flags.append((action, "true"))
    elif action.nargs == "?":
        taken = bool(rest) and (not rest[0].startswith("-") or rest[0].removeprefix("-").isdigit())
        line.open = None if rest else action
        line.flags.append((action, rest.pop(0) if taken else None))
    elif rest:
        line.flags.append((action, rest.pop(0)))
    else:
        line.open, line.missing = action, complaint


def _not_allowed(action: argparse.Action, value: str) -> str:
    allowed = [str(choice) for choice in action.choices or ()]
    near = nearest(value.lower(), allowed)
    hint = f"\nDid you mean {near}?" if near else ""
    if action.dest == "output":
        return (
            f'unable to match a printer suitable for the output format "{value}", allowed formats are: {",".join(allowed)}{hint}'
        )
    flag = ", ".join(action.option_strings)
    return f'invalid argument "{value}" for "{flag}" flag: must be one of: {", ".join(allowed)}{hint}'


def _name(action: argparse.Action) -> str:
    return action.option_strings[-1]
