"""The ranges of all tensors of a float32 file, recorded while it generates."""

from __future__ import annotations

from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from lite_transformer_tf.litert.builder.flatbuffer import unpack
from lite_transformer_tf.litert.quantize.ranges import Range, Ranges
from lite_transformer_tf.litert.runtime.signature import Signature
from lite_transformer_tf.litert.runtime.states import BucketedFile


def observe(file: BucketedFile, content: bytes, ranges: Ranges) -> None:
    """Makes an opened file record the ranges of its float tensors whenever it runs, which is many times slower.

    Args:
        file: Opened float32 file that has not run yet.
        content: Bytes of the same file.
        ranges: Ranges by signature, which runs of the file update.
    """
    everything = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES  # delegates hide inner tensors
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
        self, interpreter: Interpreter, name: str, index: int, graph: schema.SubGraphT, ranges: Ranges
    ) -> None:
        super().__init__(interpreter, name)
        tensors = {int(tensor) for operator in graph.operators for tensor in operator.outputs} | {
            int(tensor) for tensor in graph.inputs
        }
        self._tensors = sorted(tensor for tensor in tensors if graph.tensors[tensor].type == schema.TensorType.FLOAT32)
        self._read = lambda tensor: interpreter.get_tensor(tensor, index)
        self._ranges = ranges

    def run(self) -> None:
        super().run()
        seen = self._ranges.setdefault(self.name, {})
        for tensor in self._tensors:
            found = Range.of(self._read(tensor))
            seen[tensor] = seen[tensor] | found if tensor in seen else found
