"""docs/text.md in plain Python, slow and simple; the tests compare it with SentencePiece and tensorflow-text."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import numpy as np
from sentencepiece import sentencepiece_model_pb2

SPACE = "\u2581"
MEANINGFUL = [
    *((0x0600, 0x0605), (0x06DD, 0x06DD), (0x070F, 0x070F), (0x0890, 0x0891), (0x08E2, 0x08E2), (0x110BD, 0x110BD)),
    *((0x110CD, 0x110CD), (0x13430, 0x1343F), (0x180E, 0x180E), (0x200C, 0x200D)),
]
"""Characters of category Cf that stay."""
UNLISTED = [
    *((0x034F, 0x034F), (0x17B4, 0x17B5), (0x2065, 0x2065), (0xFE00, 0xFE0D), (0xFFF0, 0xFFF8), (0xE0000, 0xE0FFF)),
]
"""Characters that are dropped although their category is another one."""
NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6


def within(character: str, ranges: list[tuple[int, int]]) -> bool:
    return any(first <= ord(character) <= last for first, last in ranges)


def is_invisible(character: str) -> bool:
    if unicodedata.category(character) in ("Cc", "Cf"):
        return not character.isspace() and not within(character, MEANINGFUL)
    return within(character, UNLISTED)


def flag(text: str) -> str:
    """The flag of a region at the beginning of a text: a black flag, tags, and the tag that ends them; or nothing."""
    tags, end, _ = text[1:].partition("\U000e007f")
    tagged = tags and end and all("\U000e0020" <= tag <= "\U000e007e" for tag in tags)
    return text[0] + tags + end if tagged else ""


def readable(text: str) -> str:
    """Schema 2, before NFKC: spaces for white space, no invisible characters."""
    kept, place = [], 0
    while place < len(text):
        part = text[place]
        if part == "\U0001f3f4" and (found := flag(text[place:])):
            kept.append(found)
            place += len(found)
            continue
        place += 1
        if not is_invisible(part):
            kept.append(" " if part.isspace() or part == SPACE else part)
    return "".join(kept)


class ReferenceTokenizer:
    """Encodes and decodes with the pieces of a `.model` file, only by the rules of docs/text.md."""

    def __init__(self, model: bytes) -> None:
        proto = sentencepiece_model_pb2.ModelProto()
        proto.ParseFromString(model)
        self.pieces = [(piece.piece, np.float32(piece.score), piece.type) for piece in proto.pieces]
        self.normal = {piece: (i, score) for i, (piece, score, kind) in enumerate(self.pieces) if kind == NORMAL}
        self.bytes = {int(piece[3:5], 16): i for i, (piece, _, kind) in enumerate(self.pieces) if kind == BYTE}
        self.longest = max((len(piece) for piece in self.normal), default=1)
        self.unknown_score = min((score for _, score in self.normal.values()), default=np.float32(0)) - np.float32(10)
        self.schema = {"identity": 1, "lite-transformer-text-2": 2}[proto.normalizer_spec.name]
        self.is_bpe = proto.trainer_spec.model_type == sentencepiece_model_pb2.TrainerSpec.BPE

    def prepare(self, text: str) -> str:
        if self.schema == 2:
            text = readable(text)
        text = unicodedata.normalize("NFKC", text).lstrip(" ")
        if not text:
            return ""
        collapsed: list[str] = []
        for character in text:
            if character != " " or collapsed[-1] != " ":
                collapsed.append(character)
        return (SPACE + "".join(collapsed).replace(" ", SPACE)).rstrip(SPACE)

    def encode(self, text: str) -> list[int]:
        prepared = self.prepare(text)
        symbols = self.merge(prepared) if self.is_bpe else self.best_path(prepared)
        ids: list[int] = []
        for symbol in symbols:
            if symbol in self.normal:
                ids.append(self.normal[symbol][0])
            else:
                ids.extend(self.bytes[byte] for byte in symbol.encode("utf-8"))
        return ids

    def best_path(self, text: str) -> list[str]:
        """Unigram: Viterbi over the characters, left to right. Sums are float32; candidates are compared unrounded."""
        size = len(text)
        score = [np.float32(0)] * (size + 1)
        start = [-1] * (size + 1)

        def offer(begin: int, end: int, candidate: np.float32 | np.float64) -> None:
            if start[end] == -1 or candidate > score[end]:
                score[end], start[end] = np.float32(candidate), begin

        for begin in range(size):
            for end in range(begin + 1, min(size, begin + self.longest) + 1):
                if text[begin:end] in self.normal:
                    offer(begin, end, np.float64(self.normal[text[begin:end]][1]) + np.float64(score[begin]))
            if text[begin] not in self.normal:
                offer(begin, begin + 1, self.unknown_score + score[begin])
        path: list[str] = []
        end = size
        while end > 0:
            path.append(text[start[end] : end])
            end = start[end]
        return path[::-1]

    def merge(self, text: str) -> list[str]:
        """BPE: join the best neighbours, the leftmost of equal ones, until none can be joined."""
        symbols = list(text)
        while True:
            candidates = [
                (-self.normal[a + b][1], i) for i, (a, b) in enumerate(pairwise(symbols)) if a + b in self.normal
            ]
            if not candidates:
                return symbols
            _, i = min(candidates)
            symbols[i : i + 2] = [symbols[i] + symbols[i + 1]]

    def decode(self, ids: list[int]) -> str:
        text = ""
        pending = bytearray()
        at_begin = True
        for i in ids:
            piece, _, kind = self.pieces[i]
            if kind == BYTE:
                pending.append(int(piece[3:5], 16))
                continue
            text += decode_bytes(bytes(pending))
            pending.clear()
            at_begin = at_begin and not text
            if kind == CONTROL:
                continue
            if kind == UNKNOWN:
                text += " \u2047 "
                continue
            if at_begin:
                piece = piece.removeprefix(SPACE)
            text += piece.replace(SPACE, " ")
        return text + decode_bytes(bytes(pending))


def decode_bytes(data: bytes) -> str:
    """UTF-8, where each byte that begins no whole character becomes U+FFFD."""
    text = ""
    while data:
        for length in (1, 2, 3, 4):
            try:
                text += data[:length].decode("utf-8")
            except UnicodeDecodeError:
                continue
            data = data[length:]
            break
        else:
            text += "\ufffd"
            data = data[1:]
    return text
