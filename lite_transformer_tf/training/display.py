"""What a run shows: a progress bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol, TextIO, runtime_checkable

from tqdm import tqdm


def format_seconds(seconds: float) -> str:
    """`h:mm:ss`."""
    whole = max(0, round(seconds))
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


Count = Callable[[int], None]
"""Is told how many more are done."""
Counting = Callable[[str, str], AbstractContextManager[Count]]
"""Shows the progress of work whose amount is not known: its title, and the unit that is counted."""


def silent(title: str, unit: str) -> AbstractContextManager[Count]:
    """A `Counting` that shows nothing."""
    return nullcontext(lambda more: None)


@runtime_checkable
class Counted(Protocol):
    """A task that shows the progress of its preparation."""

    counting: Counting


class Display:
    """Shows epoch, update, loss, tokens per second and the training time left.

    Args:
        epochs: of the whole run; a loop sets its own.
        stream: where it is shown; standard error by default.
        line_seconds: when the stream is no terminal, the least time between two lines.
        quiet: shows nothing.
    """

    def __init__(
        self, epochs: int | None = None, stream: TextIO | None = None, line_seconds: float = 10.0, quiet: bool = False
    ) -> None:
        self.epochs = epochs
        self._stream = sys.stderr if stream is None else stream
        self._line_seconds = line_seconds
        self._quiet = quiet
        self._bar: tqdm | None = None
        self._recent: deque[tuple[int, float]] = deque(maxlen=30)
        self._last_line = time.monotonic()
        self._first = True
        self._left = 0  # batches left in the whole run
        self._epoch = 0

    def begin_epoch(self, epoch: int, done: int, total: int, left: int) -> None:
        """`done` of the epoch's `total` batches have been used; `left` remain in the whole run."""
        self._epoch, self._left = epoch, left
        if not self._quiet and self._stream.isatty():
            layout = "{desc} {percentage:3.0f}% |{bar:24}| {n_fmt}/{total_fmt}{postfix}"
            self._bar = tqdm(
                total=total,
                initial=done,
                desc=f"epoch {epoch + 1}/{self.epochs}",
                file=self._stream,
                bar_format=layout,
                leave=False,
            )

    def batch(self, update: int, loss: float, tokens: int, seconds: float, learning_rate: float) -> None:
        """One batch was used."""
        self._left -= 1
        if self._first:  # the first batch builds the graph: no measure of speed
            self._first = False
        else:
            self._recent.append((tokens, seconds))
        if self._quiet:
            return
        spent = sum(entry[1] for entry in self._recent)
        speed = sum(entry[0] for entry in self._recent) / spent if spent else tokens / max(seconds, 1e-9)
        left = self._left * spent / len(self._recent) if self._recent else self._left * seconds
        text = f"loss {loss:.3f}  lr {learning_rate:.2e}  {speed:,.0f} tokens/s  {format_seconds(left)} left"
        if self._bar is not None:
            self._bar.set_postfix_str(text, refresh=False)
            self._bar.update(1)
        elif time.monotonic() - self._last_line >= self._line_seconds:
            self.line(f"epoch {self._epoch + 1}/{self.epochs}  update {update}  {text}")

    @contextmanager
    def counting(self, title: str, unit: str) -> Iterator[Count]:
        """Shows how many are done, and how many per second; at the end as well, when it took long enough for a line."""
        begin = time.monotonic()
        done, shown = 0, begin
        shows = not self._quiet and self._stream.isatty()
        bar = tqdm(desc=title, unit=f" {unit}", unit_scale=True, file=self._stream, leave=False) if shows else None

        def text() -> str:
            return f"{title}: {done:,} {unit}, {done / max(time.monotonic() - begin, 1e-9):,.0f} per second"

        def count(more: int) -> None:
            nonlocal done, shown
            done += more
            if bar is not None:
                bar.update(more)
            elif time.monotonic() - shown >= self._line_seconds:
                shown = time.monotonic()
                self.line(text())

        try:
            yield count
        finally:
            if bar is not None:
                bar.close()
        if time.monotonic() - begin >= self._line_seconds:
            self.line(f"{text()}, in {format_seconds(time.monotonic() - begin)}")

    def end_epoch(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def line(self, text: str) -> None:
        """A line of text, above the bar if there is one."""
        if not self._quiet:
            self.warn(text)

    def warn(self, text: str) -> None:
        """The same, also where nothing else is shown."""
        self._last_line = time.monotonic()
        if self._bar is not None:
            self._bar.write(text, file=self._stream)
        else:
            print(text, file=self._stream, flush=True)
