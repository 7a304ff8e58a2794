"""The vocabularies of a source and a target language: one for both, or one each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from lite_transformer_tf.files import PathLike
from lite_transformer_tf.text.vocabulary import Vocabulary

JOINT_NAME, SOURCE_NAME, TARGET_NAME = "vocabulary.model", "source.model", "target.model"


@dataclass(frozen=True)
class VocabularyPair:
    """Source and target vocabulary; `joint` when they are equal.

    Args:
        source: Vocabulary of the source texts.
        target: Vocabulary of the target texts. `None` makes a joint pair with the source's.
    """

    source: Vocabulary
    target: Vocabulary = None  # type: ignore[assignment]

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
    def files(self) -> dict[str, Vocabulary]:
        """Vocabularies by the name of the file that `save` writes."""
        return {JOINT_NAME: self.source} if self.joint else {SOURCE_NAME: self.source, TARGET_NAME: self.target}

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
        """Writes `vocabulary.model` (joint), or `source.model` and `target.model`, into a directory."""
        folder = Path(directory)
        for name in {JOINT_NAME, SOURCE_NAME, TARGET_NAME} - set(self.files):
            (folder / name).unlink(missing_ok=True)
        for name, vocabulary in self.files.items():
            vocabulary.save(folder / name)

    @classmethod
    def load(cls, directory: PathLike) -> VocabularyPair:
        """Reads what `save` wrote.

        Raises:
            FileNotFoundError: the directory has no vocabulary.
            ValueError: a file is not a vocabulary of this library.
        """
        folder = Path(directory)
        if (folder / JOINT_NAME).is_file():
            return cls(Vocabulary.load(folder / JOINT_NAME))
        if not (folder / SOURCE_NAME).is_file() or not (folder / TARGET_NAME).is_file():
            raise FileNotFoundError(
                f"A directory of vocabularies must contain {JOINT_NAME!r}, or {SOURCE_NAME!r} and {TARGET_NAME!r}. "
                f"Received: {str(folder)!r}"
            )
        return cls(Vocabulary.load(folder / SOURCE_NAME), Vocabulary.load(folder / TARGET_NAME))
