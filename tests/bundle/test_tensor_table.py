"""The table of tensors in a manifest."""

from __future__ import annotations

import pytest
from ai_edge_litert import schema_py_generated as schema

from lite_transformer_tf.bundle.tensor_table import describe_signatures
from lite_transformer_tf.litert.builder.flatbuffer import ModelBuilder
from lite_transformer_tf.litert.builder.operators import Graph


def test_a_tensor_of_an_unknown_name_or_type_is_named() -> None:
    """Whoever adds a tensor to a graph gives it a meaning, or no file is described."""
    for name, dtype, message in (
        ("secret", "float32", "must be among .*'attention_cache'.*Received: 'secret'"),
        ("logits", "int8", r"must be of \['float32', 'int32'\]. Received: another type for 'token'"),
    ):
        builder = ModelBuilder("one tensor")
        graph = Graph(builder, "encode_8")
        graph.output(name, graph.input("token", (1,), "int32"))
        if dtype == "int8":
            builder.model.subgraphs[0].tensors[0].type = schema.TensorType.INT8
        with pytest.raises(ValueError, match=message):
            describe_signatures(builder.finish())
