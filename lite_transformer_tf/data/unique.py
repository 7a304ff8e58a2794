"""A corpus without texts that occur twice, or in another set."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from lite_transformer_tf.data.corpus import Corpus, LeftOut, mixture
from lite_transformer_tf.data.found import Found
from lite_transformer_tf.data.hold_out import key_of

TWICE = "that occur before"
HELD_OUT = "of the validation or test set"


def key(text: str) -> str:
    """What two equal texts have in common: the letters and digits of their `key_of`; of a text without any, all of it.

    A text for training that differs from another in punctuation only is the same one. Which texts are held out follows
    from `key_of` itself, so that it stays as it is.
    """
    folded = key_of(text)
    words = "".join(character if character.isalnum() else " " for character in folded).split()
    return " ".join(words) or folded


def _mark(text: str) -> bytes:
    return hashlib.blake2b(key(text).encode("utf-8"), digest_size=16).digest()


@dataclass(frozen=True)
class Unique(Corpus[str]):
    """The texts of a corpus, each once.

    Args:
        corpus: The corpus.
        before: Corpora whose texts are left out too, in the order of a mixture.
        held_out: Validation and test sets, whose texts are left out.
    """

    corpus: Corpus[str]
    before: tuple[Corpus[str], ...] = ()
    held_out: tuple[Corpus[str], ...] = ()

    @property
    def name(self) -> str:  # type: ignore[override]
        return self.corpus.name

    def read(self, left_out: LeftOut) -> Iterator[str]:
        held_out = {_mark(text) for corpus in self.held_out for text in corpus}
        seen = {_mark(text) for corpus in self.before for text in corpus}
        for number, text in enumerate(self.corpus.read(left_out), start=1):
            mark = _mark(text)
            if mark in held_out or mark in seen:
                left_out.add(HELD_OUT if mark in held_out else TWICE, f"{self.name!r}, usable line {number}")
                continue
            seen.add(mark)
            yield text

    def digest(self) -> str:
        parts = [corpus.digest() for corpus in (self.corpus, *self.before, *self.held_out)]
        return hashlib.sha256("\n".join([*parts, "each once"]).encode("ascii")).hexdigest()


def unique(found: Found[str]) -> Found[str]:
    """The same with training texts that occur once, and in neither the validation nor the test set."""
    held_out = tuple(corpus for corpus in (found.valid, found.test) if corpus is not None)
    parts = found.train.parts
    corpora = tuple(corpus for corpus, _ in parts)
    kept = [(Unique(corpus, corpora[:place], held_out), weight) for place, (corpus, weight) in enumerate(parts)]
    return dataclasses.replace(found, train=mixture(kept))
