"""The table of signatures in a manifest: every tensor's name, shape, type and meaning, read from the file itself."""

from __future__ import annotations

from ai_edge_litert import schema_py_generated as schema

from lite_transformer_tf.branches.base import known_caches
from lite_transformer_tf.branches.cache import Growth
from lite_transformer_tf.bundle.manifest import SignatureInfo, TensorInfo
from lite_transformer_tf.litert.builder.flatbuffer import TYPES, require_tflite

MOST_SIGNATURES, MOST_TENSORS, MOST_AXES = 1024, 64, 8
"""Of a file, of a side of a signature, and of a tensor: a file can name one tensor in all of them."""
_DTYPES = {code: name for name, code in TYPES.items()}
MEANINGS = {
    "source_ids": "tokens of the source and the final eos, then pad up to the bucket",
    "source_length": "number of real tokens in source_ids, eos included",
    "memory": "cross-attention keys of all decoder layers, then values of all: heads, source positions, head width",
    "ids": "the beginning of a text: eos and tokens, then any ids up to the bucket",
    "length": "number of real ids, eos included",
    "token": "the token fed at this step, one for each hypothesis; eos at position 0",
    "position": "0 at the first step, one more at each step, at most the bucket - 1",
    "attention_cache": "self-attention keys of all layers, then values of all: heads, positions, head width; "
    "row i is position i, rows from `position` on are unread",
    "window": "the last K - 1 convolution inputs, newest last: rows, channels; zeros before position 0",
    "logits": "unnormalised scores of the vocabulary; entries behind it, if any, are fill",
    "log_probabilities": "natural logarithms of the probability of each token of the vocabulary to come next",
    "next_token": "the most probable next token; never pad",
    "log_probability": "natural logarithm of its probability",
    "top_tokens": "most probable next tokens of each hypothesis, best first; pad may be among them",
    "top_log_probabilities": "natural logarithms of their probabilities",
    "new_attention": "what to write into row `position` of attention_cache",
    "new_window": "the convolution input of this position: append it to the window, whose oldest row falls out",
}

CACHE_MEANINGS = {
    Growth.ROWS: "what branches keep of every position: strips, positions, width; rows from `position` on are unread",
    Growth.WINDOW: "the last inputs of branches, newest last: rows, channels; zeros before position 0",
    Growth.STATE: "what recurrent branches remember of the positions before: 1, channels; zeros before position 0",
}
NEW_MEANINGS = {
    Growth.ROWS: "what to write into row `position` of {cache}",
    Growth.WINDOW: "the input of this position: append it to {cache}, whose oldest row falls out",
    Growth.STATE: "what takes the place of {cache}",
}


def meaning_of(name: str) -> str:
    """What a tensor means; caches that have no text of their own are described by how they grow.

    Raises:
        ValueError: This version does not know the tensor.
    """
    if name in MEANINGS:
        return MEANINGS[name]
    for spec in known_caches().values():
        if name == spec.input:
            return CACHE_MEANINGS[spec.growth]
        if name == spec.output:
            return NEW_MEANINGS[spec.growth].format(cache=spec.input)
    known = sorted({*MEANINGS, *known_caches()})
    raise ValueError(f"Tensors of a signature must be among {known}. Received: {name!r}")


def describe_signatures(content: bytes) -> dict[str, SignatureInfo]:
    """Signature name -> its inputs and outputs, from the bytes of a TFLite file.

    Raises:
        ValueError: A tensor has a name or a type that this version does not know, or there are too many.
    """
    require_tflite(content)
    model = schema.Model.GetRootAs(content, 0)  # only what is read here is decoded: a file has thousands of operators
    table = {}
    for index in range(_bounded(model.SignatureDefsLength(), MOST_SIGNATURES, "signatures")):
        definition = model.SignatureDefs(index)
        for length in (definition.InputsLength(), definition.OutputsLength()):
            _bounded(length, MOST_TENSORS, "tensors in a signature")
        graph = model.Subgraphs(definition.SubgraphIndex())
        inputs = [definition.Inputs(place) for place in range(definition.InputsLength())]
        outputs = [definition.Outputs(place) for place in range(definition.OutputsLength())]
        table[definition.SignatureKey().decode()] = SignatureInfo(_describe(graph, inputs), _describe(graph, outputs))
    return table


def _bounded(count: int, most: int, what: str) -> int:
    if count > most:
        raise ValueError(f"A TFLite file may have at most {most} {what}. Received: {count}")
    return count


def _describe(graph: schema.SubGraph, entries: list[schema.TensorMap]) -> tuple[TensorInfo, ...]:
    infos = []
    for entry in entries:
        name, tensor = entry.Name().decode(), graph.Tensors(entry.TensorIndex())
        if tensor.Type() not in _DTYPES:
            raise ValueError(f"Tensors of a signature must be of {sorted(TYPES)}. Received: another type for {name!r}")
        axes = _bounded(tensor.ShapeLength(), MOST_AXES, "axes in a tensor")
        shape = tuple(tensor.Shape(axis) for axis in range(axes))
        infos.append(TensorInfo(name, shape, _DTYPES[tensor.Type()], meaning_of(name)))
    return tuple(infos)
