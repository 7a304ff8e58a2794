"""The configuration of a language model's training run: the sections `data`, `vocabulary`, `model`, `training`, `evaluation`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.config.presets import build_config, preset, preset_names, require_kind
from lite_transformer_tf.training.config import StoredConfig, TrainingConfig, _check
from lite_transformer_tf.training.settings import SettingsError


@dataclass(frozen=True)
class LanguageDataConfig:
    """The text and how it becomes batches; see `data.find_text_splits` and `data.language_modeling`.

    Args:
        corpus: `"files"` in a data directory, or `"python_docs"`, the documentation that every CPython ships.
        order: `"shuffled"` blocks, or `"streams"`: the text cut into `batch_size` parts that run side by side.
        block: tokens of a row.
        batch_size: rows of a batch.
    """

    corpus: Literal["files", "python_docs"] = "files"
    order: Literal["shuffled", "streams"] = "shuffled"
    block: int = 128
    batch_size: int = 32

    def __post_init__(self) -> None:
        _check(
            (self.block >= 2, "block must be at least 2", self.block),
            (self.batch_size >= 1, "batch_size must be at least 1", self.batch_size),
        )


@dataclass(frozen=True)
class LanguageVocabularyConfig:
    """The vocabulary, made from the training text.

    Args:
        kind: `"words"` for a text that is tokenised already (see `WordVocabulary`), `"unigram"` or `"bpe"` for SentencePiece pieces.
        size: number of tokens; `None` takes all words.
        min_count: words only, leaves out rarer ones.
        character_coverage: pieces only, see `Vocabulary.train`.
    """

    kind: Literal["words", "unigram", "bpe"] = "words"
    size: int | None = None
    min_count: int = 1
    character_coverage: float = 0.9999

    def __post_init__(self) -> None:
        _check(
            (self.kind == "words" or self.size is not None, "a SentencePiece vocabulary needs a size", self.size),
            (self.min_count >= 1, "min_count must be at least 1", self.min_count),
        )


@dataclass(frozen=True)
class EvaluationConfig:
    """The windows in which perplexity is measured, see `PerplexityMeter`.

    Args:
        block: tokens predicted by one pass.
        context_window: tokens before them that are read again.
    """

    block: int = 128
    context_window: int = 0

    def __post_init__(self) -> None:
        _check(
            (self.block >= 1, "block must be at least 1", self.block),
            (self.context_window >= 0, "context_window must not be negative", self.context_window),
        )


@dataclass(frozen=True)
class LanguageValidationConfig:
    """How a model is judged during training: by its perplexity on the validation text.

    Args:
        every: epochs between validations. The last epoch is always validated.
        patience: stops after so many validations that bring no better model; `None` never does.
    """

    every: int = 1
    patience: int | None = None

    def __post_init__(self) -> None:
        _check(
            (self.every >= 1, "every must be at least 1", self.every),
            (self.patience is None or self.patience >= 1, "patience must be at least 1", self.patience),
        )

    @property
    def scores(self) -> bool:
        """Models are always compared by their perplexity."""
        return True

    @property
    def score_every(self) -> int:
        """Epochs between scores."""
        return self.every


@dataclass(frozen=True)
class LanguageTrainingConfig(TrainingConfig):
    """The loop, see `TrainingConfig`."""

    label_smoothing: float = 0.0
    validation: LanguageValidationConfig = field(default_factory=LanguageValidationConfig)  # type: ignore[assignment]


@dataclass(frozen=True)
class LanguageModelRunConfig(StoredConfig):
    """A whole run. `model` holds `preset: NAME` or the arguments of `LanguageModelConfig.lite` (with `architecture:
    transformer-language-model` those of `.transformer`); the vocabulary's size comes from the vocabulary."""

    model: dict[str, Any]
    data: LanguageDataConfig = field(default_factory=LanguageDataConfig)
    vocabulary: LanguageVocabularyConfig = field(default_factory=LanguageVocabularyConfig)
    training: LanguageTrainingConfig = field(default_factory=LanguageTrainingConfig)
    evaluation: EvaluationConfig = field(default_factory=EvaluationConfig)

    def __post_init__(self) -> None:
        model = self.build_model_config(
            self.vocabulary.size or 1 << 30
        )  # finds a wrong model section before any work is done
        smoothing = self.training.label_smoothing
        _check(
            (
                not (model.adaptive and smoothing),
                "An adaptive softmax has no label smoothing: training.label_smoothing must be 0",
                smoothing,
            )
        )

    def build_model_config(self, vocabulary_size: int) -> LanguageModelConfig:
        """The model's configuration for a vocabulary of this size.

        Raises:
            SettingsError: a setting is wrong, or a cut-off is not below the vocabulary's size.
        """
        settings = {"architecture": "language-model", **self.model, "vocabulary_size": vocabulary_size}
        name = settings.pop("preset", None)
        try:
            if name is None:
                return require_kind(build_config(settings), LanguageModelConfig, "architecture")
            if name not in preset_names():
                raise ValueError(f"preset must be one of {preset_names()}. Received: {name!r}")
            settings.pop("architecture")
            return require_kind(preset(name, **settings), LanguageModelConfig, f"preset {name!r}")
        except ValueError as error:
            raise SettingsError(f"model: {error}") from error
