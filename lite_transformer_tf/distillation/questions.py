"""The texts that a teacher answers, each once, and their references."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from lite_transformer_tf.data.cleaning import CleaningRules, clean
from lite_transformer_tf.data.corpus import Corpus, LeftOut
from lite_transformer_tf.data.held_out import HeldOutTexts
from lite_transformer_tf.text import is_blank

Item = str | tuple[str, str]
"""A text, or a text and its reference."""
Count = Callable[[str], int]
"""Number of a text's tokens, without `eos`."""

HELD_OUT = "held out (in a file of --exclude, or in the validation or test files of --data-dir)"
BLANK, REPEATED, TOO_LONG, UNEVEN = "blank", "repeated", "too long", "of uneven length"
BEYOND = "longer than the teacher reads"


@dataclass(frozen=True)
class Limits:
    """Limits of lengths in tokens.

    Args:
        rules: Limits of both sides of a pair.
        reads: Greatest number of tokens that the teacher reads of a text. `None` is any.
    """

    rules: CleaningRules
    reads: int | None = None

    def fault(self, source: int, target: int) -> str | None:
        """Why a pair with these numbers of tokens is left out; `None` if it is not."""
        return _fault_of_lengths(self.rules, source, target)

    def text_fault(self, source: int) -> str | None:
        """The same for a text alone."""
        if self.reads is not None and source > self.reads:
            return BEYOND
        if self.rules.max_source_tokens is not None:  # it is cut, as in training
            return None if source else BLANK
        return self.fault(source, source)


@lru_cache(maxsize=1 << 16)
def _fault_of_lengths(rules: CleaningRules, source: int, target: int) -> str | None:
    _, found = clean(np.array([source]), np.array([target]), rules)
    faults = ((found.empty, BLANK), (found.too_long, TOO_LONG), (found.ratio, UNEVEN))
    return next((reason for count, reason in faults if count), None)


@dataclass
class Questions:
    """What is answered; build it with `read_questions`.

    Attributes:
        texts: The texts, each once, in the order in which they first come.
        lengths: Their numbers of tokens.
        pairs: Place in `texts` and reference of each real pair; empty for texts without references.
        read: Number of items that were read.
        left_out: Number of items that were left out, by the reason.
        unusable: Lines that the reader left out.
    """

    texts: list[str] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    pairs: list[tuple[int, str]] = field(default_factory=list)
    read: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    unusable: LeftOut = field(default_factory=LeftOut)

    @property
    def order(self) -> list[int]:
        """Places of the texts in the order of answering: short ones first, so that batches have little padding."""
        return sorted(range(len(self.texts)), key=lambda place: (self.lengths[place], place))


def read_questions(
    corpus: Corpus[Item], held_out: HeldOutTexts, limits: Limits, counts: tuple[Count, Count]
) -> Questions:
    """Reads a corpus of texts or of pairs.

    Args:
        corpus: The texts.
        held_out: Texts that are left out, also as a reference.
        limits: Limits of the lengths.
        counts: Count the tokens of texts and of references.

    Raises:
        ValueError: No text is left; or see `Corpus.read`.
    """
    found = Questions()
    places: dict[str, int] = {}
    pairs: set[tuple[int | None, str | None]] = set()
    count_source, count_target = counts
    for item in corpus.read(found.unusable):
        found.read += 1
        text, reference = (item, None) if isinstance(item, str) else item
        known = places.get(text)
        if (known is not None and reference is None) or (known, reference) in pairs:
            found.left_out[REPEATED] += 1
            continue
        length = count_source(text) if known is None else found.lengths[known]
        reason = _fault(text, reference, held_out) or limits.text_fault(length)
        if reason is None and reference is not None:
            reason = limits.fault(length, count_target(reference))
        if reason is not None:
            found.left_out[reason] += 1
            continue
        if known is None:
            known = places[text] = len(found.texts)
            found.texts.append(text)
            found.lengths.append(length)
        if reference is not None:
            pairs.add((known, reference))
            found.pairs.append((known, reference))
    if not found.texts:
        received = f"{found.read} in {corpus.name}, left out: {reasons(found.left_out) or 'none'}"
        raise ValueError(f"At least one text must be left to answer. Received: {received}")
    return found


def _fault(text: str, reference: str | None, held_out: HeldOutTexts) -> str | None:
    sides: Iterable[str] = (text,) if reference is None else (text, reference)
    if any(is_blank(side) for side in sides):
        return BLANK
    return HELD_OUT if any(side in held_out for side in sides) else None


def reasons(counts: Counter[str]) -> str:
    """Counts in words, the greatest first."""
    return "; ".join(f"{count} {reason}" for reason, count in sorted(counts.items(), key=lambda entry: -entry[1]))
