"""The corpora of pairs that the package holds: one table of names, languages and readers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

from lite_transformer_tf.data.corpus import Corpus, LeftOut
from lite_transformer_tf.data.parallel_text import Pair, ParallelText

EmbeddedCorpus = Literal["travel_phrases", "everyday_phrases", "number_frames", "phrasebook", "essentials"]
"""The corpora of pairs that the package holds."""
ENGLISH, FRENCH = "en", "fr"


class _Phrase(Protocol):
    @property
    def source(self) -> str: ...

    @property
    def target(self) -> str: ...


@dataclass(frozen=True)
class _Holding:
    """A corpus from English to other languages.

    Args:
        others: Those languages.
        make: `make(language, split)` makes its pairs.
        splits: Splits that it has.
    """

    others: tuple[str, ...]
    make: Callable[[str, str], Iterable[_Phrase]]
    splits: tuple[str, ...] = ("train", "valid", "test")


def _travel_phrases(language: str, split: str) -> Iterable[_Phrase]:
    from lite_transformer_tf.data.travel_phrases import travel_phrases

    return travel_phrases(split)


def _everyday_phrases(language: str, split: str) -> Iterable[_Phrase]:
    from lite_transformer_tf.data.everyday_phrases import everyday_phrases

    return everyday_phrases(split)


def _number_frames(language: str, split: str) -> Iterable[_Phrase]:
    from lite_transformer_tf.data.everyday_phrases.number_frames import number_frames

    return number_frames(language, split)


def _phrasebook(language: str, split: str) -> Iterable[_Phrase]:
    from lite_transformer_tf.data.phrasebook import phrasebook

    return phrasebook(language, split)


def _essentials(language: str, split: str) -> Iterable[_Phrase]:
    from lite_transformer_tf.data.phrasebook import essentials

    return essentials(language)


_HOLDINGS: dict[str, _Holding] = {
    "travel_phrases": _Holding((FRENCH,), _travel_phrases),
    "everyday_phrases": _Holding((FRENCH,), _everyday_phrases),
    "number_frames": _Holding(("de", "es"), _number_frames),
    "phrasebook": _Holding((FRENCH, "de", "es"), _phrasebook),
    "essentials": _Holding((FRENCH, "de", "es"), _essentials, ("train",)),
}
assert set(_HOLDINGS) == set(get_args(EmbeddedCorpus))


def embedded_corpora(first: str, second: str) -> list[str]:
    """Names of the corpora that the package holds for two languages, in either order."""
    languages = {first, second}
    return [name for name, held in _HOLDINGS.items() if any(languages == {ENGLISH, other} for other in held.others)]


@dataclass(frozen=True)
class EmbeddedText(Corpus[Pair]):
    """A split of a corpus that the package holds, in either direction; it is made when it is read.

    Args:
        corpus: One of `EmbeddedCorpus`.
        split: `"train"`, `"valid"` or `"test"`.
        languages: Source and target language.

    Raises:
        ValueError: It has other languages, or not that split.
    """

    corpus: str
    split: str
    languages: tuple[str, str] = (ENGLISH, FRENCH)

    def __post_init__(self) -> None:
        if self.corpus not in embedded_corpora(*self.languages):
            known = " or ".join(str((ENGLISH, other)) for other in _HOLDINGS[self.corpus].others)
            raise ValueError(f"The corpus {self.corpus} has the languages {known}. Received: {self.languages!r}")
        splits = _HOLDINGS[self.corpus].splits
        if self.split not in splits:
            raise ValueError(f"The corpus {self.corpus} has the splits {splits}. Received: {self.split!r}")

    @property
    def name(self) -> str:  # type: ignore[override]
        return f"{self.corpus.replace('_', ' ')} ({self.split})"

    def in_memory(self) -> ParallelText:
        """The pairs."""
        other = next(language for language in self.languages if language != ENGLISH)
        made = _HOLDINGS[self.corpus].make(other, self.split)
        text = ParallelText.from_pairs(((pair.source, pair.target) for pair in made), self.name)
        return text if self.languages[0] == ENGLISH else text.swapped()

    def read(self, left_out: LeftOut) -> Iterator[Pair]:
        return self.in_memory().read(left_out)

    def digest(self) -> str:
        return self.in_memory().digest()
