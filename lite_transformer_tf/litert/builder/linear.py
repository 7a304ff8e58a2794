"""Dense layers as the graphs read them: kernels transposed, stacked, scaled and padded to heads of equal width."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

Weights = Mapping[str, np.ndarray]


class Marks(np.ndarray):
    """Numbers in place of a weight, by which `litert.graph.unfolding` finds the weight in a file.

    Folding may move, repeat, pad and scale them, and nothing else.

    Attributes:
        softmaxed: Whether the file holds the softmax of the weight's rows.
    """

    softmaxed = False


@dataclass(frozen=True)
class Linear:
    """A Dense layer y = x @ kernel^T + bias.

    Args:
        kernel: (O, I).
        bias: (O,), or `None`.
    """

    kernel: np.ndarray
    bias: np.ndarray | None


def linear(weights: Weights, name: str, scale: float = 1.0) -> Linear:
    """The Dense layer `name` with transposed kernel; kernel and bias are multiplied by `scale`."""
    kernel = np.asarray(weights[f"{name}/kernel"], np.float32).T * np.float32(scale)
    bias = weights.get(f"{name}/bias")
    return Linear(
        np.ascontiguousarray(kernel), None if bias is None else np.asarray(bias, np.float32) * np.float32(scale)
    )


def softmax_rows(values: np.ndarray) -> np.ndarray:
    """The softmax of each row of a matrix, computed in float64, as float32. Marks stay what they are."""
    if isinstance(values, Marks):
        values.softmaxed = True
        return np.asarray(values, np.float32)
    raw = np.asarray(values, np.float64)
    powers = np.exp(raw - raw.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)


def unsoftmaxed(values: np.ndarray) -> np.ndarray:
    """Numbers whose softmax has these values, the inverse of `softmax_rows` up to a constant per row."""
    return np.log(np.maximum(values, np.finfo(np.float32).tiny), dtype=np.float64).astype(np.float32)


def norm(weights: Weights, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Scale and shift of a LayerNorm."""
    return np.asarray(weights[f"{name}/gamma"], np.float32), np.asarray(weights[f"{name}/beta"], np.float32)


def to_heads(layer: Linear, heads: int, head_dim: int) -> Linear:
    """Pads the heads of a projection (heads * d, I) with zero rows to `head_dim`."""
    kernel = layer.kernel.reshape(heads, -1, layer.kernel.shape[1])
    missing = head_dim - kernel.shape[1]
    padded = np.pad(kernel, ((0, 0), (0, missing), (0, 0))).reshape(heads * head_dim, -1)
    if layer.bias is None:
        return Linear(padded, None)
    return Linear(padded, np.pad(layer.bias.reshape(heads, -1), ((0, 0), (0, missing))).reshape(-1))


def from_heads(layer: Linear, heads: int, head_dim: int) -> Linear:
    """Pads the heads of an output projection (O, heads * d) with zero columns to `head_dim`."""
    kernel = layer.kernel.reshape(layer.kernel.shape[0], heads, -1)
    kernel = np.pad(kernel, ((0, 0), (0, 0), (0, head_dim - kernel.shape[2])))
    return Linear(kernel.reshape(layer.kernel.shape[0], heads * head_dim), layer.bias)


def stacked(layers: Sequence[Linear]) -> Linear:
    """Layers that read the same tensor as one layer with concatenated outputs. A missing bias counts as zeros."""
    biases = [np.zeros(len(layer.kernel), np.float32) if layer.bias is None else layer.bias for layer in layers]
    bias = None if all(layer.bias is None for layer in layers) else np.concatenate(biases)
    return Linear(np.concatenate([layer.kernel for layer in layers]), bias)
