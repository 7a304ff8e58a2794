"""Texts line by line: reading them, and translating them although some cannot be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from lite_transformer_tf.decoding.options import DecodingOptions, Generator, Hypothesis

Line = tuple[int, str | None]
"""Number of an input line, from 1, and its text; `None` when it is no UTF-8."""


def decode_lines(stream: Iterable[bytes]) -> Iterator[Line]:
    """Numbered lines without their ends."""
    for number, line in enumerate(stream, start=1):
        try:
            yield number, line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8")
        except UnicodeDecodeError:
            yield number, None


def batched(lines: Iterable[Line], size: int) -> Iterator[list[Line]]:
    batch: list[Line] = []
    for line in lines:
        batch.append(line)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def is_too_long(error: ValueError) -> bool:
    """Whether a generator refused a text because it has too many tokens for it."""
    from lite_transformer_tf.litert.runtime.runner import TextTooLongError

    return isinstance(error, TextTooLongError)


class LineTranslator:
    """Translates batches of numbered lines; one that is no UTF-8, or too long, is reported and has no hypotheses.

    Args:
        generator: the model.
        options: of decoding.
        report: called with a message for each line that fails.

    Attributes:
        failures: number of lines that failed.
    """

    def __init__(self, generator: Generator, options: DecodingOptions, report: Callable[[str], None]) -> None:
        self._generator, self._options, self._report = generator, options, report
        self.failures = 0

    def __call__(self, batch: Sequence[Line]) -> list[list[Hypothesis]]:
        texts = [text for _, text in batch if text is not None]
        try:
            answers = self._generator.generate(texts, self._options) if texts else []
        except ValueError as error:
            if not is_too_long(error):
                raise
            if len(batch) > 1:  # find the lines that are to blame
                return [self([line])[0] for line in batch]
            answers = [self._failed(batch[0][0], str(error))]
        found = iter(answers)
        return [
            next(found) if text is not None else self._failed(number, "A line must be UTF-8.") for number, text in batch
        ]

    def _failed(self, number: int, message: str) -> list[Hypothesis]:
        self.failures += 1
        self._report(f"line {number}: {' '.join(message.split())}")
        return []
