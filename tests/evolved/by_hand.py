"""The cells of the Evolved Transformer in NumPy, in float64, position by position as the paper draws them."""

from __future__ import annotations

import numpy as np

Weights = dict[str, np.ndarray]
EPSILON = 1e-6


class Cells:
    """Cells with these weights.

    Args:
        weights: By the names of `named_variables`; computed in float64.
        heads: Number of heads of every attention but the first self-attention of a decoder cell, which has `wide`.
    """

    def __init__(self, weights: Weights, heads: int, wide: int) -> None:
        self.weights = {name: value.astype(np.float64) for name, value in weights.items()}
        self.heads, self.wide = heads, wide

    def norm(self, x: np.ndarray, name: str) -> np.ndarray:
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + EPSILON)
        return scaled * self.weights[f"{name}/gamma"] + self.weights[f"{name}/beta"]

    def dense(self, x: np.ndarray, name: str) -> np.ndarray:
        return x @ self.weights[f"{name}/kernel"] + self.weights.get(f"{name}/bias", 0.0)

    def separable(self, x: np.ndarray, name: str, before: int) -> np.ndarray:
        """(B, T, C) with `before` zeros in front and as many behind as the kernel needs."""
        taps = self.weights[f"{name}/taps"]
        padded = np.pad(x, ((0, 0), (before, len(taps) - 1 - before), (0, 0)))
        mixed = sum(taps[k] * padded[:, k : k + x.shape[1]] for k in range(len(taps)))
        return self.dense(mixed, f"{name}/pointwise")

    def attention(self, x: np.ndarray, memory: np.ndarray, name: str, heads: int, hidden: np.ndarray) -> np.ndarray:
        """`hidden` (B or 1, T or 1, S) is true where a key is not seen."""

        def split(tensor: np.ndarray) -> np.ndarray:
            return tensor.reshape(*tensor.shape[:2], heads, -1).transpose(0, 2, 1, 3)

        query, key, value = (
            split(self.dense(source, f"{name}/{part}"))
            for source, part in ((x, "query"), (memory, "key"), (memory, "value"))
        )
        scores = query @ key.transpose(0, 1, 3, 2) / np.sqrt(query.shape[-1]) - 1e9 * hidden[:, None]
        powers = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (powers / powers.sum(-1, keepdims=True)) @ value
        return self.dense(mixed.transpose(0, 2, 1, 3).reshape(x.shape), f"{name}/output")

    def encoder_cell(self, x: np.ndarray, real: np.ndarray, name: str) -> np.ndarray:
        dim, mask = x.shape[2], real[:, :, None]
        h = self.norm(x, f"{name}/gated_linear_unit_norm")
        gates = 1 / (1 + np.exp(-self.dense(h, f"{name}/gated_linear_unit/gates")))
        x = x + self.dense(h, f"{name}/gated_linear_unit/values") * gates
        h = self.norm(x, f"{name}/convolutions_norm") * mask
        left = np.maximum(self.dense(h, f"{name}/convolutions/left"), 0)
        padded = np.pad(h, ((0, 0), (1, 1), (0, 0)))
        neighbours = np.concatenate([padded[:, :-2], padded[:, 1:-1], padded[:, 2:]], 2)
        left[:, :, : dim // 2] += np.maximum(self.dense(neighbours, f"{name}/convolutions/right"), 0)
        h = self.norm(left, f"{name}/convolutions/inner_norm") * mask
        x = x.copy()
        x[:, :, : dim // 2] += self.separable(h, f"{name}/convolutions/output", 4)
        h = self.norm(x, f"{name}/self_attention_norm")
        x = x + self.attention(h, h, f"{name}/self_attention", self.heads, ~real[:, None])
        h = self.dense(self.norm(x, f"{name}/feed_forward_norm"), f"{name}/feed_forward/inner")
        x = x + self.dense(np.maximum(h, 0), f"{name}/feed_forward/outer")
        return self.norm(x, f"{name}/output_norm") if f"{name}/output_norm/gamma" in self.weights else x

    def decoder_cell(self, x: np.ndarray, memory: np.ndarray, real: np.ndarray, name: str) -> np.ndarray:
        dim, length = x.shape[2], x.shape[1]
        future, pads = np.triu(np.ones((1, length, length), bool), 1), ~real[:, None]
        h = self.norm(x, f"{name}/attention_norm")
        x = x + self.attention(h, h, f"{name}/wide_attention", self.wide, future)
        x = x + self.attention(h, memory, f"{name}/first_cross_attention", self.heads, pads)
        h = self.norm(x, f"{name}/convolutions_norm")
        both = np.maximum(self.separable(h, f"{name}/convolutions/left", 10), 0)
        both[:, :, : dim // 2] += self.separable(h, f"{name}/convolutions/right", 6)
        x = x + self.separable(self.norm(both, f"{name}/convolutions/inner_norm"), f"{name}/convolutions/output", 6)
        h = self.norm(x, f"{name}/self_attention_norm")
        x = x + self.attention(h, h, f"{name}/self_attention", self.heads, future)
        h = self.norm(x, f"{name}/second_cross_attention_norm")
        x = x + self.attention(h, memory, f"{name}/second_cross_attention", self.heads, pads)
        h = self.dense(self.norm(x, f"{name}/feed_forward_norm"), f"{name}/feed_forward/inner")
        h = self.norm(h / (1 + np.exp(-h)), f"{name}/feed_forward/inner_norm")
        x = x + self.dense(h, f"{name}/feed_forward/outer")
        return self.norm(x, f"{name}/output_norm") if f"{name}/output_norm/gamma" in self.weights else x
