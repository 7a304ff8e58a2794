"""A file's weights under the names that the model has for them: the inverse of folding and compiling.

It knows nothing of how weights are folded. The graphs are written again with marks in place of the weights, by the code
that wrote the file; what reaches a constant of the graph says which weight, and which of its numbers, stands there, and
times what. Whatever the folding moves, repeats, pads or scales is found, for every branch and cell.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from lite_transformer_tf.config import LanguageModelConfig, LiteTransformerConfig, ModelConfig
from lite_transformer_tf.litert.builder.flatbuffer import OPERATOR_NAMES, unpack
from lite_transformer_tf.litert.builder.linear import Marks, unsoftmaxed
from lite_transformer_tf.litert.builder.matrices import is_readable, matrix_values
from lite_transformer_tf.litert.graph.compiler import GraphOptions, write_language_model, write_model

PART = 4096  # an index is marked in two parts, which float32 keeps exactly when they are scaled
FIRST = 2  # smallest mark; 1 is a number that does not depend on the marks
TOLERANCE = 1e-2

Shapes = Mapping[str, tuple[int, ...]]


class UnfoldingError(ValueError):
    """A file does not hold the weights of this configuration as this version writes them."""


@dataclass(frozen=True)
class _Place:
    """Where numbers of one weight stand in a constant.

    Args:
        name: Name of the weight.
        inside: Places within the constant, flat.
        elements: Places within the weight, flat.
        scales: What the weight's numbers are multiplied by.
    """

    name: str
    inside: np.ndarray
    elements: np.ndarray
    scales: np.ndarray


def unfold(content: bytes, config: ModelConfig, shapes: Shapes, bucket: int) -> dict[str, np.ndarray]:
    """The weights in a file, float32, by name.

    Integers are multiplied by the step of their row. Softmaxed taps come back as their logarithms, which have the same
    softmax. A weight that the file holds scaled is divided, so it may be off by a rounding of float32.

    Args:
        content: File of `compile_model` or `compile_language_model`, of any width but int16x8.
        config: Configuration of the model.
        shapes: Shape of every weight by name.
        bucket: A length that the file has signatures for.

    Raises:
        UnfoldingError: The file has other graphs than this version writes for the configuration.
    """
    marks = _marks(shapes)
    probes = [_graphs(_write(config, entry, bucket)) for entry in marks]
    graphs = _graphs(unpack(content))
    found = {name: np.full(math.prod(shape), np.nan, np.float32) for name, shape in shapes.items()}
    plain = {name: np.zeros(len(values), bool) for name, values in found.items()}
    for key in probes[0]:
        stored, marked = graphs.get(key, []), [probe[key] for probe in probes]
        if [entry.where for entry in stored] != [entry.where for entry in marked[0]]:
            continue  # another version wrote these graphs otherwise; perhaps another signature has all weights
        for entry, *others in zip(stored, *marked, strict=True):
            fillings = [other.values() for other in others]
            for place in _places(fillings, list(shapes)):
                values = entry.values()
                if len(values) != len(fillings[0]):
                    rule = f"The file must have the sizes of the configuration for {place.name!r}"
                    raise UnfoldingError(f"{rule}. Received: {len(values)} numbers, not {len(fillings[0])}")
                _take(values, place, found[place.name], plain[place.name])
    missing = sorted(name for name, values in found.items() if np.isnan(values).any())
    if missing:
        raise UnfoldingError(f"The file must hold every weight of the configuration. Received: none for {missing[:5]}")
    softmaxed = {name for name, entry in marks[0].items() if entry.softmaxed}
    return {
        name: (unsoftmaxed(values) if name in softmaxed else values).reshape(shapes[name])
        for name, values in found.items()
    }


def _marks(shapes: Shapes) -> list[dict[str, Marks]]:
    """Four fillings of all weights: ones, the number of the weight, and the two parts of each number's index."""
    fillings: list[Callable[[int, np.ndarray], np.ndarray]] = [
        lambda number, index: np.ones(len(index)),
        lambda number, index: np.full(len(index), FIRST + number),
        lambda number, index: FIRST + index // PART,
        lambda number, index: FIRST + index % PART,
    ]
    return [
        {
            name: fill(number, np.arange(math.prod(shape))).astype(np.float32).reshape(shape).view(Marks)
            for number, (name, shape) in enumerate(shapes.items())
        }
        for fill in fillings
    ]


def _write(config: ModelConfig, weights: Mapping[str, np.ndarray], bucket: int) -> schema.ModelT:
    if isinstance(config, LanguageModelConfig):
        return write_language_model(config, weights, (bucket,)).model
    assert isinstance(config, LiteTransformerConfig)
    return write_model(config, weights, GraphOptions((bucket,), 1)).model


@dataclass(frozen=True)
class _Constant:
    """A constant that an operator reads: the model, the tensor, and the name of the operator and which input it is."""

    model: schema.ModelT
    tensor: schema.TensorT
    operator: str
    place: int

    @property
    def where(self) -> tuple[str, int, int]:
        """What must agree between two files; the sizes of some constants depend on other buckets."""
        return self.operator, self.place, len(self.tensor.shape)

    def values(self) -> np.ndarray:
        """All numbers, flat."""
        return matrix_values(self.model, self.tensor).reshape(-1)


def _graphs(model: schema.ModelT) -> dict[str, list[_Constant]]:
    """Signature -> its float and integer constants, in the order in which operators read them."""
    return {
        definition.signatureKey.decode(): list(_constants(model, model.subgraphs[definition.subgraphIndex]))
        for definition in model.signatureDefs
    }


def _constants(model: schema.ModelT, graph: schema.SubGraphT) -> Iterator[_Constant]:
    """A constant behind a DEQUANTIZE is read as if nothing stood between."""
    behind: dict[int, int] = {}
    for operator in graph.operators:
        name = OPERATOR_NAMES[model.operatorCodes[operator.opcodeIndex].builtinCode]
        inputs = [behind.get(int(index), int(index)) for index in operator.inputs]
        if name == "DEQUANTIZE":
            behind[int(operator.outputs[0])] = inputs[0]
            continue
        for place, index in enumerate(inputs):
            tensor = graph.tensors[index]
            if is_readable(tensor) and model.buffers[tensor.buffer].data is not None:
                yield _Constant(model, tensor, name, place)


def _places(marked: Sequence[np.ndarray], names: Sequence[str]) -> Iterator[_Place]:
    """Where the numbers of each weight stand in a constant, from its four fillings."""
    scales = marked[0]
    (inside,) = np.nonzero(scales)
    ratios = [values[inside] / scales[inside] for values in marked[1:]]
    depends = np.any([np.abs(ratio - 1) > TOLERANCE for ratio in ratios], axis=0)
    inside, ratios = inside[depends], [ratio[depends] for ratio in ratios]
    marks = [np.rint(ratio) for ratio in ratios]
    if any(np.abs(ratio - mark).max(initial=0) > TOLERANCE for ratio, mark in zip(ratios, marks)):
        raise UnfoldingError("Folding may move, repeat, pad and scale weights. Received: numbers made of several")
    numbers, high, low = ((mark - FIRST).astype(np.int64) for mark in marks)
    for number in np.unique(numbers):
        mine = numbers == number
        elements = high[mine] * PART + low[mine]
        yield _Place(names[number], inside[mine], elements, scales[inside[mine]])


def _take(values: np.ndarray, place: _Place, found: np.ndarray, plain: np.ndarray) -> None:
    """Writes a constant's numbers to their weight; those that no scale has touched come first."""
    wanted = np.isnan(found[place.elements]) | ((place.scales == 1) & ~plain[place.elements])
    inside, elements, scales = place.inside[wanted], place.elements[wanted], place.scales[wanted]
    found[elements] = values[inside] / scales
    plain[elements] = scales == 1
