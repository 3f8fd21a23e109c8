"""What an exit code means by itself, whatever the log says: a table, and the rule of 128 plus a signal."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from .bundled import bundled_exit_codes

TYPE_CHECKING = False  # the module typing is not needed to read an entry
if TYPE_CHECKING:
    from typing import Any

_NAMES = """
    SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE SIGALRM SIGTERM
    SIGSTKFLT SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO
    SIGPWR SIGSYS
"""
SIGNALS = dict(enumerate(_NAMES.split(), start=1))
"""Signal numbers of Linux on x86 and arm (signal(7)). Not those of this machine: the container's count."""
REAL_TIME = range(34, 65)
WRAP = 2**32


@dataclass(frozen=True)
class ExitCode:
    """One exit code. `meaning` fits a table cell."""

    code: int
    name: str
    signal: str | None
    meaning: str
    usual: tuple[str, ...] = ()
    fix: str = ""


@lru_cache(maxsize=1)
def load_exit_codes() -> dict[int, ExitCode]:
    """The bundled table, by code."""
    return {int(code): _entry(int(code), raw) for code, raw in bundled_exit_codes().items()}


def describe(code: int) -> ExitCode:
    """What `code` means: from the table, as 128 plus a signal, or as the program's own error.

    Windows codes are known in their unsigned form as well, as some tools print them.
    """
    known = load_exit_codes()
    if code in known:
        return known[code]
    if code - WRAP in known:
        return known[code - WRAP]
    signal = signal_of(code)
    if signal:
        return ExitCode(code, signal, signal, f"ended by {signal}", (), "Find out which process sent the signal.")
    fix = "Look the number up in the program's documentation, and read the end of its log."
    return ExitCode(code, "Error", None, "application error", ("an error that the program numbers itself",), fix)


def signal_of(code: int) -> str:
    """The signal that `code` stands for; empty where it stands for none."""
    number = code - 128
    return SIGNALS.get(number) or (f"SIGRTMIN+{number - REAL_TIME.start}" if number in REAL_TIME else "")


def _entry(code: int, raw: dict[str, Any]) -> ExitCode:
    return ExitCode(code, raw["name"], raw.get("signal"), raw["meaning"], tuple(raw["usual"]), raw["fix"])
