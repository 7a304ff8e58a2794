"""How far a distillation has come, and which of its answers are on the disk as they were written."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from lite_transformer_tf.readers.json_text import read_object

ANSWERS_NAME, PROGRESS_NAME = "answers.jsonl", "progress.json"
CHUNK = 1 << 20


def digest_to(stream: IO[bytes], size: int) -> Any:
    """The SHA-256 object of a file's first bytes, which further bytes can be added to."""
    known = hashlib.sha256()
    while (left := size - stream.tell()) > 0 and (data := stream.read(min(left, CHUNK))):
        known.update(data)
    return known


@dataclass(frozen=True)
class Block:
    """The answers up to the end of a block.

    Args:
        texts: Number of answered texts.
        bytes: Length of the file.
        seconds: Time spent on them.
        sha256: Of the file up to there.
    """

    texts: int
    bytes: int
    seconds: float
    sha256: str


@dataclass(frozen=True)
class Progress:
    """How much of answers.jsonl is valid.

    Args:
        texts: Number of answered texts.
        bytes: Length of the file.
        seconds: Time spent on them.
        blocks: End and SHA-256 of every block of the file, each block's with the ones before; earlier versions stored
            none.
    """

    texts: int = 0
    bytes: int = 0
    seconds: float = 0.0
    blocks: tuple[Block, ...] = ()

    @classmethod
    def load(cls, directory: Path) -> Progress:
        """That of a directory; nothing for a new one."""
        path = directory / PROGRESS_NAME
        if not path.is_file():
            return cls()
        kinds = {"texts": int, "bytes": int, "seconds": float}
        stored = read_object(path, "The progress of a distillation", kinds)
        blocks = tuple(Block(**block) for block in stored.get("blocks", ()))
        return cls(**{name: stored[name] for name in kinds}, blocks=blocks)

    def valid(self, directory: Path) -> Progress:
        """The part of it whose answers are on the disk as they were written."""
        path = directory / ANSWERS_NAME
        size = path.stat().st_size if path.is_file() else 0
        if not self.blocks:
            return self if size >= self.bytes else Progress()
        known, kept = hashlib.sha256(), 0
        with path.open("rb") if size else io.BytesIO() as stream:
            for block in self.blocks:
                known.update(stream.read(block.bytes - stream.tell()))
                if stream.tell() != block.bytes or known.hexdigest() != block.sha256:
                    break
                kept += 1
        if kept == len(self.blocks):
            return self
        last = self.blocks[kept - 1] if kept else Block(0, 0, 0.0, "")
        return Progress(last.texts, last.bytes, last.seconds, self.blocks[:kept])
