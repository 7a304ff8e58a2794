"""Opened files with other kernels than the usual ones, which come from XNNPACK."""

from __future__ import annotations

from ai_edge_litert.interpreter import Interpreter, OpResolverType

from lite_transformer_tf.litert.runtime.signature import Signature
from lite_transformer_tf.litert.runtime.states import BucketedFile


def use_kernels(file: BucketedFile, content: bytes, resolver: str) -> None:
    """Lets a file of these bytes run with the kernels of an `OpResolverType`."""
    interpreter = Interpreter(model_content=content, experimental_op_resolver_type=OpResolverType[resolver])
    for name in interpreter.get_signature_list():
        file.use(Signature(interpreter, name))
