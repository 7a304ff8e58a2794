"""What the branches of a trained model do with texts: attention weights and the taps of convolutions.

The paper's figures show that attention beside a convolution leaves what is near to it, and looks farther.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from benchmarks.quality.plots import new_figure, save
from lite_transformer_tf.branches.attention.layer import MultiHeadAttention
from lite_transformer_tf.branches.convolution.dynamic_layer import DynamicConvolution
from lite_transformer_tf.branches.convolution.lightweight_layer import LightweightConvolution
from lite_transformer_tf.composite import project
from lite_transformer_tf.layers.long_short_range_attention import LongShortRangeAttention
from lite_transformer_tf.layers.pre_norm_layer import PreNormLayer
from lite_transformer_tf.models.language_model import LanguageModel
from lite_transformer_tf.models.lite_transformer import LiteTransformer
from lite_transformer_tf.ops.attention import causal_bias, padding_bias, split_heads

REACH = 3  # positions to either side that count as near


@dataclass(frozen=True)
class BranchInput:
    """What a branch reads.

    Args:
        name: Such as `encoder/layer_0/attention`.
        layer: The Keras layer of the branch.
        inputs: (B, T, C), its channels.
        mask: Bool (B, T), true at real positions.
    """

    name: str
    layer: Any
    inputs: tf.Tensor
    mask: tf.Tensor


def branch_inputs(model: LiteTransformer | LanguageModel, inputs: Mapping[str, Any]) -> Iterator[BranchInput]:
    """What every branch of a model reads of a batch, layer by layer.

    Args:
        model: A built model whose layers have branches.
        inputs: `source_ids` (B, S) and `target_ids` (B, T), or `ids` (B, T) of a language model.

    Raises:
        ValueError: A layer has no branches, as those of the Evolved Transformer.
    """
    for stack, layers, states, mask in stacks(model, inputs):
        for index, (layer, state) in enumerate(zip(layers, states, strict=False)):
            lsra = getattr(layer, "lsra", None)
            if not isinstance(lsra, LongShortRangeAttention):
                received = f"{type(layer).__name__} as {stack}/layer_{index}"
                raise ValueError(f"Only layers with branches can be shown. Received: {received}")
            entering = layer.lsra_norm(state) if isinstance(layer, PreNormLayer) else state
            shares = tf.split(entering, [branch.channels for branch in lsra.branches], -1)
            for name, share in zip(lsra.parts, shares, strict=True):
                yield BranchInput(f"{stack}/layer_{index}/{name}", getattr(lsra, name), share, mask)


def stacks(
    model: LiteTransformer | LanguageModel, inputs: Mapping[str, Any]
) -> Iterator[tuple[str, list[Any], list[tf.Tensor], tf.Tensor]]:
    """Name, layers, inputs of the layers (and the last output), and mask of each stack."""
    if isinstance(model, LanguageModel):
        ids = tf.convert_to_tensor(inputs["ids"])
        yield "decoder", model.decoder.layers, model.features(ids, return_states=True), ids != model.config.pad_id
        return
    pad, source = model.config.pad_id, tf.convert_to_tensor(inputs["source_ids"])
    target = tf.convert_to_tensor(inputs["target_ids"])
    states, mask = model.encode(source, return_states=True)
    first = model.source_embedding(source) + model.positions(mask)
    yield "encoder", model.encoder.layers, [first, *states], mask
    decoded = model.decode(target, states[-1], mask, return_states=True)
    real = target != pad
    yield "decoder", model.decoder.layers, [model.target_embedding(target) + model.positions(real), *decoded], real


def attention_weights(branch: BranchInput) -> np.ndarray:
    """The weights (B, H, T, T) with which each position, a row, looks at each position."""
    layer: MultiHeadAttention = branch.layer
    query, key = (split_heads(project(part, branch.inputs), layer.num_heads) for part in (layer.query, layer.key))
    scores = tf.matmul(query * query.shape[-1] ** -0.5, key, transpose_b=True) + padding_bias(branch.mask, query.dtype)
    if layer.causal:
        length = branch.inputs.shape[1]
        scores += causal_bias(length, length, query.dtype)
    return tf.nn.softmax(tf.cast(scores, tf.float32)).numpy()


def taps(branch: BranchInput) -> np.ndarray:
    """The softmaxed taps (H, K) of a convolution; those that positions predict are averaged over real positions."""
    layer: LightweightConvolution = branch.layer
    if not isinstance(layer, DynamicConvolution):
        return tf.nn.softmax(layer.taps).numpy()
    projected = project(layer.input_projection, branch.inputs)
    if layer.glu:
        values, gates = tf.split(projected, 2, -1)
        projected = values * tf.sigmoid(gates)
    batch, length, _ = projected.shape
    raw = tf.reshape(project(layer.taps, projected), [batch, length, layer.num_heads, layer.kernel_size])
    return tf.reduce_mean(tf.boolean_mask(tf.nn.softmax(raw), branch.mask), 0).numpy()


def nearness(weights: np.ndarray, mask: np.ndarray, reach: int = REACH) -> dict[str, float]:
    """How near attention looks, averaged over heads and real positions.

    Args:
        weights: (B, H, T, T).
        mask: Bool (B, T).
        reach: Positions to either side that count as near.

    Returns:
        `near`, the share of the weight within reach, and `distance`, the mean distance in positions.
    """
    away = np.abs(np.subtract.outer(np.arange(weights.shape[2]), np.arange(weights.shape[3])))
    rows = np.broadcast_to(mask[:, None, :], weights.shape[:3])
    near = (weights * (away <= reach)).sum(-1)[rows]
    return {"near": float(near.mean()), "distance": float((weights * away).sum(-1)[rows].mean())}


def describe(model: LiteTransformer | LanguageModel, inputs: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Figures of every branch on a batch: how near attention looks, and the largest tap of a convolution's mean."""
    rows = []
    for branch in branch_inputs(model, inputs):
        row: dict[str, Any] = {"branch": branch.name, "kind": type(branch.layer).__name__}
        if isinstance(branch.layer, MultiHeadAttention):
            row |= nearness(attention_weights(branch), branch.mask.numpy())
        elif isinstance(branch.layer, LightweightConvolution):
            mean = taps(branch).mean(0)
            row |= {"taps": len(mean), "largest": int(mean.argmax()) - branch.layer.left, "weight": float(mean.max())}
        rows.append(row)
    return rows


def draw(
    model: LiteTransformer | LanguageModel, inputs: Mapping[str, Any], folder: Path, tokens: Mapping[str, list[str]]
) -> list[Path]:
    """Draws attention maps, averaged over heads, and kernels of every layer: a PNG file per stack.

    Args:
        model: See `branch_inputs`.
        inputs: A batch, of which the first text is drawn.
        folder: Where the files go.
        tokens: Pieces of that text per stack, for the axes.
    """
    by_stack: dict[str, list[BranchInput]] = {}
    for branch in branch_inputs(model, {name: ids[:1] for name, ids in inputs.items()}):
        by_stack.setdefault(branch.name.split("/")[0], []).append(branch)
    paths = []
    for stack, branches in by_stack.items():
        depth = len({branch.name.split("/")[1] for branch in branches})
        columns = len(branches) // depth
        figure = new_figure(4.5 * columns, 3.6 * depth)
        grid = figure.subplots(depth, columns, squeeze=False)
        for axes, branch in zip(grid.flat, branches, strict=True):
            draw_branch(axes, branch, tokens.get(stack, []))
        paths.append(folder / f"{stack}.png")
        save(figure, paths[-1])
    return paths


def draw_branch(axes: Any, branch: BranchInput, tokens: list[str]) -> None:
    """One panel: an attention map, or heads x taps."""
    axes.set_title(branch.name, fontsize=9)
    if isinstance(branch.layer, MultiHeadAttention):
        axes.imshow(attention_weights(branch)[0].mean(0), cmap="viridis", vmin=0)
        axes.set_xticks(range(len(tokens)), tokens, rotation=90, fontsize=6)
        axes.set_yticks(range(len(tokens)), tokens, fontsize=6)
        return
    if not isinstance(branch.layer, LightweightConvolution):
        axes.text(0.5, 0.5, type(branch.layer).__name__, ha="center", va="center")
        return
    left, kernel = branch.layer.left, branch.layer.kernel_size
    axes.imshow(taps(branch), aspect="auto", cmap="viridis", vmin=0, extent=(-left - 0.5, kernel - left - 0.5, 0, 1))
    axes.set_xlabel("offset in tokens", fontsize=7)
    axes.set_ylabel("heads", fontsize=7)
    axes.set_yticks([])
