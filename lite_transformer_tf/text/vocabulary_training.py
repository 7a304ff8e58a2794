"""Training of SentencePiece models with this project's conventions."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterable

import sentencepiece

from lite_transformer_tf.text.model_file import SPECIAL_IDS
from lite_transformer_tf.text.normalization import normalize
from lite_transformer_tf.text.vocabulary_size import supported_size

MODEL_KINDS = ("unigram", "bpe")
LONGEST_SENTENCE = 16_384  # bytes; SentencePiece skips longer ones
THREADS = 8  # fixed, because sums of floats depend on how the sentences are distributed over threads


def sample_sentences(sentences: Iterable[str], limit: int | None, seed: int) -> list[str]:
    """Normalised sentences without blank ones: all, or a random sample of `limit` (Vitter's algorithm R)."""
    generator = random.Random(seed)
    sample: list[str] = []
    count = 0
    for sentence in sentences:
        if not sentence.strip():
            continue
        count += 1
        if limit is None or len(sample) < limit:
            sample.append(sentence)
            continue
        place = generator.randrange(count)
        if place < limit:
            sample[place] = sentence
    return [normalize(sentence) for sentence in sample]


def _explain(message: str, size: int, kind: str, sentences: int) -> str:
    """SentencePiece's error as a sentence that says what to change."""
    too_large = re.search(r"Please set it to a value <= (\d+)", message)
    if too_large:
        return (
            f"{sentences} sentences support a {kind} vocabulary of at most {too_large[1]} pieces; "
            f"give more text or a smaller size. Received: size={size}"
        )
    too_small = re.search(r"smaller than required_chars\. \d+ vs (\d+)", message)
    if too_small:
        return (
            f"The characters of these {sentences} sentences, 4 special and 256 byte pieces need a size of at least "
            f"{too_small[1]} (less with a lower character_coverage). Received: size={size}"
        )
    return f"SentencePiece could not train a {kind} vocabulary of size {size} from {sentences} sentences: {message}"


def _largest_size(message: str) -> int | None:
    found = re.search(r"Please set it to a value <= (\d+)", message)
    return int(found[1]) if found else None


def _run_trainer(sentences: list[str], size: int, kind: str, character_coverage: float) -> bytes:
    writer = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(sentences),
        model_writer=writer,
        model_type=kind,
        vocab_size=size,
        character_coverage=character_coverage,
        byte_fallback=True,
        normalization_rule_name="identity",
        max_sentence_length=LONGEST_SENTENCE,
        num_threads=THREADS,
        minloglevel=2,
        **SPECIAL_IDS,
    )
    return writer.getvalue()


def train_model(
    sentences: Iterable[str],
    size: int,
    kind: str,
    character_coverage: float,
    max_sentences: int | None,
    seed: int,
    allow_smaller: bool,
    at_most: bool = False,
) -> bytes:
    """Bytes of a trained `.model` file, see `Vocabulary.train`.

    Args:
        allow_smaller: When `size` is too large for the sentences, train the largest vocabulary that they support.
        at_most: Takes `size` as a limit, see `supported_size`.

    Raises:
        ValueError: all sentences are blank, or `size` is too small or too large for them.
    """
    if kind not in MODEL_KINDS:
        raise ValueError(f"A vocabulary's kind must be one of {MODEL_KINDS}. Received: {kind!r}")
    if size < 1:
        raise ValueError(f"A vocabulary's size must be positive. Received: {size!r}")
    if not 0 < character_coverage <= 1:
        raise ValueError(f"character_coverage must be in (0, 1]. Received: {character_coverage!r}")
    if max_sentences is not None and max_sentences < 1:
        raise ValueError(f"max_sentences must be positive, or None. Received: {max_sentences!r}")
    sample = sample_sentences(sentences, max_sentences, seed)
    if not sample:
        raise ValueError("A vocabulary needs at least one sentence with text. Received: none")
    size = supported_size(sample, size) if at_most else size
    try:
        return _run_trainer(sample, size, kind, character_coverage)
    except RuntimeError as error:
        largest = _largest_size(str(error))
        if (allow_smaller or at_most) and largest is not None:
            return _run_trainer(sample, largest, kind, character_coverage)
        raise ValueError(_explain(str(error), size, kind, len(sample))) from error
