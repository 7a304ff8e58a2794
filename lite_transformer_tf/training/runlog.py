"""The log of a run: one JSON object per line in `log.jsonl`, and the same figures as TensorBoard scalars."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

import tensorflow as tf

from lite_transformer_tf.readers.json_text import json_lines

SCALAR_CLASS = 1  # DATA_CLASS_SCALAR of summary.proto


def _write_scalar(tag: str, value: float) -> None:
    """What `tf.summary.scalar` writes; that function needs the tensorboard package, which only reading should need."""
    metadata = tf.compat.v1.SummaryMetadata(data_class=SCALAR_CLASS)
    metadata.plugin_data.plugin_name = "scalars"
    tf.summary.write(tag, tf.constant(value, tf.float32), metadata=metadata)


class RunLog:
    """Writes records of `kind` "update" (training) and "validation".

    Args:
        path: the file; made when missing.
        size: bytes that belong to the state the run goes on from; what a killed process wrote beyond them is cut off.
        tensorboard: directory of the event files; `None` writes none.
    """

    def __init__(self, path: Path, size: int = 0, tensorboard: Path | None = None) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._stream = path.open("ab")
        self._stream.truncate(min(size, os.fstat(self._stream.fileno()).st_size))
        self._stream.seek(0, os.SEEK_END)
        self._writer = tf.summary.create_file_writer(str(tensorboard)) if tensorboard else None

    @property
    def size(self) -> int:
        return self._stream.tell()

    def write(self, kind: str, update: int, figures: dict[str, Any]) -> None:
        """One record; numbers that are not finite become null."""
        plain = {
            name: None if isinstance(value, float) and not math.isfinite(value) else value
            for name, value in figures.items()
        }
        self._stream.write((json.dumps({"kind": kind, "update": update, **plain}) + "\n").encode("utf-8"))
        self._stream.flush()
        if self._writer is not None:
            prefix = "train" if kind == "update" else kind
            with self._writer.as_default(step=update):
                for name, value in plain.items():
                    if isinstance(value, (int, float)):
                        _write_scalar(f"{prefix}/{name}", value)
            self._writer.flush()

    def close(self) -> None:
        self._stream.close()
        if self._writer is not None:
            self._writer.close()


class NoLog:
    """The log of a worker that is not the chief: it writes nothing."""

    size = 0

    def write(self, kind: str, update: int, figures: dict[str, Any]) -> None:
        """Writes nothing."""

    def close(self) -> None:
        """Closes nothing."""


def read_log(path: Path) -> list[dict[str, Any]]:
    """The records of a log; an unfinished last line is left out."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    return list(json_lines(path, lines, "A line of a run's log"))
