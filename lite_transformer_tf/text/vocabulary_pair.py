"""The vocabularies of a source and a target language: one for both, or one each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Literal, TypeAlias

from lite_transformer_tf.files import PathLike
from lite_transformer_tf.limits import DEFAULT_LIMITS, Limits
from lite_transformer_tf.text.dictionary_vocabulary import DictionaryVocabulary
from lite_transformer_tf.text.vocabulary import Vocabulary

JOINT_NAME, SOURCE_NAME, TARGET_NAME = "vocabulary.model", "source.model", "target.model"
PieceVocabulary: TypeAlias = Vocabulary | DictionaryVocabulary
KINDS: dict[str, Any] = {".model": Vocabulary, ".json": DictionaryVocabulary}
"""Class of a vocabulary by the suffix of its file."""


def _named(name: str, vocabulary: PieceVocabulary) -> str:
    """The name of a vocabulary's file, with the suffix of its kind."""
    return str(Path(name).with_suffix(next(suffix for suffix, kind in KINDS.items() if isinstance(vocabulary, kind))))


@dataclass(frozen=True)
class VocabularyPair:
    """Source and target vocabulary; `joint` when they are equal.

    Args:
        source: Vocabulary of the source texts.
        target: Vocabulary of the target texts. `None` makes a joint pair with the source's.
    """

    source: PieceVocabulary
    target: PieceVocabulary = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.target is None or self.target == self.source:
            object.__setattr__(self, "target", self.source)

    @property
    def joint(self) -> bool:
        """Whether both sides have one vocabulary, so that their embeddings can be shared."""
        return self.source is self.target

    @property
    def sizes(self) -> tuple[int, int]:
        """Number of source and of target pieces."""
        return self.source.size, self.target.size

    @property
    def files(self) -> dict[str, PieceVocabulary]:
        """Vocabularies by the name of the file that `save` writes."""
        sides = {JOINT_NAME: self.source} if self.joint else {SOURCE_NAME: self.source, TARGET_NAME: self.target}
        return {_named(name, vocabulary): vocabulary for name, vocabulary in sides.items()}

    @classmethod
    def train(
        cls,
        sources: Iterable[str],
        targets: Iterable[str],
        size: int,
        kind: Literal["unigram", "bpe"] = "unigram",
        *,
        joint: bool = True,
        target_size: int | None = None,
        **settings: Any,
    ) -> VocabularyPair:
        """A pair trained on the two sides of a corpus.

        Args:
            sources, targets: Texts, each read once.
            size: Number of pieces of the joint or the source vocabulary.
            kind: See `Vocabulary.train`.
            joint: Whether both languages have one vocabulary.
            target_size: Number of pieces of a separate target vocabulary. `None` means `size`.
            **settings: Further arguments of `Vocabulary.train`.

        Raises:
            ValueError: see `Vocabulary.train`; or a joint pair was given a different `target_size`.
        """
        if not joint:
            source = Vocabulary.train(sources, size, kind, **settings)
            return cls(source, Vocabulary.train(targets, target_size or size, kind, **settings))
        if target_size not in (None, size):
            raise ValueError(f"A joint vocabulary has one size. Received: size={size!r}, target_size={target_size!r}")
        return cls(Vocabulary.train(chain(sources, targets), size, kind, **settings))

    def save(self, directory: PathLike) -> None:
        """Writes `vocabulary.model` (joint), or `source.model` and `target.model`, into a directory.

        Vocabularies of imported models end in `.json`.
        """
        folder = Path(directory)
        every = {
            str(Path(name).with_suffix(suffix)) for name in (JOINT_NAME, SOURCE_NAME, TARGET_NAME) for suffix in KINDS
        }
        for name in every - set(self.files):
            (folder / name).unlink(missing_ok=True)
        for name, vocabulary in self.files.items():
            vocabulary.save(folder / name)

    @classmethod
    def load(cls, directory: PathLike, limits: Limits = DEFAULT_LIMITS) -> VocabularyPair:
        """Reads what `save` wrote.

        Raises:
            FileNotFoundError: the directory has no vocabulary.
            ValueError: a file is not a vocabulary of this library.
        """
        folder = Path(directory)
        if (joint := _load(folder / JOINT_NAME, limits)) is not None:
            return cls(joint)
        source, target = (_load(folder / name, limits) for name in (SOURCE_NAME, TARGET_NAME))
        if source is None or target is None:
            raise FileNotFoundError(
                f"A directory of vocabularies must contain {JOINT_NAME!r}, or {SOURCE_NAME!r} and {TARGET_NAME!r}. "
                f"Received: {str(folder)!r}"
            )
        return cls(source, target)


def _load(path: Path, limits: Limits) -> PieceVocabulary | None:
    """The vocabulary of this name, with the suffix of either kind; `None` without one."""
    files = {path.with_suffix(suffix): kind for suffix, kind in KINDS.items()}
    return next((kind.load(file, limits) for file, kind in files.items() if file.is_file()), None)
