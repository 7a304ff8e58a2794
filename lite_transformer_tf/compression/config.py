"""The settings of a chain of compression steps."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, TypeVar

from annotated_types import Interval, MinLen

from lite_transformer_tf.files import PathLike
from lite_transformer_tf.litert.quantize.widths import WIDTHS
from lite_transformer_tf.settings import (
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    Share,
    StoredConfig,
    apply_overrides,
    load_settings,
    require,
    section,
)

T = TypeVar("T")
WEIGHT_BITS = tuple(sorted({width.bits for width in WIDTHS.values() if width.levels is not None}))


def replaced(settings: T, **changes: object) -> T:
    """`dataclasses.replace` for a section that is known by its base class or protocol only."""
    return dataclasses.replace(settings, **changes)  # type: ignore[type-var]


@section
class FineTuning:
    """A training that begins with a trained model.

    Args:
        epochs: Passes over the training data.
        peak: Highest learning rate; a cosine falls from it to a hundredth.
        warmup_steps: Updates until the peak.
        average: Snapshots in the averaged model; 0 keeps the last weights. Pruning always keeps the last.
        tokens_per_batch: Of translation and summarization, see `DataConfig`; `None` takes that of the run. Smaller
            batches mean more updates per epoch, and more noise in each.
        distillation: Share of the uncompressed model's predictions in the loss, in [0, 1]; the labels have the rest.
            See `Teacher`.
        dropout: Replaces the run's; a model with fewer weights needs less of it (Han et al. 2015, section 3.2). `None`
            keeps that of the run.
    """

    epochs: PositiveInt = 5
    peak: PositiveFloat = 5e-4
    warmup_steps: NonNegativeInt = 50
    average: NonNegativeInt = 0
    tokens_per_batch: Annotated[int, Interval(ge=2)] | None = None
    distillation: Annotated[float, Interval(ge=0, le=1)] = 0.0
    dropout: Share | None = None


@section
class Pruning:
    """How much is pruned, and how fast.

    Args:
        sparsity: Share of zeros in every weight matrix of the backbone, in [0, 1).
        embedding_sparsity: The same in the embedding tables; 0 does not prune them.
        sensitivity: Whether each layer's share depends on the loss increase when only that layer is pruned; over all of
            them it is `sparsity` then. The scan takes some minutes.
        reached: Share of the updates after which the sparsity is reached.
        frequency: Updates between two changes of the masks.
        training: The fine-tuning.
    """

    sparsity: Share = 0.5
    embedding_sparsity: Share = 0.5
    sensitivity: bool = False
    reached: Annotated[float, Interval(gt=0, le=1)] = 0.6
    frequency: PositiveInt = 10
    training: FineTuning = FineTuning(epochs=8, peak=1e-3)


@section
class CompressionConfig(StoredConfig):
    """The whole chain: prune, train with rounded weights for each width, export.

    Args:
        pruning: The first step; `None` leaves it out, for a model that is small enough without zeros.
        bits: Widths of the weights that are trained for, each from the pruned model, or from the model of the run.
        quantization: The fine-tuning with rounded weights.
        average_bits: Bits per weight in the model that is trained for 4 bits. Above 4, a scan of that model finds
            the layers that lose the most in 4 bits, and they have 8. The scan takes some minutes.
        integer: Whether the 8-bit models are also exported for integer arithmetic (int16x8), which is slow to check on
            a CPU.
        check_limit: Texts of the test set that each bundle is compared and scored on; `None` takes all.
        buckets: Of the bundles; `None` takes those of the task.
    """

    pruning: Pruning | None = Pruning()
    bits: Annotated[tuple[PositiveInt, ...], MinLen(1)] = (8, 4)
    quantization: FineTuning = FineTuning(epochs=5, peak=5e-4, average=3)
    average_bits: Annotated[float, Interval(ge=4, le=8)] = 4.0
    integer: bool = True
    check_limit: PositiveInt | None = None
    buckets: Annotated[tuple[PositiveInt, ...], MinLen(1)] | None = None

    def __post_init__(self) -> None:
        known = set(self.bits) <= set(WEIGHT_BITS) and len(set(self.bits)) == len(self.bits)
        require(known, "bits", f"must be different widths of {list(WEIGHT_BITS)}", list(self.bits))
        wide = self.average_bits == 4 or 4 in self.bits
        require(wide, "average_bits", "needs a width of 4 in bits", self.average_bits)
        rising = self.buckets is None or all(low < high for low, high in zip(self.buckets, self.buckets[1:]))
        require(rising, "buckets", "must be increasing", self.buckets)


def load_compression_config(path: PathLike | None = None, overrides: Iterable[str] = ()) -> CompressionConfig:
    """The settings of a YAML file, or the defaults, with `section.name=value` overrides.

    Raises:
        SettingsError: see `load_settings`.
    """
    if path is None:
        return CompressionConfig.from_dict(apply_overrides({}, overrides))
    return load_settings(CompressionConfig, Path(path), overrides)
