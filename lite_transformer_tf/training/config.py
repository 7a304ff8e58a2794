"""The configuration of a training run, in sections: `model`, `vocabulary`, `data`, `training`, `decoding`.

A YAML file gives what differs from the defaults, the command line overrides it, and the merged whole is printed and stored with the
run. A name that does not exist is an error that lists those that do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

import yaml

from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.presets import build_config, preset, preset_names, require_kind
from lite_transformer_tf.data.cleaning import CleaningRules
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.training.settings import SettingsError, apply_overrides, from_mapping, to_mapping

C = TypeVar("C", bound="StoredConfig")
Precision = Literal["float32", "mixed_bfloat16", "mixed_float16"]


def _check(*rules: tuple[bool, str, object]) -> None:
    for holds, rule, received in rules:
        if not holds:
            raise SettingsError(f"{rule}. Received: {received!r}")


@dataclass(frozen=True)
class ScheduleConfig:
    """The learning rate over the updates; see `training.schedules`.

    Args:
        kind: `"inverse_sqrt"` or `"cosine"`.
        peak: rate at the end of the warm-up.  warmup_steps: updates until then.  initial: rate of the first update.
        period: cosine only, updates of its first half wave; `None` means all updates of the run that follow the warm-up.
        floor: cosine only, the rate at the end of a period.
        period_growth, shrink: cosine only, how each restart lengthens the period and lowers the rates.
    """

    kind: Literal["inverse_sqrt", "cosine"] = "inverse_sqrt"
    peak: float = 5e-4
    warmup_steps: int = 4000
    initial: float = 1e-7
    period: int | None = None
    floor: float = 1e-7
    period_growth: float = 1.0
    shrink: float = 1.0


@dataclass(frozen=True)
class OptimizerConfig:
    """Adam, Muon, or stochastic gradient descent with momentum; with decoupled weight decay.

    Args:
        kind: `"adam"`; `"muon"`, which orthogonalises the updates of kernels (`training.muon`); or `"sgd"`: with a momentum and
            Nesterov's look ahead, as the paper trains its language model.
        beta_1, beta_2, epsilon: of Adam, the recipes' numbers.
        momentum: of SGD, and of Muon's kernels; `None` means 0.99 for SGD and 0.95 for Muon.  nesterov: of SGD.
        weight_decay: each update takes `learning_rate * weight_decay` of every weight.
        decay_biases_and_norms: whether biases and LayerNorm weights decay as well, as they do in the reference.
        clip_norm: largest global norm of the gradients; `None` does not clip.
    """

    kind: Literal["adam", "muon", "sgd"] = "adam"
    beta_1: float = 0.9
    beta_2: float = 0.98
    epsilon: float = 1e-8
    weight_decay: float = 1e-4
    decay_biases_and_norms: bool = True
    clip_norm: float | None = None
    momentum: float | None = None
    nesterov: bool = True

    def __post_init__(self) -> None:
        _check(
            (self.momentum is None or 0 <= self.momentum < 1, "momentum must lie in [0, 1)", self.momentum),
            (self.weight_decay >= 0, "weight_decay must not be negative", self.weight_decay),
            (self.clip_norm is None or self.clip_norm > 0, "clip_norm must be positive", self.clip_norm),
        )


@dataclass(frozen=True)
class ValidationConfig:
    """How a model is judged during training.

    Args:
        every: epochs between validations. The last epoch is always validated.
        scores: whether the best model is the one of the best score by real decoding (BLEU, ROUGE-L); otherwise that of lowest loss.
        score_every: epochs between decodings, a multiple of `every`.
        sentences: decodes only the first so many; `None` means all.
        beam_size: of these decodings; 1 is greedy.
        patience: stops after so many validations that bring no better model; `None` never does.
    """

    every: int = 1
    scores: bool = True
    score_every: int = 1
    sentences: int | None = None
    beam_size: int = 1
    patience: int | None = None

    def __post_init__(self) -> None:
        _check(
            (self.every >= 1, "every must be at least 1", self.every),
            (
                self.score_every >= 1 and self.score_every % self.every == 0,
                "score_every must be a multiple of every",
                self.score_every,
            ),
            (self.sentences is None or self.sentences >= 1, "sentences must be positive", self.sentences),
            (self.beam_size >= 1, "beam_size must be at least 1", self.beam_size),
            (self.patience is None or self.patience >= 1, "patience must be at least 1", self.patience),
        )


@dataclass(frozen=True)
class TrainingConfig:
    """The loop.

    Args:
        seed: of the weights, the dropout and the order of the data.
        epochs: passes over the training data.
        max_updates: stops earlier, after so many updates; `None` does not.
        label_smoothing: share of the target distribution that is spread evenly over the vocabulary.
        accumulation_steps: batches whose gradients make one update. The last batches of an epoch that do not fill an update are left out.
        precision: `"float32"`, `"mixed_bfloat16"` or `"mixed_float16"` (the last with loss scaling).
        towers: parts of a batch that are computed side by side; `None` chooses by the machine.
        intra_op_threads, inter_op_threads: see `training.threads`; `None` chooses by the machine.
        schedule, optimizer, validation: see there.
        average: number of snapshots in the averaged model; 0 takes the best model alone.
        snapshot_every: updates between snapshots; `None` means one at the end of each epoch.
        checkpoint_every: updates between checkpoints, besides those at the end of each epoch.
        log_every: updates that one line of the log covers.
    """

    seed: int = 1
    epochs: int = 25
    max_updates: int | None = None
    label_smoothing: float = 0.1
    accumulation_steps: int = 1
    precision: Precision = "float32"
    towers: int | None = None
    intra_op_threads: int | None = None
    inter_op_threads: int | None = None
    schedule: ScheduleConfig = field(default_factory=ScheduleConfig)
    optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    validation: ValidationConfig = field(default_factory=ValidationConfig)
    average: int = 10
    snapshot_every: int | None = None
    checkpoint_every: int = 200
    log_every: int = 20

    def __post_init__(self) -> None:
        _check(
            (self.epochs >= 1, "epochs must be at least 1", self.epochs),
            (self.max_updates is None or self.max_updates >= 1, "max_updates must be at least 1", self.max_updates),
            (0 <= self.label_smoothing < 1, "label_smoothing must lie in [0, 1)", self.label_smoothing),
            (self.accumulation_steps >= 1, "accumulation_steps must be at least 1", self.accumulation_steps),
            (self.towers is None or self.towers >= 1, "towers must be at least 1", self.towers),
            (self.average >= 0, "average must not be negative", self.average),
            (
                self.snapshot_every is None or self.snapshot_every >= 1,
                "snapshot_every must be at least 1",
                self.snapshot_every,
            ),
            (self.checkpoint_every >= 1, "checkpoint_every must be at least 1", self.checkpoint_every),
            (self.log_every >= 1, "log_every must be at least 1", self.log_every),
        )

    def updates(self, steps_per_epoch: int) -> int:
        """Updates of a whole run whose epochs have so many batches."""
        total = self.epochs * (steps_per_epoch // self.accumulation_steps)
        return min(total, self.max_updates or total)


@dataclass(frozen=True)
class VocabularyConfig:
    """The SentencePiece vocabularies, trained on the training data; see `Vocabulary.train`.

    Args:
        kind: `"unigram"` or `"bpe"`.
        joint: one vocabulary for both languages.
        size: number of tokens (of each language's own vocabulary when `joint` is false).
        target_size: another size for the target's own vocabulary.
        character_coverage: share of the running characters that get tokens of their own.
    """

    kind: Literal["unigram", "bpe"] = "unigram"
    joint: bool = True
    size: int = 8000
    target_size: int | None = None
    character_coverage: float = 0.9999

    def __post_init__(self) -> None:
        _check((self.target_size is None or not self.joint, "target_size needs joint: false", self.target_size))


@dataclass(frozen=True)
class DataConfig:
    """The parallel text and how it is cleaned and batched; see `data.find_splits` and `TranslationData`.

    Args:
        source, target: languages, which are also the endings of the files (`train.en`, or `train.en.gz`).
        corpus: `"files"` in a data directory, or `"travel_phrases"`, which the package holds (en to fr, or swapped).
        test: stem of the test set's files, when the directory has several.
        tokens_per_batch: largest batch, in padded tokens of the longer side.
        cleaning: which training pairs are left out.
        on_disk: keeps the token ids in memory-mapped files in the run's directory, for a corpus too large for memory.
    """

    source: str
    target: str
    corpus: Literal["files", "travel_phrases"] = "files"
    test: str = "test"
    tokens_per_batch: int = 4096
    cleaning: CleaningRules = field(default_factory=CleaningRules)
    on_disk: bool = False


class StoredConfig:
    """What the configuration of every task can do: be read from plain settings, and be stored with the run."""

    training: TrainingConfig

    def to_dict(self) -> dict[str, Any]:
        return to_mapping(self)

    def to_yaml(self) -> str:
        """The merged configuration, as it is printed and stored."""
        return yaml.safe_dump(self.to_dict(), sort_keys=False, allow_unicode=True)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Raises `SettingsError` when a name or a value is wrong."""
        return from_mapping(cls, data)


@dataclass(frozen=True)
class RunConfig(StoredConfig):
    """A whole run. `model` holds `preset: NAME` or `architecture: ...`, and arguments of that architecture's builder."""

    data: DataConfig
    model: dict[str, Any]
    vocabulary: VocabularyConfig = field(default_factory=VocabularyConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    decoding: DecodingOptions = field(default_factory=DecodingOptions)

    def __post_init__(self) -> None:
        model = self.build_model_config(100, 100)  # finds a wrong model section before any work is done
        shared = model.embedding_sharing == "all" and not self.vocabulary.joint
        _check(
            (
                not shared,
                'model.embedding_sharing "all" needs one vocabulary for both languages, vocabulary.joint: true',
                self.model,
            )
        )

    def build_model_config(self, source_size: int, target_size: int) -> LiteTransformerConfig:
        """The model's configuration for vocabularies of these sizes."""
        settings = {**self.model, "source_vocabulary_size": source_size, "target_vocabulary_size": target_size}
        name = settings.pop("preset", None)
        if name is None and not self.vocabulary.joint:
            settings.setdefault("embedding_sharing", "target")
        try:
            if name is None:
                return require_kind(build_config(settings), LiteTransformerConfig, "architecture")
            if name not in preset_names():
                raise ValueError(f"preset must be one of {preset_names()}. Received: {name!r}")
            return require_kind(preset(name, **settings), LiteTransformerConfig, "preset")
        except ValueError as error:
            raise SettingsError(f"model: {error}") from error


def load_run_config(path: str | Path, overrides: Iterable[str] = ()) -> RunConfig:
    """Reads the YAML file of a translation run and applies `section.name=value` overrides, see `load_settings`."""
    return load_settings(RunConfig, path, overrides)


def load_settings(kind: type[C], path: str | Path, overrides: Iterable[str] = ()) -> C:
    """Reads a YAML file and applies `section.name=value` overrides.

    Args:
        kind: the configuration's class.
        path: the file.
        overrides: in the order in which they apply.

    Raises:
        SettingsError: the file cannot be read, is not YAML, or holds a wrong setting.
    """
    try:
        data = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The configuration file cannot be read: {error}. Received: {str(path)!r}") from error
    except yaml.YAMLError as error:
        raise SettingsError(
            f"The configuration file must be YAML: {' '.join(str(error).split())}. Received: {str(path)!r}"
        ) from error
    if data is not None and not isinstance(data, Mapping):
        raise SettingsError(f"The configuration file must hold sections of settings. Received: {data!r}")
    return kind.from_dict(apply_overrides(data or {}, overrides))
