"""What `compile` of our models accepts: checked before anything is compiled."""

from __future__ import annotations

import math
from typing import Any

import tensorflow as tf
import tf_keras as keras

PROBABILITIES = {
    keras.losses.sparse_categorical_crossentropy: "SparseCategoricalCrossentropy(from_logits=True)",
    keras.losses.categorical_crossentropy: "CategoricalCrossentropy(from_logits=True)",
    keras.losses.binary_crossentropy: "BinaryCrossentropy(from_logits=True)",
    keras.losses.categorical_focal_crossentropy: "CategoricalFocalCrossentropy(from_logits=True)",
    keras.losses.binary_focal_crossentropy: "BinaryFocalCrossentropy(from_logits=True)",
}
"""Functions that expect probabilities unless told otherwise, and what to use with logits."""

MEANS = (keras.losses.Reduction.AUTO, keras.losses.Reduction.SUM_OVER_BATCH_SIZE)


def require_counts(**counts: Any) -> None:
    """Raises ValueError unless all are integers of at least 1."""
    for name, value in counts.items():
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"compile: {name} must be an integer. Received: {value!r}")
        if value < 1:
            raise ValueError(f"compile: {name} must be at least 1. Received: {value}")


def require_logits(loss: Any, metrics: Any) -> None:
    """Raises ValueError for cross-entropies that would take the model's logits for probabilities."""
    for room, get, given in (("losses", keras.losses.get, loss), ("metrics", keras.metrics.get, metrics)):
        for item in tf.nest.flatten(given):
            name = "sparse_categorical_crossentropy" if item in ("crossentropy", "ce") else item
            found = get(name) if isinstance(name, str) and name not in ("accuracy", "acc") else name
            function = getattr(found, "fn", getattr(found, "_fn", found))
            if getattr(found, "_fn_kwargs", {}).get("from_logits"):
                continue
            for expecting, better in PROBABILITIES.items():
                if function is expecting:
                    raise ValueError(
                        "compile: the model returns logits, and this function expects probabilities: use "
                        f"keras.{room}.{better}. Received: {item!r}"
                    )


def token_loss(loss: Any) -> Any | None:
    """The loss when it is a mean over tokens with `token_losses`, such as `LabelSmoothedCrossEntropy`, else None."""
    losses = [keras.losses.get(item) if isinstance(item, str) else item for item in tf.nest.flatten(loss)]
    if len(losses) != 1 or not hasattr(losses[0], "token_losses"):
        return None
    return losses[0] if getattr(losses[0], "reduction", keras.losses.Reduction.AUTO) in MEANS else None


def require_r_drop(weight: float) -> None:
    """Raises ValueError if a weight of R-Drop is not a number from 0 on."""
    number = isinstance(weight, int | float) and not isinstance(weight, bool)
    if not number or not math.isfinite(weight) or weight < 0:
        raise ValueError(f"compile: r_drop must be a finite number, at least 0. Received: {weight!r}")


def require_token_loss(loss: Any, towers: int, accumulation_steps: int, teacher: Any, r_drop: float) -> None:
    """Raises ValueError if a setting that is made of tokens is combined with a loss that is not."""
    if towers > 1 or accumulation_steps > 1 or teacher is not None or r_drop:
        raise ValueError(
            "compile: towers, accumulation_steps, teacher and r_drop need a loss that has `token_losses` and is a mean "
            "over tokens, like LabelSmoothedCrossEntropy; with smoothing 0 that is SparseCategoricalCrossentropy("
            f"from_logits=True, ignore_class=pad_id). Received: {loss!r}"
        )


def require_replicas(strategy: tf.distribute.Strategy, jit_compile: bool, accumulation_steps: int) -> None:
    """Raises ValueError for settings that a strategy with several replicas cannot have."""
    replicas, name = strategy.num_replicas_in_sync, type(strategy).__name__
    if replicas > 1 and jit_compile and not isinstance(strategy, tf.distribute.TPUStrategy):
        raise ValueError(
            "compile: jit_compile must be False under a strategy with several replicas, whose sums XLA cannot compile. "
            f"Received: jit_compile=True under {name} with {replicas} replicas"
        )
    if accumulation_steps > 1 and isinstance(strategy, tf.distribute.TPUStrategy):
        raise ValueError(
            "compile: accumulation_steps must be 1 on TPUs, where an update cannot depend on a condition; raise the "
            f"tokens of a batch instead. Received: accumulation_steps={accumulation_steps} under {name}"
        )


def single_weight(loss_weights: Any) -> float | None:
    """The weight of the only loss. Keras takes a number, a list or a dict."""
    weights = tf.nest.flatten(loss_weights)
    if len(weights) != 1:
        raise ValueError(f"compile: loss_weights must be one number for the one output. Received: {loss_weights!r}")
    return None if weights[0] is None else float(weights[0])
