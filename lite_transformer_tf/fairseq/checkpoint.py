"""What is read of a checkpoint: its arguments and the tensors of its model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from lite_transformer_tf.fairseq.errors import CheckpointError, shown
from lite_transformer_tf.fairseq.names import IGNORED
from lite_transformer_tf.fairseq.plain_data import Attributes
from lite_transformer_tf.fairseq.torch_file import Tensor

MOST_TENSORS = 100_000
LONGEST_NAME = 500


def arguments_of(found: Any) -> dict[str, Any]:
    """The arguments of the training.

    Raises:
        CheckpointError: There are none.
    """
    arguments = found.get("args") if isinstance(found, dict) else None
    values = arguments.values if isinstance(arguments, Attributes) else arguments
    if not isinstance(values, dict):
        raise CheckpointError(f"A checkpoint of fairseq must have 'args'. Received: {shown(values)}")
    return values


class Tensors(Mapping[str, np.ndarray]):
    """The tensors of a model by their present names; each is read when it is asked for, and none is kept.

    Args:
        found: The object of a checkpoint.
        size: Number of bytes of the file.

    Raises:
        CheckpointError: There is no model, or its tensors would need more memory than the file has bytes.
    """

    def __init__(self, found: Any, size: int) -> None:
        model = found.get("model") if isinstance(found, dict) else None
        if not isinstance(model, dict) or not 0 < len(model) <= MOST_TENSORS:
            raise CheckpointError(f"A checkpoint of fairseq must have a 'model'. Received: {shown(model)}")
        self._parts: dict[str, tuple[Tensor, int | None]] = {}
        for name, tensor in model.items():
            if not isinstance(name, str) or len(name) > LONGEST_NAME or not isinstance(tensor, Tensor):
                rule = "The model of a checkpoint must have tensors by name"
                raise CheckpointError(f"{rule}. Received: {shown(name)}, {shown(tensor)}")
            if not name.endswith(IGNORED):
                self._parts.update(_present(name, tensor))
        sizes = {tensor.view: tensor.size for tensor, _ in self._parts.values()}
        if sum(sizes.values()) > size:
            rule = "The tensors of a checkpoint must not have more bytes than its file, which is damaged"
            raise CheckpointError(f"{rule}. Received: {sum(sizes.values())} of {size} bytes")

    def __getitem__(self, name: str) -> np.ndarray:
        tensor, third = self._parts[name]
        whole = tensor.array()
        return whole if third is None else np.split(whole, 3)[third]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)


def _present(name: str, tensor: Tensor) -> Iterator[tuple[str, tuple[Tensor, int | None]]]:
    """The names that a tensor has today: older code had other ones, and stacked queries, keys and values."""
    name = name.replace("branchs", "branches")
    for side, kinds in (("encoder", ("self_attn", "final")), ("decoder", ("self_attn", "encoder_attn", "final"))):
        if name.startswith(f"{side}.layers."):
            for index, kind in enumerate(kinds):
                name = name.replace(f".layer_norms.{index}.", f".{kind}_layer_norm.")
    for kind in ("weight", "bias"):
        stacked = f"in_proj_{kind}"
        if name.endswith(f".{stacked}"):
            if not tensor.shape or tensor.shape[0] % 3:
                raise CheckpointError(f"{name} must have queries, keys and values. Received: {shown(tensor.shape)}")
            for third, part in enumerate("qkv"):
                yield f"{name.removesuffix(stacked)}{part}_proj.{kind}", (tensor, third)
            return
    yield name, (tensor, None)
