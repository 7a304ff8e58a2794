"""The configuration of a language model's run: the sections `data`, `vocabulary`, `model`, `training`, `evaluation`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from annotated_types import Interval

from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.data.config import LanguageDataConfig
from lite_transformer_tf.settings import NonNegativeInt, PositiveInt, Share, require, section
from lite_transformer_tf.training.config import TaskConfig, TrainingConfig
from lite_transformer_tf.training.fitting import rows_per_batch
from lite_transformer_tf.training.model_section import model_config

ROWS = 32  # of a batch


@section
class LanguageVocabularyConfig:
    """The vocabulary, made from the training text.

    Args:
        kind: `"words"` for a text that is tokenised already (see `WordVocabulary`), `"typed"` for the words of a text
            as people type it (see `TypedWords`), `"unigram"` or `"bpe"` for SentencePiece pieces.
        size: Number of tokens; `None` takes all words. A text that supports fewer pieces gets fewer, see
            `supported_size`.
        min_count: Words of either kind only, leaves out rarer ones.
        character_coverage, split_digits: Pieces only, see `Vocabulary.train`.
    """

    kind: Literal["words", "typed", "unigram", "bpe"] = "words"
    size: PositiveInt | None = None
    min_count: PositiveInt = 1
    character_coverage: Annotated[float, Interval(ge=0.98, le=1)] = 0.9999
    split_digits: bool = False

    def __post_init__(self) -> None:
        words = self.kind in ("words", "typed")
        require(words or self.size is not None, "size", f"of a vocabulary of kind {self.kind} must be given", None)
        require(words or self.min_count == 1, "min_count", "needs kind: words or typed", self.min_count)
        pieces_only = not words or self.character_coverage == type(self).character_coverage
        require(pieces_only, "character_coverage", "needs kind: unigram or bpe", self.character_coverage)
        require(not words or not self.split_digits, "split_digits", "needs kind: unigram or bpe", self.split_digits)


@section
class EvaluationConfig:
    """The windows in which perplexity is measured, see `PerplexityMeter`.

    Args:
        block: Tokens predicted by one pass.
        context_window: Tokens before them that are read again.
    """

    block: PositiveInt = 128
    context_window: NonNegativeInt = 0


@section
class LanguageValidationConfig:
    """How a model is judged during training: by its perplexity on the validation text.

    Args:
        every: Epochs between validations. The last epoch is always validated. `None` means 1, or some 25 validations
            when the number of epochs follows from the data.
        patience: Stops after this many validations in a row without a better model; `None` never does.
    """

    every: PositiveInt | None = None
    patience: PositiveInt | None = None

    @property
    def scores(self) -> bool:
        """Models are always compared by their perplexity."""
        return True

    @property
    def score_every(self) -> int | None:
        """Epochs between scores."""
        return self.every

    def fitted(self, every: int) -> Self:
        """See `ValidationConfig.fitted`."""
        return dataclasses.replace(self, every=self.every or every)


@section
class LanguageTrainingConfig(TrainingConfig):
    """The loop, see `TrainingConfig`."""

    label_smoothing: Share = 0.0
    validation: LanguageValidationConfig = LanguageValidationConfig()  # type: ignore[assignment]


@section
class LanguageModelRunConfig(TaskConfig):
    """A whole run. `model` holds `preset: NAME` or the arguments of `LanguageModelConfig.lite` (with `architecture:
    transformer-language-model` those of `.transformer`); the vocabulary's size comes from the vocabulary."""

    model: dict[str, Any]
    data: LanguageDataConfig = LanguageDataConfig()
    vocabulary: LanguageVocabularyConfig = LanguageVocabularyConfig()
    training: LanguageTrainingConfig = LanguageTrainingConfig()
    evaluation: EvaluationConfig = EvaluationConfig()

    def __post_init__(self) -> None:
        model = self.build_model_config(
            self.vocabulary.size or 1 << 30
        )  # finds a wrong section before any work is done
        smoothing = self.training.label_smoothing
        plain = not (model.adaptive and smoothing)
        require(plain, "training.label_smoothing", "must be 0: an adaptive softmax has no label smoothing", smoothing)

    def fitted(self, train: Iterable[str]) -> Self:
        """The same with a number for `data.batch_size`."""
        if self.data.batch_size is not None:
            return self
        rows = rows_per_batch(train, self.data.block, ROWS)
        return dataclasses.replace(self, data=dataclasses.replace(self.data, batch_size=rows))

    def build_model_config(self, vocabulary_size: int) -> LanguageModelConfig:
        """The model's configuration for a vocabulary of this size.

        Raises:
            SettingsError: a setting is wrong, or a cut-off is not below the vocabulary's size.
        """
        return model_config({**self.model, "vocabulary_size": vocabulary_size}, LanguageModelConfig, "language-model")
