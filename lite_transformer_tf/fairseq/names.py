"""Which tensor of the authors' code is which weight here: one table for both directions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from lite_transformer_tf.branches import BranchConfig
from lite_transformer_tf.cells import LayerConfig
from lite_transformer_tf.config import LanguageModelConfig, LiteTransformerConfig, ModelConfig
from lite_transformer_tf.fairseq.errors import CheckpointError

IGNORED = (".version", "._float_tensor", ".embed_positions.weights")
"""Ends of the names of buffers, which say nothing about a model."""


@dataclass(frozen=True)
class Form:
    """How the numbers of a tensor are arranged.

    Args:
        ours: From the tensor to the weight.
        theirs: From the weight to the tensor.
    """

    ours: Callable[[np.ndarray], np.ndarray]
    theirs: Callable[[np.ndarray], np.ndarray]


SAME = Form(lambda tensor: tensor, lambda weight: weight)
TRANSPOSED = Form(np.transpose, np.transpose)
TAPS = Form(lambda tensor: tensor.reshape(tensor.shape[0], tensor.shape[-1]), lambda weight: weight[:, None, :])
CUDA_TAPS = Form(TAPS.ours, lambda weight: weight)


@dataclass(frozen=True)
class Row:
    """One row of the table.

    Args:
        theirs: Name of the tensor.
        ours: Name of the weight. Tied tensors share one.
        form: How its numbers are arranged.
    """

    theirs: str
    ours: str
    form: Form = SAME


def _dense(theirs: str, ours: str, bias: bool = True) -> Iterator[Row]:
    yield Row(f"{theirs}.weight", f"{ours}/kernel", TRANSPOSED)
    if bias:
        yield Row(f"{theirs}.bias", f"{ours}/bias")


def _norm(theirs: str, ours: str) -> Iterator[Row]:
    yield Row(f"{theirs}.weight", f"{ours}/gamma")
    yield Row(f"{theirs}.bias", f"{ours}/beta")


def _attention(theirs: str, ours: str) -> Iterator[Row]:
    for part, name in {"k_proj": "key", "v_proj": "value", "q_proj": "query", "out_proj": "output"}.items():
        yield from _dense(f"{theirs}.{part}", f"{ours}/{name}")


def _branch(branch: BranchConfig, theirs: str, ours: str, taps: Form) -> Iterator[Row]:
    if branch.kind == "attention":
        yield from _attention(theirs, ours)
        return
    if branch.kind == "dynamic":
        yield from _dense(f"{theirs}.weight_linear", f"{ours}/taps", bias=False)
    else:
        yield Row(f"{theirs}.weight", f"{ours}/taps", taps)
    yield from _dense(f"{theirs}.linear1", f"{ours}/input")
    yield from _dense(f"{theirs}.linear2", f"{ours}/output")


def is_plain(layer: LayerConfig) -> bool:
    """Whether a layer is one of the plain Transformer: a single attention branch, which their code does not number."""
    return [branch.kind for branch in layer.branches] == ["attention"]


def _layer(layer: LayerConfig, theirs: str, ours: str, taps: Form) -> Iterator[Row]:
    yield from _norm(f"{theirs}.self_attn_layer_norm", f"{ours}/lsra_norm")
    for index, (branch, name) in enumerate(zip(layer.branches, layer.branch_names, strict=True)):
        place = "self_attn" if is_plain(layer) else f"self_attn.branches.{index}"
        yield from _branch(branch, f"{theirs}.{place}", f"{ours}/lsra/{name}", taps)
    if layer.cross_attention_heads is not None:
        yield from _attention(f"{theirs}.encoder_attn", f"{ours}/cross_attention")
        yield from _norm(f"{theirs}.encoder_attn_layer_norm", f"{ours}/cross_attention_norm")
    yield from _dense(f"{theirs}.fc1", f"{ours}/feed_forward/inner")
    yield from _dense(f"{theirs}.fc2", f"{ours}/feed_forward/outer")
    yield from _norm(f"{theirs}.final_layer_norm", f"{ours}/feed_forward_norm")


def _tables(config: LiteTransformerConfig) -> Iterator[Row]:
    source, target, output = config.embedding_names
    yield Row("encoder.embed_tokens.weight", source)
    yield Row("decoder.embed_tokens.weight", target)
    if config.embedding_sharing == "none":
        yield Row("decoder.embed_out", output)


def _adaptive(config: LanguageModelConfig) -> Iterator[Row]:
    """The adaptive input, and the adaptive softmax, which is tied to it."""
    if not config.adaptive:
        yield Row("decoder.embed_tokens.weight", "embedding/table")
        return
    head = "decoder.adaptive_softmax.head"
    for index in range(len(config.bands)):
        table, projection = f"embedding/band_{index}/table", f"embedding/band_{index}/projection/kernel"
        yield Row(f"decoder.embed_tokens.embeddings.{index}.0.weight", table)
        yield Row(f"decoder.embed_tokens.embeddings.{index}.1.weight", projection, TRANSPOSED)
        if index == 0:
            yield Row(f"{head}.word_proj.weight", table)
            yield Row(f"{head}.class_proj.weight", "adaptive_softmax/classes/kernel", TRANSPOSED)
        else:
            tail = f"decoder.adaptive_softmax.tail.{index - 1}"
            yield Row(f"{tail}.0.weight", projection, TRANSPOSED)
            yield Row(f"{tail}.2.weight", table)


def rows(config: ModelConfig, cuda_taps: bool = False) -> list[Row]:
    """The table of a model.

    Args:
        config: Its configuration.
        cuda_taps: Whether lightweight taps are written as the authors' CUDA layer stores them, (H, K), instead of
            (H, 1, K). Both are read.
    """
    taps = CUDA_TAPS if cuda_taps else TAPS
    found = list(_adaptive(config) if isinstance(config, LanguageModelConfig) else _tables(config))
    for stack in config.stacks:
        for index, layer in enumerate(getattr(config, stack)):
            found += _layer(layer, f"{stack}.layers.{index}", f"{stack}/layer_{index}", taps)
    return found


def our_weights(
    config: ModelConfig, tensors: Mapping[str, np.ndarray], shapes: Mapping[str, tuple[int, ...]]
) -> dict[str, np.ndarray]:
    """The weights of a model, of its tensors.

    Args:
        config: Configuration of the model.
        tensors: The tensors by name, one at a time.
        shapes: Names and shapes of the weights.

    Raises:
        CheckpointError: A tensor is missing or unknown, has another shape, or tied tensors differ.
    """
    table = rows(config)
    missing = [row.theirs for row in table if row.theirs not in tensors]
    unknown = sorted(set(tensors) - {row.theirs for row in table})
    if missing or unknown:
        rule = "The tensors of a checkpoint must be those of the model that its arguments describe"
        raise CheckpointError(f"{rule}. Received: missing {missing[:3]}, unknown {[name[:99] for name in unknown[:3]]}")
    weights: dict[str, np.ndarray] = {}
    for row in table:
        tensor = tensors[row.theirs]
        fits = tensor.ndim >= 2 or row.form is SAME
        weight = row.form.ours(tensor) if fits else tensor
        if tensor.size != weight.size or weight.shape != tuple(shapes[row.ours]):
            rule = f"{row.theirs} must have the shape {_expected(row, shapes[row.ours])}, by arguments and dictionaries"
            raise CheckpointError(f"{rule}. Received: {tensor.shape}")
        if row.ours in weights and not np.array_equal(weights[row.ours], weight):
            raise CheckpointError(f"{row.theirs} must be tied to {row.ours!r}. Received: other numbers")
        weights.setdefault(row.ours, np.ascontiguousarray(weight))
    return {name: weights[name] for name in shapes}


def _expected(row: Row, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(reversed(shape)) if row.form is TRANSPOSED else tuple(shape)


def their_tensors(
    config: ModelConfig, weights: Mapping[str, np.ndarray], cuda_taps: bool = False
) -> dict[str, np.ndarray]:
    """The tensors of a model by name, of its weights; tied ones are the same array."""
    made: dict[str, np.ndarray] = {}
    found: dict[str, np.ndarray] = {}
    for row in rows(config, cuda_taps):
        if row.ours not in made:
            made[row.ours] = np.ascontiguousarray(row.form.theirs(weights[row.ours]), np.float32)
        found[row.theirs] = made[row.ours]
    return found
