"""Tokenised pairs in a folder: pieces of bounded size, each a file with its hash, so that a killed program resumes.

A shard of the corpus becomes pieces. `KEY-00000.ids` has the lengths of the sources, those of the targets (int32), the
sources' ids and the targets'; `KEY-00000.json` says how many, and the SHA-256 of the file; `KEY.json` is written when
the shard is finished. KEY is a hash of everything that determines the ids.
"""

from __future__ import annotations

import dataclasses
import fcntl
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lite_transformer_tf.data.cleaning import CleaningReport
from lite_transformer_tf.data.corpus import LeftOut
from lite_transformer_tf.data.ragged import RaggedIds
from lite_transformer_tf.files import atomic_file, check_output
from lite_transformer_tf.limits import file_sha256
from lite_transformer_tf.readers.sealed_json import read_sealed, write_sealed

MARKER, LOCK = "tokenised.json", ".lock"
VERSION = 2
LENGTH = np.dtype("<i4")
OWN = re.compile(r"\.?[0-9a-f]{20}(-\d{5})?\.(ids|json)(\.\w+\.tmp)?|(source|target)(\.lengths)?")
"""Names of the files of a folder: those of this version, what a killed program left of them, and of version 1."""


@dataclass(frozen=True)
class Piece:
    """A piece of a shard.

    Args:
        path: File of its ids.
        tokens: Ids of its sources and of its targets, without `eos`.
        sha256: Of the file.
        cleaning: What was read and dropped.
        dtypes: Types of the ids of sources and targets, such as `"<u2"`.
    """

    path: Path
    tokens: tuple[int, int]
    sha256: str
    cleaning: CleaningReport
    dtypes: tuple[str, str]

    def __len__(self) -> int:
        """Number of kept pairs."""
        return self.cleaning.kept

    def lengths(self, begin: int, end: int) -> tuple[np.ndarray, np.ndarray]:
        """(end - begin,) int32 tokens of the sources, and of the targets, of some pairs."""
        parts = [self._read(LENGTH, (side * len(self) + begin) * 4, end - begin) for side in (0, 1)]
        return parts[0], parts[1]

    def ids(self, side: int, begin: int, end: int) -> np.ndarray:
        """Ids number `begin` to `end` of the sources (side 0) or the targets (side 1)."""
        dtype = np.dtype(self.dtypes[side])
        place = 8 * len(self) + (self.tokens[0] * np.dtype(self.dtypes[0]).itemsize if side else 0)
        return self._read(dtype, place + begin * dtype.itemsize, end - begin)

    def _read(self, dtype: np.dtype, place: int, count: int) -> np.ndarray:
        found = np.fromfile(self.path, dtype, count, offset=place)
        if len(found) != count:
            raise ValueError(f"Tokenised data must not change while they are used. Received: {str(self.path)!r}")
        return found

    @property
    def whole(self) -> bool:
        """Whether the file is there and has its hash."""
        return self.path.is_file() and file_sha256(self.path) == self.sha256


def _write_record(path: Path, record: Mapping[str, Any]) -> None:
    write_sealed(path, record, "check")


def _read_record(path: Path) -> dict[str, Any]:
    """What `_write_record` wrote; empty when it is not there, or is damaged."""
    return read_sealed(path, "check") or {}


class PieceFolder:
    """The folder.

    Args:
        path: Missing or empty, or a folder of tokenised data.

    Raises:
        FileExistsError: It is something else.

    Attributes:
        damaged: Files that did not have their hash and are made again.
    """

    def __init__(self, path: Path) -> None:
        check_output(path, overwrite=True, marker=MARKER)
        self.path = path
        self.damaged: list[str] = []

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Makes the folder, and waits until no other process writes to it; its work is then found done."""
        self.path.mkdir(parents=True, exist_ok=True)
        if not (self.path / MARKER).is_file():
            _write_record(self.path / MARKER, {"version": VERSION, "shards": []})
        with (self.path / LOCK).open("w") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)  # it ends with the process, however that ends
            yield

    def key(self, text_digest: str, settings: Mapping[str, object]) -> str:
        """Name of a shard by what determines its ids.

        Args:
            text_digest: Of its text.
            settings: Vocabularies, rules and size of a piece.
        """
        whole = json.dumps({"version": VERSION, "text": text_digest, **settings}, sort_keys=True)
        return hashlib.sha256(whole.encode("utf-8")).hexdigest()[:20]

    def _place(self, key: str, number: int) -> Path:
        return self.path / f"{key}-{number:05d}.ids"

    def piece(self, key: str, number: int) -> Piece | None:
        """A piece of a shard; `None` when it is not there, or is damaged."""
        path = self._place(key, number)
        record = _read_record(path.with_suffix(".json"))
        try:
            tokens, dtypes = (int(record["tokens"][0]), int(record["tokens"][1])), tuple(record["dtypes"])
            cleaning = CleaningReport(**record["cleaning"])  # type: ignore[arg-type]
            piece = Piece(path, tokens, str(record["sha256"]), cleaning, dtypes)
        except (KeyError, TypeError, ValueError, IndexError):
            return None
        if piece.whole:
            return piece
        self.damaged.append(path.name)
        return None

    def write(self, key: str, number: int, ids: tuple[RaggedIds, RaggedIds], cleaning: CleaningReport) -> Piece:
        """Stores a piece of kept pairs."""
        path = self._place(key, number)
        digest = hashlib.sha256()
        arrays = [*(side.lengths.astype(LENGTH) for side in ids), *(side.values for side in ids)]
        with atomic_file(path) as stream:
            for array in arrays:
                data = array.tobytes()
                digest.update(data)
                stream.write(data)
        dtypes = ids[0].values.dtype.str, ids[1].values.dtype.str
        tokens = len(ids[0].values), len(ids[1].values)
        piece = Piece(path, tokens, digest.hexdigest(), cleaning, dtypes)
        record = {name: value for name, value in dataclasses.asdict(piece).items() if name != "path"}
        _write_record(path.with_suffix(".json"), record)
        return piece

    def shard(self, key: str) -> tuple[list[Piece], LeftOut] | None:
        """The pieces of a finished shard and what its reader left out; `None` when one is missing or damaged."""
        record = _read_record(self.path / f"{key}.json")
        try:
            count, left_out = int(record["pieces"]), LeftOut()
            for rule, number in record["left_out"]["counts"].items():
                left_out.add(rule, record["left_out"]["places"][rule], int(number))
        except (KeyError, TypeError, ValueError, AttributeError):
            return None
        pieces = [piece for number in range(count) if (piece := self.piece(key, number)) is not None]
        return (pieces, left_out) if len(pieces) == count else None

    def finish_shard(self, key: str, pieces: int, left_out: LeftOut) -> None:
        """Says that a shard is finished."""
        counts = {"counts": dict(left_out.counts), "places": left_out.places}
        _write_record(self.path / f"{key}.json", {"pieces": pieces, "left_out": counts})

    def finish(self, keys: list[str]) -> None:
        """Says that all shards are finished, and removes files of other texts, settings and versions."""
        marker = {"version": VERSION, "shards": keys}
        if _read_record(self.path / MARKER) != marker:
            _write_record(self.path / MARKER, marker)
        current = set(keys)
        for path in self.path.iterdir():
            stale = path.name.startswith(".") or path.name[:20] not in current
            if stale and OWN.fullmatch(path.name) and path.is_file():
                path.unlink()
