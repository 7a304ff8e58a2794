"""The builtin operators of the inference graphs, one method each. Shapes are computed while the graph is written.

The hot path only uses forms that XNNPACK supports: static shapes, slices that keep their axis, products of rank 3
and 4.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from lite_transformer_tf.litert.builder.flatbuffer import SignatureBuilder, Tensor

LAYER_NORM_EPSILON = 1e-5


class Graph(SignatureBuilder):
    """A signature's graph with one method per operator. In shapes, `(..., N)` means any rank with N last."""

    # Arithmetic

    def _binary(self, name: str, a: Tensor, b: Tensor, options: object) -> Tensor:
        if a.dtype != b.dtype:
            raise TypeError(f"Both operands must have the same type. Received: {a!r}, {b!r}")
        return self.operator(name, (a, b), [np.broadcast_shapes(a.shape, b.shape)], [a.dtype], options)[0]

    def add(self, a: Tensor, b: Tensor) -> Tensor:
        return self._binary("ADD", a, b, schema.AddOptionsT())

    def sub(self, a: Tensor, b: Tensor) -> Tensor:
        return self._binary("SUB", a, b, schema.SubOptionsT())

    def mul(self, a: Tensor, b: Tensor) -> Tensor:
        return self._binary("MUL", a, b, schema.MulOptionsT())

    def minimum(self, a: Tensor, b: Tensor) -> Tensor:
        return self._binary("MINIMUM", a, b, schema.MaximumMinimumOptionsT())

    def maximum(self, a: Tensor, b: Tensor) -> Tensor:
        return self._binary("MAXIMUM", a, b, schema.MaximumMinimumOptionsT())

    def floor_div(self, a: Tensor, b: Tensor) -> Tensor:
        return self._binary("FLOOR_DIV", a, b, schema.FloorDivOptionsT())

    def squared_difference(self, a: Tensor, b: Tensor) -> Tensor:
        return self._binary("SQUARED_DIFFERENCE", a, b, schema.SquaredDifferenceOptionsT())

    def _unary(self, name: str, x: Tensor, options: object = None) -> Tensor:
        return self.operator(name, (x,), [x.shape], [x.dtype], options)[0]

    def rsqrt(self, x: Tensor) -> Tensor:
        return self._unary("RSQRT", x)

    def log(self, x: Tensor) -> Tensor:
        return self._unary("LOG", x)

    def logistic(self, x: Tensor) -> Tensor:
        return self._unary("LOGISTIC", x)

    def softmax(self, x: Tensor) -> Tensor:
        """Softmax over the last axis."""
        options = schema.SoftmaxOptionsT()
        options.beta = 1.0
        return self._unary("SOFTMAX", x, options)

    def cast(self, x: Tensor, dtype: str) -> Tensor:
        return self.operator("CAST", (x,), [x.shape], [dtype])[0]

    def scalar(self, value: float) -> Tensor:
        return self.constant(np.asarray([value], np.float32), "scalar")

    def integers(self, values: Sequence[int] | Sequence[Sequence[int]] | np.ndarray) -> Tensor:
        return self.constant(np.asarray(values, np.int32), "integers")

    # Products

    def dense(
        self, x: Tensor, kernel: np.ndarray, bias: np.ndarray | None = None, *, relu: bool = False, name: str = "kernel"
    ) -> Tensor:
        """x @ kernel^T + bias: (M, I), kernel (O, I) -> (M, O). Only weights of `dense` and `lookup` are quantized."""
        options = schema.FullyConnectedOptionsT()
        options.fusedActivationFunction = (
            schema.ActivationFunctionType.RELU if relu else schema.ActivationFunctionType.NONE
        )
        inputs = [x, self.constant(kernel, name)]
        if bias is not None:
            inputs.append(self.constant(bias, f"{name}_bias"))
        version = 6 if bias is None else 1
        return self.operator("FULLY_CONNECTED", inputs, [(x.shape[0], kernel.shape[0])], ["float32"], options, version)[
            0
        ]

    def matmul(self, a: Tensor, b: Tensor, *, transpose_b: bool = False) -> Tensor:
        """(..., M, K) times (..., K, N), or (..., N, K) with `transpose_b`."""
        options = schema.BatchMatMulOptionsT()
        options.adjX, options.adjY = False, transpose_b
        columns = b.shape[-2] if transpose_b else b.shape[-1]
        batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
        return self.operator("BATCH_MATMUL", (a, b), [(*batch, a.shape[-2], columns)], ["float32"], options)[0]

    # Shapes

    def reshape(self, x: Tensor, shape: Sequence[int]) -> Tensor:
        if tuple(shape) == x.shape:
            return x
        if math.prod(shape) != math.prod(x.shape):
            rule = "A new shape must have the same number of values"
            raise ValueError(f"{rule}. Received: {x.shape} -> {tuple(shape)}")
        options = schema.ReshapeOptionsT()
        options.newShape = [int(size) for size in shape]
        return self.operator("RESHAPE", (x, self.integers(shape)), [shape], [x.dtype], options)[0]

    def transpose(self, x: Tensor, order: Sequence[int]) -> Tensor:
        return self.operator(
            "TRANSPOSE",
            (x, self.integers(order)),
            [[x.shape[axis] for axis in order]],
            [x.dtype],
            schema.TransposeOptionsT(),
        )[0]

    def slice(self, x: Tensor, axis: int, begin: int, end: int) -> Tensor:
        """x[begin:end] along one axis, which is kept."""
        if (begin, end) == (0, x.shape[axis]):
            return x
        begins, ends = [0] * len(x.shape), list(x.shape)
        begins[axis], ends[axis] = begin, end
        shape = list(x.shape)
        shape[axis] = end - begin
        inputs = (x, self.integers(begins), self.integers(ends), self.integers([1] * len(shape)))
        return self.operator("STRIDED_SLICE", inputs, [shape], [x.dtype], schema.StridedSliceOptionsT())[0]

    def concat(self, parts: Sequence[Tensor], axis: int) -> Tensor:
        if len(parts) == 1:
            return parts[0]
        options = schema.ConcatenationOptionsT()
        options.axis = axis
        shape = list(parts[0].shape)
        shape[axis] = sum(part.shape[axis] for part in parts)
        return self.operator("CONCATENATION", parts, [shape], [parts[0].dtype], options)[0]

    def pad(self, x: Tensor, axis: int, before: int, after: int) -> Tensor:
        """x with zeros before and after it along one axis."""
        if before == after == 0:
            return x
        amounts = np.zeros((len(x.shape), 2), np.int32)
        amounts[axis] = before, after
        shape = list(x.shape)
        shape[axis] += before + after
        return self.operator("PAD", (x, self.integers(amounts)), [shape], [x.dtype], schema.PadOptionsT())[0]

    # Reductions and look-ups

    def _reduce(self, name: str, x: Tensor, axis: int, keep: bool) -> Tensor:
        options = schema.ReducerOptionsT()
        options.keepDims = keep
        shape = [1 if i == axis else size for i, size in enumerate(x.shape) if keep or i != axis]
        return self.operator(name, (x, self.integers([axis])), [shape], [x.dtype], options)[0]

    def sum(self, x: Tensor, axis: int, *, keep: bool = False) -> Tensor:
        return self._reduce("SUM", x, axis, keep)

    def mean(self, x: Tensor, axis: int, *, keep: bool = False) -> Tensor:
        return self._reduce("MEAN", x, axis, keep)

    def max(self, x: Tensor, axis: int, *, keep: bool = False) -> Tensor:
        return self._reduce("REDUCE_MAX", x, axis, keep)

    def arg_max(self, x: Tensor, axis: int) -> Tensor:
        """Index of the largest entry along an axis, which is dropped; int32, the first one on a tie."""
        options = schema.ArgMaxOptionsT()
        options.outputType = schema.TensorType.INT32
        axis_tensor = self.constant(np.asarray(axis, np.int32), "axis")
        return self.operator(
            "ARG_MAX", (x, axis_tensor), [[size for i, size in enumerate(x.shape) if i != axis]], ["int32"], options
        )[0]

    def top_k(self, x: Tensor, count: int) -> tuple[Tensor, Tensor]:
        """The `count` largest entries of the last axis and their indices, in descending order, lower indices first."""
        count_tensor = self.constant(np.asarray(count, np.int32), "count")
        shape = (*x.shape[:-1], count)
        values, indices = self.operator(
            "TOPK_V2", (x, count_tensor), [shape, shape], [x.dtype, "int32"], schema.TopKV2OptionsT()
        )
        return values, indices

    def gather(self, x: Tensor, indices: Tensor) -> Tensor:
        """Rows of x: (N, ...), indices (M) -> (M, ...)."""
        options = schema.GatherOptionsT()
        options.axis = 0
        return self.operator("GATHER", (x, indices), [(*indices.shape, *x.shape[1:])], [x.dtype], options)[0]

    def lookup(self, ids: Tensor, table: np.ndarray) -> Tensor:
        """Rows of an embedding table (N, D) for ids (M) -> (M, D). Unlike GATHER it reads quantized tables in place."""
        return self.operator(
            "EMBEDDING_LOOKUP", (ids, self.constant(table, "table")), [(*ids.shape, table.shape[1])], ["float32"]
        )[0]

    # Compounds

    def layer_norm(self, x: Tensor, gamma: np.ndarray, beta: np.ndarray, epsilon: float = LAYER_NORM_EPSILON) -> Tensor:
        """LayerNorm over the last axis of (M, D), made of operators that XNNPACK supports."""
        mean = self.mean(x, 1, keep=True)
        variance = self.mean(self.squared_difference(x, mean), 1, keep=True)
        scaled = self.mul(self.sub(x, mean), self.rsqrt(self.add(variance, self.scalar(epsilon))))
        return self.add(self.mul(scaled, self.constant(gamma[None], "gamma")), self.constant(beta[None], "beta"))
