"""The configuration of a training run, in sections: `model`, `vocabulary`, `data`, `training`, `decoding`.

A YAML file gives what differs from the defaults, the command line overrides it, and the merged whole is printed and
stored with the run. Everything is checked when it is read, before anything is written.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from annotated_types import Interval

from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.presets import ModelConfig
from lite_transformer_tf.data.config import DataConfig, DataSection, located
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.settings import (
    NonNegativeFloat,
    NonNegativeInt,
    PositiveInt,
    Share,
    StoredConfig,
    Text,
    load_settings,
    require,
    section,
)
from lite_transformer_tf.training.fitting import TOKENS_PER_BATCH, tokens_per_batch
from lite_transformer_tf.training.model_section import model_config
from lite_transformer_tf.training.optimizers import OPTIMIZERS, OptimizerConfig
from lite_transformer_tf.training.optimizers.adam import AdamConfig
from lite_transformer_tf.training.schedules import SCHEDULES, ScheduleConfig
from lite_transformer_tf.training.schedules.inverse_square_root import InverseSquareRootConfig
from lite_transformer_tf.training.stored import upgraded

Precision = Literal["float32", "mixed_bfloat16", "mixed_float16"]


EPOCHS, LEAST_UPDATES = 25, 1200  # of a run that says neither
VALIDATIONS = 25


def default_epochs(updates_per_epoch: int, max_updates: int | None) -> int:
    """Epochs of a run that does not say how many: a small corpus is passed more often, for each update learns little.

    Args:
        updates_per_epoch: Updates that one epoch makes.
        max_updates: See `TrainingConfig`.
    """
    per_epoch = max(updates_per_epoch, 1)
    return -(-max_updates // per_epoch) if max_updates else max(EPOCHS, -(-LEAST_UPDATES // per_epoch))


@section
class ValidationConfig:
    """How a model is judged during training.

    Args:
        every: Epochs between validations. The last epoch is always validated. `None` means 1, or some 25 validations
            when the number of epochs follows from the data.
        scores: Whether the best model is the one with the best score by real decoding (BLEU, ROUGE-L); otherwise the
            one with the lowest loss. A score that is noise does not count, see `Score.rank`.
        score_every: Epochs between decodings, a multiple of `every`; `None` means `every`.
        sentences: Decodes only this many sentences, the first ones; `None` means all.
        beam_size: Of these decodings; 1 is greedy.
        patience: Stops after this many validations in a row without a better model; `None` never does. With `scores`,
            only validations that decode count.
    """

    every: PositiveInt | None = None
    scores: bool = True
    score_every: PositiveInt | None = None
    sentences: PositiveInt | None = None
    beam_size: PositiveInt = 1
    patience: PositiveInt | None = None

    def __post_init__(self) -> None:
        every = self.every or 1
        fits = not self.scores or self.score_every is None or self.score_every % every == 0
        require(fits, "score_every", f"must be a multiple of every, {every}", self.score_every)

    def fitted(self, every: int) -> Self:
        """The same with numbers in the place of `None`, `every` for those that follow from the data."""
        every = self.every or every
        return dataclasses.replace(self, every=every, score_every=self.score_every or every)


@section
class DistillationConfig:
    """A trained model that the student learns from at every token, beside the labels; see `models.teacher.Teacher`.

    Args:
        teacher: A finished run or a model directory, of the same task; it may be larger. The student takes its
            vocabularies, and the section `vocabulary` is not used. A relative path begins at the configuration file.
            `None` is no teacher.
        weight: Share of the teacher in the loss.
    """

    teacher: Text | None = None
    weight: Annotated[float, Interval(gt=0, le=1)] = 0.5


@section
class TrainingConfig:
    """The loop.

    Args:
        seed: Of the weights, the dropout and the order of the data.
        epochs: Passes over the training data. `None` means `max_updates`, or else 25, or as many as make 1,200 updates
            where those are more.
        max_updates: Stops earlier, after this many updates; `None` does not.
        label_smoothing: Share of the target distribution that is spread evenly over the vocabulary.
        r_drop: Weight of R-Drop (Liang et al. 2021): every batch passes twice with different dropout, at twice the
            cost, and the two predictions are drawn together. 0 is without; the paper takes 5 for translation.
        accumulation_steps: Batches whose gradients make one update. The last batches of an epoch that do not fill an
            update are left out.
        precision: `"float32"`, `"mixed_bfloat16"` or `"mixed_float16"` (the last with loss scaling).
        towers: Parts of a batch that are computed side by side; `None` chooses by the machine.
        intra_op_threads, inter_op_threads: See `training.threads`; `None` chooses by the machine.
        schedule: Learning rate over the updates: `training.schedules`.
        optimizer: See `training.optimizers`.
        validation: How the model is judged.
        distillation: A teacher.
        average: Number of snapshots in the averaged model; 0 takes the best model only.
        snapshot_every: Updates between snapshots; `None` means one at the end of each epoch.
        checkpoint_every: Updates between checkpoints, besides those at the end of each epoch.
        log_every: Updates per line of the log.
    """

    seed: Annotated[int, Interval(ge=0, lt=2**32)] = 1
    epochs: PositiveInt | None = None
    max_updates: PositiveInt | None = None
    label_smoothing: Share = 0.1
    r_drop: NonNegativeFloat = 0.0
    accumulation_steps: PositiveInt = 1
    precision: Precision = "float32"
    towers: PositiveInt | None = None
    intra_op_threads: PositiveInt | None = None
    inter_op_threads: PositiveInt | None = None
    schedule: Annotated[ScheduleConfig, SCHEDULES] = InverseSquareRootConfig()
    optimizer: Annotated[OptimizerConfig, OPTIMIZERS] = AdamConfig()
    validation: ValidationConfig = ValidationConfig()
    distillation: DistillationConfig = DistillationConfig()
    average: NonNegativeInt = 10
    snapshot_every: PositiveInt | None = None
    checkpoint_every: PositiveInt = 200
    log_every: PositiveInt = 20

    def updates(self, steps_per_epoch: int) -> int:
        """Updates of a whole run whose epochs have this many batches."""
        per_epoch = steps_per_epoch // self.accumulation_steps
        total = (self.epochs or default_epochs(per_epoch, self.max_updates)) * per_epoch
        return min(total, self.max_updates or total)

    @property
    def rhythm(self) -> tuple[int, int, int]:
        """Epochs, epochs between validations and epochs between decodings, of settings with all numbers."""
        every, score_every = self.validation.every, self.validation.score_every
        assert self.epochs is not None and every is not None and score_every is not None
        return self.epochs, every, score_every

    def fitted(self, steps_per_epoch: int) -> Self:
        """The same with numbers in the place of `None` where they follow from the batches of an epoch."""
        epochs, per_epoch = self.epochs, steps_per_epoch // self.accumulation_steps
        chosen = epochs or default_epochs(per_epoch, self.max_updates)
        every = 1 if epochs else max(1, chosen // VALIDATIONS)
        schedule = self.schedule.fitted(self.updates(steps_per_epoch))
        return dataclasses.replace(self, epochs=chosen, schedule=schedule, validation=self.validation.fitted(every))


def _with_teacher(settings: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The settings with an absolute path of the teacher, when a relative one begins at `folder`."""
    training = settings.get("training")
    section = training.get("distillation") if isinstance(training, Mapping) else None
    path = section.get("teacher") if isinstance(section, Mapping) else None
    if not isinstance(training, Mapping) or not isinstance(section, Mapping) or not isinstance(path, str) or not path:
        return settings
    found = {**section, "teacher": str((folder / Path(path).expanduser()).absolute())}
    return {**settings, "training": {**training, "distillation": found}}


class TaskConfig(StoredConfig):
    """The configuration of a run of any task. `build_model_config` takes the sizes of the task's vocabularies."""

    data: DataSection
    model: dict[str, Any]
    training: TrainingConfig
    build_model_config: Callable[..., ModelConfig]

    @classmethod
    def upgraded(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return upgraded(data)

    @classmethod
    def located(cls, data: Mapping[str, Any], folder: Path) -> dict[str, Any]:
        return _with_teacher(located(data, folder), folder)

    def fitted(self, train: Iterable[Any]) -> Self:
        """The same with batches that fit the training text, where the section `data` leaves them open."""
        return self


@section
class VocabularyConfig:
    """The SentencePiece vocabularies, trained on the training data; see `Vocabulary.train`.

    Args:
        kind: `"unigram"` or `"bpe"`.
        joint: One vocabulary for both languages.
        size: Number of tokens (of each language's own vocabulary when `joint` is false). A text that supports fewer
            gets fewer, see `supported_size`.
        target_size: Another size for the target's own vocabulary.
        character_coverage: Share of the running characters that get tokens of their own.
        split_digits: Each digit is a token of its own, so that numbers are copied digit by digit.
        max_sentences: Texts that it is trained on: of a larger corpus a random sample, of which the log tells. `None`
            takes all texts, and the memory for training grows with them.
        seed: Of that sample.
    """

    kind: Literal["unigram", "bpe"] = "unigram"
    joint: bool = True
    size: PositiveInt = 8000
    target_size: PositiveInt | None = None
    character_coverage: Annotated[float, Interval(ge=0.98, le=1)] = 0.9999
    split_digits: bool = False
    max_sentences: PositiveInt | None = 1_000_000
    seed: NonNegativeInt = 0

    def __post_init__(self) -> None:
        require(self.target_size is None or not self.joint, "target_size", "needs joint: false", self.target_size)


@section
class RunConfig(TaskConfig):
    """A whole run. `model` has `preset: NAME` or `architecture: ...`, and arguments of that architecture's builder."""

    data: DataConfig
    model: dict[str, Any]
    vocabulary: VocabularyConfig = VocabularyConfig()
    training: TrainingConfig = TrainingConfig()
    decoding: DecodingOptions = DecodingOptions()

    def __post_init__(self) -> None:
        model = self.build_model_config(100, 100)  # finds a wrong model section before any work is done
        require(
            model.embedding_sharing != "all" or self.vocabulary.joint,
            "model.embedding_sharing",
            '"all" needs one vocabulary for both languages, vocabulary.joint: true',
            self.model,
        )

    def build_model_config(self, source_size: int, target_size: int) -> LiteTransformerConfig:
        """The model's configuration for vocabularies of these sizes.

        Raises:
            SettingsError: a setting is wrong.
        """
        settings = {**self.model, "source_vocabulary_size": source_size, "target_vocabulary_size": target_size}
        if "preset" not in settings and not self.vocabulary.joint:
            settings.setdefault("embedding_sharing", "target")
        return model_config(settings, LiteTransformerConfig, "lite")

    def fitted(self, train: Iterable[tuple[str, str]]) -> Self:
        """The same with a number for `data.tokens_per_batch`: 4,096, or an eighth of the tokens of a small corpus."""
        if self.data.tokens_per_batch is not None:
            return self
        rules = self.data.cleaning
        longest = min(TOKENS_PER_BATCH, 1 + max(rules.max_tokens or TOKENS_PER_BATCH, rules.max_source_tokens or 0))
        data = dataclasses.replace(self.data, tokens_per_batch=tokens_per_batch(train, longest))
        return dataclasses.replace(self, data=data)


def load_run_config(path: str | Path, overrides: Iterable[str] = ()) -> RunConfig:
    """Reads the YAML file of a translation run and applies `section.name=value` overrides, see `load_settings`."""
    return load_settings(RunConfig, path, overrides)
