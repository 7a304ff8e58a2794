"""The ranges of all tensors of a float32 file, seen while it generates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from lite_transformer_tf.litert.builder import NEGATIVE
from lite_transformer_tf.litert.builder.flatbuffer import unpack
from lite_transformer_tf.litert.runtime.signature import Signature
from lite_transformer_tf.litert.runtime.states import BucketedFile


@dataclass(frozen=True)
class Range:
    """Least and greatest value of a tensor, those that stand for minus infinity left out, and whether there were such ones."""

    low: float = 0.0
    high: float = 0.0
    masked: bool = False

    @classmethod
    def of(cls, values: np.ndarray) -> Range:
        if not values.size:
            return cls()
        low, high = float(values.min()), float(values.max())
        if low > NEGATIVE / 2 and high < -NEGATIVE / 2:
            return cls(low, high)
        finite = values[np.abs(values) < -NEGATIVE / 2]
        return cls(float(finite.min(initial=0.0)), float(finite.max(initial=0.0)), True)

    @property
    def magnitude(self) -> float:
        return max(abs(self.low), abs(self.high))

    def __or__(self, other: Range) -> Range:
        return Range(min(self.low, other.low), max(self.high, other.high), self.masked or other.masked)


Ranges = dict[str, dict[int, Range]]
"""By signature and by index of the tensor."""


def observe(file: BucketedFile, content: bytes, ranges: Ranges) -> None:
    """Lets an opened file write the ranges of its float tensors into `ranges` whenever it runs. It is many times slower from then on.

    Args:
        file: opened, and not used yet.
        content: the same file, float32.
        ranges: by signature, filled.
    """
    everything = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES  # a delegate keeps inner tensors to itself
    interpreter = Interpreter(
        model_content=content, experimental_preserve_all_tensors=True, experimental_op_resolver_type=everything
    )
    model = unpack(content)
    for definition in model.signatureDefs:
        name = definition.signatureKey.decode()
        file.use(
            _Observed(interpreter, name, definition.subgraphIndex, model.subgraphs[definition.subgraphIndex], ranges)
        )


class _Observed(Signature):
    def __init__(
        self, interpreter: Interpreter, name: str, place: int, graph: schema.SubGraphT, ranges: Ranges
    ) -> None:
        super().__init__(interpreter, name)
        tensors = {int(tensor) for operator in graph.operators for tensor in operator.outputs} | {
            int(tensor) for tensor in graph.inputs
        }
        self._tensors = sorted(tensor for tensor in tensors if graph.tensors[tensor].type == schema.TensorType.FLOAT32)
        self._read = lambda tensor: interpreter.get_tensor(tensor, place)
        self._ranges = ranges

    def run(self) -> None:
        super().run()
        seen = self._ranges.setdefault(self.name, {})
        for tensor in self._tensors:
            found = Range.of(self._read(tensor))
            seen[tensor] = seen[tensor] | found if tensor in seen else found
