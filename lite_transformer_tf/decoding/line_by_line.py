"""Answers line by line, although some lines cannot be answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from lite_transformer_tf.decoding.errors import TextTooLongError
from lite_transformer_tf.decoding.options import DecodingOptions, Generator, Hypothesis
from lite_transformer_tf.lines import Line


def batched(lines: Iterable[Line], size: int) -> Iterator[list[Line]]:
    """Lists of at most `size` lines."""
    batch: list[Line] = []
    for line in lines:
        batch.append(line)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


class LineTranslator:
    """Answers batches of numbered lines; a line that is too long, or not UTF-8, is reported and has no hypotheses.

    Args:
        generator: The model.
        options: Options of decoding.
        report: Called with a message for every line that fails.

    Attributes:
        failures: Number of lines that failed.
    """

    def __init__(self, generator: Generator, options: DecodingOptions, report: Callable[[str], None]) -> None:
        self._generator, self._options, self._report = generator, options, report
        self.failures = 0

    def __call__(self, batch: Sequence[Line]) -> list[list[Hypothesis]]:
        """The hypotheses of every line, best first; empty for a line that failed."""
        texts = [text for _, text in batch if text is not None]
        try:
            answers = self._generator.generate(texts, self._options) if texts else []
        except TextTooLongError as error:
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
