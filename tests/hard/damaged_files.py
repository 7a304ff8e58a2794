"""Trials with damaged files: each is read by the program that reads its kind, in a process that is watched."""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from tests.hard.child import Outcome, watched
from tests.hard.subjects import Subject, damage, trials
from tests.hard.verdict import Counts, Rule

FACTOR = 32  # times the bytes of what is read that a call may take in memory
BASE = 64 << 20  # bytes that it may take beside them


def program(arguments: Sequence[str]) -> Callable[[], int]:
    """A call of `lite-transformer`."""
    from lite_transformer_tf.cli.main import main

    return lambda: main(list(arguments))


def _calls(subject: Subject, copy: Path, output: Path) -> Callable[[], int]:
    first = program(subject.call(copy, output))
    if subject.then is None:
        return first
    second = program(subject.then(output))

    def both() -> int:
        with contextlib.redirect_stdout(io.StringIO()):
            code = first()
        return code or second()

    return both


def in_place(subject: Subject, seconds: float, change: Callable[[Path], object] = lambda copy: None) -> Outcome:
    """The call for a copy after `change`; its output without the name of the temporary directory."""
    with tempfile.TemporaryDirectory() as place:
        copy = subject.copy(Path(place))
        change(copy)
        found = watched(_calls(subject, copy, Path(place)), seconds)
        return replace(found, out=found.out.replace(place, ""), err=found.err.replace(place, ""))


def run_subject(subject: Subject, count: int, counts: Counts, seconds: float = 10.0) -> None:
    """`count` trials with one subject, added to `counts`; with undamaged files the call must answer."""
    good = in_place(subject, 120.0)
    assert good.code == 0, (subject.name, good)
    rule = Rule(good.out, good.memory + BASE + FACTOR * subject.size)
    for file, kind, name, seed in trials(subject, count):
        found = in_place(subject, seconds, partial(damage, file=file, kind=kind, seed=seed))
        counts.add(f"damaged: {subject.name}", name, found, rule)
