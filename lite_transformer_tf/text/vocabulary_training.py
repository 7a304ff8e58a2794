"""Training of SentencePiece models with this project's conventions."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

import sentencepiece

from lite_transformer_tf.text.model_file import SPECIAL_IDS, with_text_schema
from lite_transformer_tf.text.normalization import LATEST, is_blank, normalize
from lite_transformer_tf.text.vocabulary_size import supported_size

MODEL_KINDS = ("unigram", "bpe")
LONGEST_SENTENCE = 16_384  # bytes; SentencePiece skips longer ones
LEAST_COVERAGE = 0.98  # SentencePiece refuses less
THREADS = 8  # fixed, because sums of floats depend on how the sentences are distributed over threads

UNKNOWN = "\u2585"  # SentencePiece's own sign for a character without a piece; it skips every sentence with one
RESERVED = re.compile(f"{UNKNOWN}|<s>|<pad>|</s>|<unk>|<0x[0-9A-F]{{2}}>")


@dataclass(frozen=True)
class TextReport:
    """What a vocabulary was trained on.

    Args:
        read: Texts read.
        blank: Texts left out, because they contain white space and invisible characters only.
        unused: Texts left out, because the random sample of `max_sentences` does not contain them.
        cut: Texts of more than 16,384 bytes of UTF-8. All of their parts are used.
        reserved: Texts with U+2585 or the name of a special piece, such as `<s>`, which SentencePiece reserves. The
            rest of these texts is used; what is reserved is spelt with the pieces of other words, or in bytes.
    """

    read: int = 0
    blank: int = 0
    unused: int = 0
    cut: int = 0
    reserved: int = 0

    def __str__(self) -> str:
        counts = {
            "blank": self.blank,
            "beyond max_sentences": self.unused,
            f"cut into parts of {LONGEST_SENTENCE:,} bytes": self.cut,
            "used without U+2585 or names of special pieces": self.reserved,
        }
        told = "".join(f", {count} {what}" for what, count in counts.items() if count)
        return f"{self.read} texts read{told}"


def sample_sentences(sentences: Iterable[str], limit: int | None, seed: int) -> tuple[list[str], TextReport]:
    """The sentences that are not blank: all, or a random sample of `limit` (Vitter's algorithm R)."""
    generator = random.Random(seed)
    sample: list[str] = []
    count = blank = 0
    for sentence in sentences:
        if is_blank(sentence):
            blank += 1
            continue
        count += 1
        if limit is None or len(sample) < limit:
            sample.append(sentence)
            continue
        place = generator.randrange(count)
        if place < limit:
            sample[place] = sentence
    return sample, TextReport(read=count + blank, blank=blank, unused=count - len(sample))


def cut_text(text: str, limit: int = LONGEST_SENTENCE) -> list[str]:
    """Parts of at most `limit` bytes of UTF-8, cut at spaces, or between characters where there is no space."""
    data, begin = text.encode("utf-8"), 0
    parts = []
    while len(data) - begin > limit:
        end = data.rfind(b" ", begin + 1, begin + limit + 1)
        if end < 0:
            end = begin + limit
            while data[end] & 0xC0 == 0x80:  # inside a character
                end -= 1
        parts.append(data[begin:end].decode("utf-8"))
        begin = end
    return [*parts, data[begin:].decode("utf-8")]


def prepare_sentences(sentences: Iterable[str]) -> tuple[list[str], int, int]:
    """Normalised sentences that SentencePiece takes whole; how many were cut, and how many have reserved names."""
    prepared: list[str] = []
    cut = reserved = 0
    for sentence in sentences:
        text = normalize(sentence)
        reserved += RESERVED.search(text) is not None
        parts = cut_text(text.replace(UNKNOWN, " "))
        cut += len(parts) > 1
        prepared += (part for part in parts if part.strip())
    return prepared, cut, reserved


def _explain(message: str, size: int, kind: str, sentences: int) -> str:
    """SentencePiece's error as a sentence that says what to change."""
    largest = _largest_size(message)
    if largest:
        return (
            f"{sentences} sentences support a {kind} vocabulary of at most {largest} pieces; "
            f"give more text or a smaller size. Received: size={size}"
        )
    too_small = re.search(r"smaller than required_chars\. \d+ vs (\d+)", message)
    if too_small:
        return (
            f"The characters of these {sentences} sentences, 4 special and 256 byte pieces need a size of at least "
            f"{too_small[1]} (less with a lower character_coverage). Received: size={size}"
        )
    return (
        f"SentencePiece cannot make a {kind} vocabulary of these sentences; give other text or another size. "
        f"Received: size={size}, {sentences} sentences"
    )


def _largest_size(message: str) -> int | None:
    found = re.search(r"Please set it to a value <= (\d+)", message)
    return int(found[1]) if found else None


def _run_trainer(sentences: list[str], size: int, kind: str, character_coverage: float, split_digits: bool) -> bytes:
    writer = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(sentences),
        model_writer=writer,
        model_type=kind,
        vocab_size=size,
        character_coverage=character_coverage,
        split_digits=split_digits,
        byte_fallback=True,
        normalization_rule_name="identity",
        max_sentence_length=LONGEST_SENTENCE,
        num_threads=THREADS,
        minloglevel=2,
        **SPECIAL_IDS,
    )
    return with_text_schema(writer.getvalue(), LATEST)


def _check(size: int, kind: str, character_coverage: float, max_sentences: int | None) -> None:
    if kind not in MODEL_KINDS:
        raise ValueError(f"A vocabulary's kind must be one of {MODEL_KINDS}. Received: {kind!r}")
    if size < 1:
        raise ValueError(f"A vocabulary's size must be positive. Received: {size!r}")
    if not LEAST_COVERAGE <= character_coverage <= 1:
        raise ValueError(f"character_coverage must be in [{LEAST_COVERAGE}, 1]. Received: {character_coverage!r}")
    if max_sentences is not None and max_sentences < 1:
        raise ValueError(f"max_sentences must be positive, or None. Received: {max_sentences!r}")


def train_model(
    sentences: Iterable[str],
    size: int,
    kind: str,
    character_coverage: float,
    max_sentences: int | None,
    seed: int,
    allow_smaller: bool,
    at_most: bool = False,
    split_digits: bool = False,
) -> tuple[bytes, TextReport]:
    """Bytes of a trained `.model` file of the latest text schema, see `Vocabulary.train`, and what it was trained on.

    Args:
        allow_smaller: When `size` is too large for the sentences, train the largest vocabulary that they support.
        at_most: Takes `size` as a limit, see `supported_size`.
        split_digits: Gives each digit a piece of its own.

    Raises:
        ValueError: all sentences are blank, or `size` is too small or too large for them.
    """
    _check(size, kind, character_coverage, max_sentences)
    sample, report = sample_sentences(sentences, max_sentences, seed)
    prepared, cut, reserved = prepare_sentences(sample)
    report = replace(report, cut=cut, reserved=reserved)
    if not prepared:
        raise ValueError(f"A vocabulary needs at least one sentence with text. Received: none ({report})")
    size = supported_size(prepared, size) if at_most else size
    try:
        return _run_trainer(prepared, size, kind, character_coverage, split_digits), report
    except RuntimeError as error:
        largest = _largest_size(str(error))
        if (allow_smaller or at_most) and largest is not None:
            return _run_trainer(prepared, largest, kind, character_coverage, split_digits), report
        raise ValueError(_explain(str(error), size, kind, len(sample))) from error
