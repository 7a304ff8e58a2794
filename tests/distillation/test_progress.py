"""Which of the stored answers are as they were written."""

from __future__ import annotations

import dataclasses
import hashlib
import json

import pytest

from lite_transformer_tf.distillation.progress import ANSWERS_NAME, PROGRESS_NAME, Block, Progress, digest_to

pytestmark = pytest.mark.light
LINES = [b"one\n", b"two\n", b"three\n"]


def stored(tmp_path) -> Progress:
    data, blocks = b"", []
    for line in LINES:
        data += line
        blocks.append(Block(len(blocks) + 1, len(data), float(len(data)), hashlib.sha256(data).hexdigest()))
    last = blocks[-1]
    progress = Progress(last.texts, last.bytes, last.seconds, tuple(blocks))
    (tmp_path / ANSWERS_NAME).write_bytes(data + b"ha")
    (tmp_path / PROGRESS_NAME).write_text(json.dumps(dataclasses.asdict(progress)))
    return progress


def test_whole_answers_and_what_follows_them(tmp_path):
    progress = stored(tmp_path)
    assert Progress.load(tmp_path) == progress == progress.valid(tmp_path)
    with (tmp_path / ANSWERS_NAME).open("rb") as stream:
        assert digest_to(stream, progress.bytes).hexdigest() == progress.blocks[-1].sha256


@pytest.mark.parametrize("data, kept", [(b"one\ntwo\nthreE\n", 2), (b"one\ntwO\nthree\n", 1), (b"one\nt", 1), (b"", 0)])
def test_the_whole_blocks_before_damage_are_kept(data, kept, tmp_path):
    progress = stored(tmp_path)
    (tmp_path / ANSWERS_NAME).write_bytes(data)
    found = progress.valid(tmp_path)
    assert (found.texts, found.bytes, found.blocks) == (kept, len(b"".join(LINES[:kept])), progress.blocks[:kept])
    (tmp_path / ANSWERS_NAME).unlink()
    assert progress.valid(tmp_path) == Progress()


def test_progress_of_an_earlier_version_has_no_hashes(tmp_path):
    (tmp_path / PROGRESS_NAME).write_text('{"texts": 2, "bytes": 8, "seconds": 1.5}')
    (tmp_path / ANSWERS_NAME).write_bytes(b"one\ntwo\n")
    progress = Progress.load(tmp_path)
    assert progress == Progress(2, 8, 1.5) == progress.valid(tmp_path)
    (tmp_path / ANSWERS_NAME).write_bytes(b"one\n")
    assert progress.valid(tmp_path) == Progress()
