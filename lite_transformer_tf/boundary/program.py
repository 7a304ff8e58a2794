"""Runs a program: whatever happens in it ends as an exit code, with one line for the user when it is not 0."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from lite_transformer_tf.boundary import streams
from lite_transformer_tf.boundary.errors import CLOSED_PIPE, INTERRUPTED
from lite_transformer_tf.boundary.sentences import one_line, print_traceback, told, wants_traceback

_interrupts: list[int] = []
"""One entry for each Ctrl-C while a program runs: libraries turn it into errors of their own."""


def guarded(program: str, work: Callable[[], int | None], extra: str | None = None) -> int:
    """Runs a program.

    Args:
        program: Name of the program, for messages.
        work: Imports what it needs and does the work; returns an exit code, or `None` for 0. May raise anything.
        extra: Part of an installation that the program needs, for a message about a missing library.

    Returns:
        The exit code, see docs/exit_codes.md. `SystemExit` passes, as argparse raises it.

    Example:
        sys.exit(guarded("count", lambda: print(len(open("words.txt").read().split()))))
    """
    streams.prepare()
    with _counted_interrupts():
        try:
            code = work() or 0
        except SystemExit as end:
            if (lost := _flushed(program)) is not None:
                raise SystemExit(lost) from end
            raise
        except BaseException as error:
            code = _report(error, program, extra)
        lost = _flushed(program)
        return code if lost is None else lost


def _report(error: BaseException, program: str, extra: str | None) -> int:
    interrupted = bool(_interrupts) and not isinstance(error, BrokenPipeError)
    code, line = (INTERRUPTED, f"{program}: interrupted") if interrupted else told(error, program, extra)
    if wants_traceback():
        print_traceback(error)
    if line:
        streams.say(line)
    return code


def _flushed(program: str) -> int | None:
    """Writes what is left to the standard streams; an exit code when standard output is lost."""
    error = streams.flush()
    if error is None:
        return None
    if isinstance(error, BrokenPipeError):
        return CLOSED_PIPE
    streams.say(f"{program}: Standard output must take what is written. Received: {one_line(str(error.strerror))}")
    return 1


@contextmanager
def _counted_interrupts() -> Iterator[None]:
    """Ctrl-C raises KeyboardInterrupt as ever, and is remembered."""
    main_thread = threading.current_thread() is threading.main_thread()
    if not main_thread or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        _interrupts.append(number)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _interrupts.clear()


def run_script(program: str, work: Callable[[], int | None]) -> None:
    """Runs a script and ends the process with its exit code."""
    sys.exit(guarded(program, work))
