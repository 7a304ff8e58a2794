"""The contents of a SentencePiece `.model` file: which conventions it must follow, its schema, and unused pieces."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from google.protobuf.message import DecodeError
from sentencepiece import sentencepiece_model_pb2

from lite_transformer_tf.text.normalization import SCHEMAS, TextSchema

SPECIAL_IDS = {"bos_id": 0, "pad_id": 1, "eos_id": 2, "unk_id": 3}
PIECE = sentencepiece_model_pb2.ModelProto.SentencePiece
KINDS = {sentencepiece_model_pb2.TrainerSpec.UNIGRAM: "unigram", sentencepiece_model_pb2.TrainerSpec.BPE: "bpe"}
SCHEMA_OF_RULE = {schema.rule: schema for schema in SCHEMAS.values()}
EMPTY_TRIE = bytes(1024)
EMPTY_MAP = struct.pack("<I", len(EMPTY_TRIE)) + EMPTY_TRIE + b"\0"
"""A `precompiled_charsmap` that maps no character: the length of a trie, the trie, and the replacements."""


def parse_model(model: bytes, name: str) -> sentencepiece_model_pb2.ModelProto:
    """The parsed model.

    Raises:
        ValueError: the bytes are not a SentencePiece model, or it has no pieces.
    """
    proto = sentencepiece_model_pb2.ModelProto()
    try:
        proto.ParseFromString(model)
    except DecodeError as error:
        raise ValueError(
            f"{name}: a vocabulary must be a SentencePiece model. Received: {len(model)} bytes of something else"
        ) from error
    if not proto.pieces:
        raise ValueError(f"{name}: a vocabulary must have pieces. Received: {len(model)} bytes without any")
    return proto


def check_model(model: bytes, name: str) -> None:
    """Raises unless the model follows the conventions of docs/text.md.

    They are: unigram or BPE; bos 0, pad 1, eos 2, unk 3; one piece for each of the 256 bytes; a known text schema
    and no map of characters; a space added in front, spaces collapsed and written as U+2581; no user-defined
    symbols.

    Args:
        model: Bytes of the `.model` file.
        name: Name of the file in the error.

    Raises:
        ValueError: which convention is broken, and what the file has instead.
    """
    proto = parse_model(model, name)
    for kept, rule, received in (*_piece_rules(proto), *_space_rules(proto)):
        if not kept:
            raise ValueError(f"{name} is not a vocabulary of this library: {rule}. Received: {received!r}")


def _piece_rules(proto: sentencepiece_model_pb2.ModelProto) -> Iterator[tuple[bool, str, object]]:
    """Whether each rule about pieces is kept, the rule, and what the model has."""
    trainer = proto.trainer_spec
    yield trainer.model_type in KINDS, "its kind must be unigram or BPE", trainer.model_type
    ids = {key: getattr(trainer, key) for key in SPECIAL_IDS}
    yield ids == SPECIAL_IDS, f"its special ids must be {SPECIAL_IDS}", ids
    first = proto.pieces[:4]
    special = [piece.type for piece in first] == [PIECE.CONTROL, PIECE.CONTROL, PIECE.CONTROL, PIECE.UNKNOWN]
    rule = "its first four pieces must be the special ones, three of type control and one of type unknown"
    yield special, rule, [piece.piece for piece in first]
    found = {piece.piece for piece in proto.pieces if piece.type == PIECE.BYTE}
    whole = trainer.byte_fallback and found == {f"<0x{byte:02X}>" for byte in range(256)}
    rule = "it must be trained with byte_fallback and have all 256 byte pieces"
    yield whole, rule, (trainer.byte_fallback, len(found))
    others = [piece.piece for piece in proto.pieces if piece.type in (PIECE.USER_DEFINED, PIECE.UNUSED)]
    yield not others, "it must have no user-defined and no unused symbols", others[:5]


def _space_rules(proto: sentencepiece_model_pb2.ModelProto) -> Iterator[tuple[bool, str, object]]:
    """The same for normalisation and spaces."""
    normalizer = proto.normalizer_spec
    mapped = normalizer.precompiled_charsmap or proto.denormalizer_spec.precompiled_charsmap
    rules = " or ".join(f'"{schema.rule}" (text schema {schema.version})' for schema in SCHEMAS.values())
    rule = f"its normalization_rule_name must be {rules}; other ones may need a newer version of this library"
    yield normalizer.name in SCHEMA_OF_RULE and not mapped, rule, normalizer.name
    spaces = (
        normalizer.add_dummy_prefix,
        normalizer.remove_extra_whitespaces,
        normalizer.escape_whitespaces,
        not proto.trainer_spec.treat_whitespace_as_suffix,
    )
    yield all(spaces), "it must add a space in front, remove extra spaces and escape spaces", spaces


def text_schema(model: bytes, name: str = "vocabulary") -> TextSchema:
    """The text schema of a model that follows the conventions."""
    return SCHEMA_OF_RULE[parse_model(model, name).normalizer_spec.name]


def with_text_schema(model: bytes, version: int) -> bytes:
    """The same pieces under the rules of another text schema.

    Raises:
        ValueError: there is no such schema.
    """
    if version not in SCHEMAS:
        raise ValueError(f"A text schema must be one of {sorted(SCHEMAS)}. Received: {version!r}")
    proto = parse_model(model, "vocabulary")
    if proto.normalizer_spec.name == SCHEMAS[version].rule:
        return model
    proto.normalizer_spec.name = SCHEMAS[version].rule
    return proto.SerializeToString(deterministic=True)


def for_graph(model: bytes) -> bytes:
    """The model for tensorflow-text, which writes a log line about every model without a map of characters."""
    proto = parse_model(model, "vocabulary")
    proto.normalizer_spec.precompiled_charsmap = EMPTY_MAP
    return proto.SerializeToString(deterministic=True)


def pad_model(model: bytes, size: int) -> bytes:
    """The model with control pieces `<unused_0>`, ... at the end, `size` pieces in all; they decode to nothing."""
    proto = parse_model(model, "vocabulary")
    missing = size - len(proto.pieces)
    if missing < 0:
        raise ValueError(f"A vocabulary can only grow, from {len(proto.pieces)} pieces. Received: size={size!r}")
    if missing == 0:
        return model
    first = sum(piece.piece.startswith("<unused_") for piece in proto.pieces)
    for number in range(first, first + missing):
        proto.pieces.add(piece=f"<unused_{number}>", score=0.0, type=PIECE.CONTROL)
    proto.trainer_spec.vocab_size = size
    return proto.SerializeToString(deterministic=True)
