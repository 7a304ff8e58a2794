"""Completing a text token by token (docs/sampling.md), with anything that computes log-probabilities."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from lite_transformer_tf.decoding.errors import PROMPT_RULE, TextTooLongError
from lite_transformer_tf.decoding.sampling import SamplingOptions, draw, uniform
from lite_transformer_tf.decoding.turns import OneReader, Turns, whole_call
from lite_transformer_tf.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from lite_transformer_tf.text.single_vocabulary import AnyVocabulary

BYTE_PIECE = re.compile("<0x([0-9A-F]{2})>")


class TextStream:
    """Turns a stream of ids into pieces of text; an incomplete character waits for its remaining bytes.

    Args:
        vocabulary: Vocabulary of the ids.
        before: Ids of the text in front, which is not returned again.
    """

    def __init__(self, vocabulary: AnyVocabulary, before: Sequence[int] = ()) -> None:
        self._vocabulary = vocabulary
        self._ids = list(before)
        self._given = vocabulary.decode(self._ids)

    def push(self, token: int) -> str:
        """The text that is certain after this token; it may be empty."""
        self._ids.append(token)
        return "" if _unfinished(self._bytes_at_the_end()) else self.flush()

    def flush(self) -> str:
        """All text that has not been returned yet; an incomplete character becomes U+FFFD."""
        text = self._vocabulary.decode(self._ids)
        piece, self._given = text[len(self._given) :], text
        return piece

    def _bytes_at_the_end(self) -> bytes:
        found: list[int] = []
        if isinstance(self._vocabulary, Vocabulary):
            for token in reversed(self._ids):
                byte = BYTE_PIECE.fullmatch(self._vocabulary.piece(token))
                if byte is None:
                    break
                found.append(int(byte[1], 16))
        return bytes(reversed(found))


def _unfinished(data: bytes) -> bool:
    """Whether the bytes end within a UTF-8 character that further bytes could complete."""
    for length in range(1, min(3, len(data)) + 1):
        tail = data[-length:]
        if tail[0] >= 0xC0:
            needed = 2 if tail[0] < 0xE0 else 3 if tail[0] < 0xF0 else 4
            return tail[0] < 0xF5 and length < needed and all(0x80 <= byte < 0xC0 for byte in tail[1:])
        if tail[0] < 0x80:
            return False
    return False


class ReadText(Protocol):
    """A text that a model has read so far."""

    log_probabilities: np.ndarray  # (V,) float32, of the next token

    def step(self, token: int) -> np.ndarray:
        """Reads a token; returns the new `log_probabilities`."""


class Completer(ABC):
    """Completes texts with a language model; a subclass defines how the model reads them.

    Args:
        vocabulary: Vocabulary of the model's ids.
        capacity: Greatest number of positions of a text, the `eos` in front included. None allows any number.
        turns: Turns of what reads the texts. Defaults to `None`: turns of its own.
    """

    def __init__(self, vocabulary: AnyVocabulary, capacity: int | None = None, turns: Turns | None = None) -> None:
        self.vocabulary, self.capacity = vocabulary, capacity
        self.turns = Turns() if turns is None else turns

    @abstractmethod
    def start(self, ids: Sequence[int]) -> ReadText:
        """Reads the beginning of a text, its leading `eos` included."""

    def stream_ids(
        self, prompt: Sequence[int], options: SamplingOptions | None = None, sample: int = 0
    ) -> OneReader[int]:
        """Tokens that continue a prompt (ids without `eos`), without the `eos` that may end them.

        Args:
            prompt: Ids of the prompt; it may be empty.
            options: Options of sampling.
            sample: Number of the completion, from 0; each number has random numbers of its own.

        Raises:
            TextTooLongError: The prompt has more than `capacity` - 1 tokens. Raised before any work.
        """
        if self.capacity is not None and len(prompt) >= self.capacity:
            raise TextTooLongError(len(prompt), self.capacity - 1, PROMPT_RULE)
        return OneReader(self._draw([self.vocabulary.eos_id, *prompt], options or SamplingOptions(), sample))

    def _draw(self, context: list[int], options: SamplingOptions, sample: int) -> Generator[int, None, None]:
        limit = (
            options.max_tokens if self.capacity is None else min(options.max_tokens, self.capacity + 1 - len(context))
        )
        text = self.start(context)
        for step in range(limit):
            token = draw(
                self.allowed(text.log_probabilities, options, step), options, uniform(options.seed, sample, step)
            )
            if token == self.vocabulary.eos_id:
                return
            yield token
            if step + 1 < limit:
                text.step(token)

    def allowed(self, log_probabilities: np.ndarray, options: SamplingOptions, step: int) -> np.ndarray:
        """(V): a copy with minus infinity where a token is forbidden in this step."""
        result, special = log_probabilities.copy(), self.vocabulary
        result[[special.bos_id, special.pad_id]] = -np.inf
        if step < options.min_tokens:
            result[special.eos_id] = -np.inf
        return result

    def stream(self, prompt: str = "", options: SamplingOptions | None = None, sample: int = 0) -> OneReader[str]:
        """The text that continues a prompt, in pieces of whole characters as they are generated; see `stream_ids`."""
        ids = self.vocabulary.encode(prompt)
        return OneReader(self._pieces(TextStream(self.vocabulary, ids), self.stream_ids(ids, options, sample)))

    @staticmethod
    def _pieces(text: TextStream, tokens: Iterator[int]) -> Generator[str, None, None]:
        for token in tokens:
            piece = text.push(token)
            if piece:
                yield piece
        rest = text.flush()
        if rest:
            yield rest

    @whole_call
    def complete(self, prompt: str = "", options: SamplingOptions | None = None, sample: int = 0) -> str:
        """The whole text that continues a prompt."""
        return "".join(self.stream(prompt, options, sample))
