"""The contents of a SentencePiece `.model` file: which conventions it must follow, and unused pieces."""

from __future__ import annotations

from google.protobuf.message import DecodeError
from sentencepiece import sentencepiece_model_pb2

SPECIAL_IDS = {"bos_id": 0, "pad_id": 1, "eos_id": 2, "unk_id": 3}
PIECE = sentencepiece_model_pb2.ModelProto.SentencePiece
KINDS = {sentencepiece_model_pb2.TrainerSpec.UNIGRAM: "unigram", sentencepiece_model_pb2.TrainerSpec.BPE: "bpe"}


def parse_model(model: bytes, name: str) -> sentencepiece_model_pb2.ModelProto:
    """The parsed model; ValueError when the bytes are none."""
    proto = sentencepiece_model_pb2.ModelProto()
    try:
        proto.ParseFromString(model)
    except DecodeError as error:
        raise ValueError(
            f"{name}: a vocabulary must be a SentencePiece model. Received: {len(model)} bytes that are none"
        ) from error
    if not proto.pieces:
        raise ValueError(f"{name}: a vocabulary must hold pieces. Received: {len(model)} bytes without any")
    return proto


def check_model(model: bytes, name: str) -> None:
    """Raises unless the model follows the conventions of docs/text.md.

    They are: unigram or BPE; bos 0, pad 1, eos 2, unk 3; one piece for each of the 256 bytes; the identity normaliser with a space added
    in front, spaces collapsed and written as U+2581; no symbols defined by hand.

    Args:
        model: bytes of the `.model` file.
        name: how the error calls it.

    Raises:
        ValueError: which convention is broken, and what the file has instead.
    """
    proto = parse_model(model, name)
    trainer, normalizer = proto.trainer_spec, proto.normalizer_spec
    ids = {key: getattr(trainer, key) for key in SPECIAL_IDS}
    types = tuple(proto.pieces[i].type if i < len(proto.pieces) else None for i in range(4))
    byte_pieces = {piece.piece for piece in proto.pieces if piece.type == PIECE.BYTE}
    spaces = (
        normalizer.add_dummy_prefix,
        normalizer.remove_extra_whitespaces,
        normalizer.escape_whitespaces,
        not trainer.treat_whitespace_as_suffix,
    )
    others = [piece.piece for piece in proto.pieces if piece.type in (PIECE.USER_DEFINED, PIECE.UNUSED)]
    normalizes = (
        normalizer.name != "identity" or normalizer.precompiled_charsmap or proto.denormalizer_spec.precompiled_charsmap
    )
    rules = (
        (trainer.model_type in KINDS, "its kind must be unigram or BPE", trainer.model_type),
        (ids == SPECIAL_IDS, f"its special ids must be {SPECIAL_IDS}", ids),
        (
            types == (PIECE.CONTROL, PIECE.CONTROL, PIECE.CONTROL, PIECE.UNKNOWN),
            "its first four pieces must be the special ones, control three times and unknown",
            [piece.piece for piece in proto.pieces[:4]],
        ),
        (
            trainer.byte_fallback and byte_pieces == {f"<0x{byte:02X}>" for byte in range(256)},
            "it must be trained with byte_fallback and have all 256 byte pieces",
            (trainer.byte_fallback, len(byte_pieces)),
        ),
        (
            not normalizes,
            'its normalization_rule_name must be "identity", for NFKC is applied outside',
            normalizer.name,
        ),
        (all(spaces), "it must add a space in front, remove extra spaces and escape spaces", spaces),
        (not others, "it must have no user-defined and no unused symbols", others[:5]),
    )
    for holds, rule, received in rules:
        if not holds:
            raise ValueError(f"{name} is not a vocabulary of this library: {rule}. Received: {received!r}")


def pad_model(model: bytes, size: int) -> bytes:
    """The model with control pieces `<unused_0>`, ... added, `size` pieces in all: no text has them and they decode to nothing."""
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
