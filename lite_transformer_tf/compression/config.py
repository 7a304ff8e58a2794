"""The settings of a chain of compression steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from lite_transformer_tf.files import PathLike
from lite_transformer_tf.litert.quantize.widths import WIDTHS
from lite_transformer_tf.training.config import StoredConfig, load_settings
from lite_transformer_tf.training.settings import SettingsError, apply_overrides

WEIGHT_BITS = tuple(sorted({width.bits for width in WIDTHS.values() if width.levels is not None}))


@dataclass(frozen=True)
class FineTuning:
    """A training that begins with a trained model.

    Args:
        epochs: passes over the training data.
        peak: highest learning rate; a cosine falls from it to nothing.
        warmup_steps: updates until the peak.
        average: snapshots in the averaged model; 0 keeps the last weights. Pruning always keeps the last.
        tokens_per_batch: of translation and summarization, see `DataConfig`; `None` takes that of the run. Smaller batches mean more
            updates for an epoch, and more noise in each.
        distillation: share of the uncompressed model's predictions in the loss, in [0, 1]; the labels have the rest. See `Teacher`.
        dropout: in the place of the run's; a model with fewer weights needs less of it (Han et al. 2015, section 3.2). `None` keeps it.
    """

    epochs: int = 5
    peak: float = 5e-4
    warmup_steps: int = 50
    average: int = 0
    tokens_per_batch: int | None = None
    distillation: float = 0.0
    dropout: float | None = None

    def __post_init__(self) -> None:
        if self.epochs < 1 or self.peak <= 0 or self.warmup_steps < 0 or self.average < 0:
            raise SettingsError(
                f"A fine-tuning must have epochs >= 1, peak > 0, warmup_steps >= 0 and average >= 0. Received: {self!r}"
            )
        if self.tokens_per_batch is not None and self.tokens_per_batch < 1:
            raise SettingsError(
                f"tokens_per_batch must be at least 1, or null for that of the run. Received: {self.tokens_per_batch!r}"
            )
        if not 0 <= self.distillation <= 1:
            raise SettingsError(f"distillation must lie in [0, 1]. Received: {self.distillation!r}")
        if self.dropout is not None and not 0 <= self.dropout < 1:
            raise SettingsError(
                f"dropout must lie in [0, 1), or be null for that of the run. Received: {self.dropout!r}"
            )


@dataclass(frozen=True)
class Pruning:
    """How much is pruned, and how fast.

    Args:
        sparsity: share of zeros in every weight matrix of the backbone, in [0, 1).
        embedding_sparsity: in the embedding tables; 0 leaves them alone.
        sensitivity: whether each layer's share depends on what the model loses when that layer alone is pruned; all of them together
            have `sparsity` then. The scan takes some minutes.
        reached: share of the updates after which the sparsity is reached.
        frequency: updates between two changes of the masks.
        training: the fine-tuning.
    """

    sparsity: float = 0.5
    embedding_sparsity: float = 0.5
    sensitivity: bool = False
    reached: float = 0.6
    frequency: int = 10
    training: FineTuning = field(default_factory=lambda: FineTuning(epochs=8, peak=1e-3))

    def __post_init__(self) -> None:
        for name in ("sparsity", "embedding_sparsity"):
            if not 0 <= getattr(self, name) < 1:
                raise SettingsError(f"{name} must lie in [0, 1). Received: {getattr(self, name)!r}")
        if not 0 < self.reached <= 1:
            raise SettingsError(f"reached must lie in (0, 1]. Received: {self.reached!r}")


@dataclass(frozen=True)
class CompressionConfig(StoredConfig):
    """The whole chain: prune, train with rounded weights for each width, export.

    Args:
        pruning: the first step.
        bits: widths of the weights that are trained for, each from the pruned model.
        quantization: the fine-tuning with rounded weights.
        average_bits: of a weight in the model that is trained for 4 bits. Above 4, a scan of the pruned model finds the layers that lose the
            most in 4 bits, and they have 8. The scan takes some minutes.
        integer: whether the 8-bit models are also exported for integer arithmetic (int16x8), which is slow to check on a CPU.
        check_limit: texts of the test set that each bundle is compared and scored on; `None` takes all.
        buckets: of the bundles; `None` takes those of the task.
    """

    pruning: Pruning = field(default_factory=Pruning)
    bits: tuple[int, ...] = (8, 4)
    quantization: FineTuning = field(default_factory=lambda: FineTuning(epochs=5, peak=5e-4, average=3))
    average_bits: float = 4.0
    integer: bool = True
    check_limit: int | None = None
    buckets: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        if (
            not self.bits
            or any(width not in WEIGHT_BITS for width in self.bits)
            or len(set(self.bits)) != len(self.bits)
        ):
            raise SettingsError(f"bits must be different widths of {list(WEIGHT_BITS)}. Received: {list(self.bits)!r}")
        if not 4 <= self.average_bits <= 8:
            raise SettingsError(f"average_bits must lie in [4, 8]. Received: {self.average_bits!r}")


def load_compression_config(path: PathLike | None = None, overrides: Iterable[str] = ()) -> CompressionConfig:
    """The settings of a YAML file, or the defaults, with `section.name=value` overrides.

    Raises:
        SettingsError: see `load_settings`.
    """
    return (
        CompressionConfig.from_dict(apply_overrides({}, overrides))
        if path is None
        else load_settings(CompressionConfig, Path(path), overrides)
    )
