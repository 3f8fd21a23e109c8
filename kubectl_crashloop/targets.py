"""What the user typed: POD, TYPE/NAME or TYPE NAME ..."""

from __future__ import annotations

from typing import NamedTuple

from .kinds import KINDS, kind_of
from .pflag import nearest


class Target(NamedTuple):
    """One object to look at."""

    kind: str
    name: str


class TargetError(Exception):
    """The words do not name an object; the message is kubectl's kind."""


def parse_targets(words: list[str]) -> list[Target]:
    """The targets named on the command line; raises TargetError."""
    if len(words) > 1 and "/" not in words[0] and kind_of(words[0]):
        return [Target(kind_of(words[0]), _plain(word)) for word in words[1:]]
    return [_target(word) for word in words]


def _plain(word: str) -> str:
    if not word:
        raise TargetError("resource name may not be empty")
    if "/" in word:
        raise TargetError(
            "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form"
        )
    return word


def _target(word: str) -> Target:
    kind, slash, name = word.partition("/")
    if not slash:
        return Target("Pod", _plain(word))
    if not kind_of(kind):
        raise TargetError(_unknown_type(kind, name))
    if not name or "/" in name:
        raise TargetError("arguments in resource/name form must have a single resource and name")
    return Target(kind_of(kind), name)


def _unknown_type(word: str, name: str) -> str:
    known = ", ".join(aliases[0] for aliases in KINDS.values())
    near = nearest(word, [alias for aliases in KINDS.values() for alias in aliases])
    hint = f"\nDid you mean {near}/{name}?" if near else ""
    return f'the server doesn\'t have a resource type "{word}" that crashloop knows{hint}\nIt takes {known}.'
