"""The plain Transformer with as many Mult-Adds as a model: the paper's baseline for Lite Transformer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from lite_transformer_tf.config import ModelConfig
from lite_transformer_tf.profiling.configurations import check_lengths, model_count, plain_transformer
from lite_transformer_tf.profiling.conventions import total
from lite_transformer_tf.profiling.parameters import Parameters, count_parameters

HEADS = (8, 4, 2)
UNIT = 64  # width of the smaller of the two models from which the Mult-Adds of other widths are computed


@dataclass(frozen=True)
class EqualTransformer:
    """A plain Transformer whose Mult-Adds, under the paper's convention, are nearest to a given number.

    Args:
        embed_dim: Width D. The feed-forward network is 4 D wide.
        layers: Number of layers of the encoder, and of the decoder.
        heads: Number of heads of every attention. It does not change the Mult-Adds.
        mult_adds: Mult-Adds of this Transformer.
        wanted: Given number of Mult-Adds.
        parameters: Numbers of parameters, with the vocabularies of the compared model.
    """

    embed_dim: int
    layers: int
    heads: int
    mult_adds: int
    wanted: int
    parameters: Parameters

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "parameters": self.parameters.to_dict()}


def _mult_adds(config: ModelConfig, source: int, target: int) -> int:
    return total(model_count(config, source, target).operations, "paper")


def _by_width(config: ModelConfig, layers: int | None, source: int, target: int) -> Callable[[int], int]:
    """Mult-Adds as a function of the width: exactly a quadratic polynomial without constant term, from two models."""
    one, two = (_mult_adds(plain_transformer(config, width, layers, 1), source, target) for width in (UNIT, 2 * UNIT))
    square, linear = two - 2 * one, 4 * one - two
    return lambda width: (square * width * width + linear * width * UNIT) // (2 * UNIT * UNIT)


def _nearest_width(mult_adds: Callable[[int], int], wanted: int, step: int) -> int:
    """The multiple of `step` whose Mult-Adds are nearest to `wanted`."""
    high = 1
    while mult_adds(high * step) < wanted:
        high *= 2
    low = 1
    while low < high:  # finds the first count that is not below `wanted`
        middle = (low + high) // 2
        low, high = (low, middle) if mult_adds(middle * step) >= wanted else (middle + 1, high)
    return step * min((max(low - 1, 1), low), key=lambda count: abs(mult_adds(count * step) - wanted))


def equal_transformer(
    config: ModelConfig,
    source: int = 30,
    target: int = 30,
    *,
    layers: int | None = None,
    heads: int | None = None,
    mult_adds: int | None = None,
) -> EqualTransformer:
    """Finds the width of the plain Transformer with as many Mult-Adds as a model.

    Args:
        config: Configuration of the model.
        source, target: Numbers of tokens.
        layers: Number of layers of the Transformer's encoder, and of its decoder. `None` uses 6, or a language model's
            own number.
        heads: Number of heads, a divisor of the width. `None` allows every even width and uses the largest of 8, 4 and
            2 that divides it.
        mult_adds: Wanted Mult-Adds under the paper's convention. `None` uses the model's.

    Returns:
        The Transformer, with its numbers.

    Raises:
        ValueError: A length, `layers`, `heads` or `mult_adds` is not positive.
    """
    check_lengths(source, target)
    for name, value in (("layers", layers), ("heads", heads), ("mult_adds", mult_adds)):
        if value is not None and value < 1:
            raise ValueError(f"The equal Transformer's {name} must be at least 1. Received: {value}")
    wanted = _mult_adds(config, source, target) if mult_adds is None else mult_adds
    step = 2 if heads is None else heads * (1 + heads % 2)  # widths must be even
    width = _nearest_width(_by_width(config, layers, source, target), wanted, step)
    heads = heads or next(count for count in HEADS if width % count == 0)
    found = plain_transformer(config, width, layers, heads)
    count = model_count(found, source, target)
    return EqualTransformer(
        embed_dim=width,
        layers=len(found.decoder),
        heads=heads,
        mult_adds=total(count.operations, "paper"),
        wanted=wanted,
        parameters=count_parameters(count.shapes),
    )
