"""Going on with a text, token by token, with a Keras language model (docs/sampling.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from lite_transformer_tf.decoding.sampling import SamplingOptions, draw, uniform
from lite_transformer_tf.models.language_model import PREFILL
from lite_transformer_tf.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from lite_transformer_tf.models.language_model import LanguageModel
    from lite_transformer_tf.text.single_vocabulary import AnyVocabulary

BYTE_PIECE = re.compile("<0x([0-9A-F]{2})>")


class TextStream:
    """Turns ids that come one by one into pieces of text; a character whose bytes have not all come is held back.

    Args:
        vocabulary: what the ids mean.
        before: ids of the text in front, which is not given out again.
    """

    def __init__(self, vocabulary: AnyVocabulary, before: Sequence[int] = ()) -> None:
        self._vocabulary = vocabulary
        self._ids = list(before)
        self._given = vocabulary.decode(self._ids)

    def push(self, token: int) -> str:
        """The text that this token makes certain; it may be empty."""
        self._ids.append(token)
        return "" if _unfinished(self._bytes_at_the_end()) else self.flush()

    def flush(self) -> str:
        """All text that has not been given out; an unfinished character becomes U+FFFD."""
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
    """Whether the bytes end within a character of UTF-8 that further bytes could complete."""
    for length in range(1, min(3, len(data)) + 1):
        tail = data[-length:]
        if tail[0] >= 0xC0:
            needed = 2 if tail[0] < 0xE0 else 3 if tail[0] < 0xF0 else 4
            return tail[0] < 0xF5 and length < needed and all(0x80 <= byte < 0xC0 for byte in tail[1:])
        if tail[0] < 0x80:
            return False
    return False


def _cache_spec(tensor: tf.Tensor) -> tf.TensorSpec:
    """The keys and values of attention (B, H, S, d) grow along S; the history of a convolution does not."""
    shape = tensor.shape.as_list()
    return tf.TensorSpec([None, shape[1], None, shape[3]] if len(shape) == 4 else [None, *shape[1:]], tensor.dtype)


class Completer:
    """Completes texts with a `LanguageModel`; one graph serves prompts and steps of any length.

    Args:
        model: the model.
        vocabulary: what its ids mean.

    Example:
        completer = Completer(*load_model("runs/docs/model"))
        for piece in completer.stream("The value of", SamplingOptions(temperature=0.8, top_p=0.9)):
            print(piece, end="", flush=True)
    """

    def __init__(self, model: LanguageModel, vocabulary: AnyVocabulary) -> None:
        model.initialize()
        self.model, self.vocabulary = model, vocabulary
        self._start = model.initial_cache(1)
        signature = [tf.TensorSpec([None, None], tf.int32), tf.TensorSpec([], tf.int32), tf.nest.map_structure(_cache_spec, self._start)]

        @tf.function(input_signature=signature, autograph=False)
        def extend(ids: tf.Tensor, position: tf.Tensor, cache: Any) -> tuple[tf.Tensor, Any]:
            logits, cache = model.extend(ids, position, cache)
            return tf.nn.log_softmax(logits), cache

        self._extend = extend

    def _prefill(self, ids: Sequence[int]) -> tuple[np.ndarray, Any]:
        """Log-probabilities (V,) of what follows, and the cache."""
        cache: Any = self._start
        log_probs = None
        for begin in range(0, len(ids), PREFILL):
            piece = tf.constant([list(ids[begin : begin + PREFILL])], tf.int32)
            log_probs, cache = self._extend(piece, tf.constant(begin), cache)
        assert log_probs is not None
        return log_probs[0].numpy(), cache

    def stream_ids(self, prompt: Sequence[int], options: SamplingOptions | None = None, sample: int = 0) -> Iterator[int]:
        """Tokens that continue a prompt (ids without `eos`), without the `eos` that may end them.

        Args:
            prompt: ids; none begins a text.
            options: of sampling.
            sample: which completion of this prompt and seed.
        """
        options = options or SamplingOptions()
        config = self.model.config
        context = [config.eos_id, *prompt]
        log_probs, cache = self._prefill(context)
        for step in range(options.max_tokens):
            log_probs = log_probs.copy()
            log_probs[[config.bos_id, config.pad_id]] = -np.inf
            if step < options.min_tokens:
                log_probs[config.eos_id] = -np.inf
            token = draw(log_probs, options, uniform(options.seed, sample, step))
            if token == config.eos_id:
                return
            yield token
            if step + 1 < options.max_tokens:
                following, cache = self._extend(tf.constant([[token]], tf.int32), tf.constant(len(context) + step), cache)
                log_probs = following[0].numpy()

    def stream(self, prompt: str = "", options: SamplingOptions | None = None, sample: int = 0) -> Iterator[str]:
        """The text that continues a prompt, piece by piece as it is made; see `stream_ids`. Characters are never cut."""
        ids = self.vocabulary.encode(prompt)
        text = TextStream(self.vocabulary, ids)
        for token in self.stream_ids(ids, options, sample):
            piece = text.push(token)
            if piece:
                yield piece
        rest = text.flush()
        if rest:
            yield rest

    def complete(self, prompt: str = "", options: SamplingOptions | None = None, sample: int = 0) -> str:
        """The whole text that continues a prompt."""
        return "".join(self.stream(prompt, options, sample))
