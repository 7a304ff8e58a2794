"""Tokenised data: processes that encode, pieces that survive a kill, progress; all without TensorFlow."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lite_transformer_tf.data.cleaning import CleaningRules
from lite_transformer_tf.data.config import CorpusConfig
from lite_transformer_tf.data.corpus import LeftOut
from lite_transformer_tf.data.encoding import CHUNK, Encoder, encode_pairs
from lite_transformer_tf.data.named_files import open_pairs
from lite_transformer_tf.data.parallel_text import StreamedText
from lite_transformer_tf.data.pieces import MARKER
from lite_transformer_tf.data.tokenised import counted, tokenise
from lite_transformer_tf.text import VocabularyPair
from lite_transformer_tf.training.display import Display
from tests.data.corpus import PAIRS, joint_vocabulary
from tests.data.sharded import MANY, NAMES, RULES, sharded, write, write_shards

pytestmark = pytest.mark.light


@pytest.fixture(scope="module")
def vocabularies() -> VocabularyPair:
    return joint_vocabulary()


def test_processes_encode_as_this_one_does_in_order(vocabularies: VocabularyPair) -> None:
    pairs = [*MANY, *MANY, ("", ""), ("\u2028 é\u0301 𝄞", "x" * 500)] * 2
    expected = encode_pairs(pairs, vocabularies)
    separate = VocabularyPair(vocabularies.source, vocabularies.target.padded(450))
    for pair in (vocabularies, separate):
        with Encoder(pair, 2, alone=1) as encoder:
            found = list(encoder.encoded(iter(pairs)))
            processes = [worker.process for worker in encoder._workers]
        assert len(found) == -(-len(pairs) // CHUNK) > 2 and len(processes) == 2
        for side in (0, 1):
            assert np.array_equal(np.concatenate([ids[side].values for ids in found]), expected[side].values)
            assert np.array_equal(np.concatenate([ids[side].lengths for ids in found]), expected[side].lengths)
        assert all(process.poll() is not None for process in processes), "they end with the block"


def test_a_process_that_is_killed_ends_with_a_sentence(vocabularies: VocabularyPair) -> None:
    with Encoder(vocabularies, 2, alone=0) as encoder:
        encoder._pool()
        for worker in encoder._workers:
            os.kill(worker.process.pid, signal.SIGKILL)
            worker.process.wait()
        with pytest.raises(ChildProcessError, match="what is finished is kept. Received: one that ended with code -9"):
            list(encoder.encoded(iter(PAIRS)))


def test_pieces_hold_what_memory_holds(tmp_path: Path, vocabularies: VocabularyPair) -> None:
    write_shards(tmp_path / "text", pairs=[*PAIRS, ("", "nothing"), ("a\0b", "nul")])
    text = sharded(tmp_path / "text")
    told: list[int] = []
    whole = tokenise(text, vocabularies, RULES)
    found = tokenise(text, vocabularies, RULES, tmp_path / "ids", piece=100, count=told.append)
    assert sum(told) == whole.cleaning.read - 1
    assert whole.pairs is not None and found.pairs is None and len(found.pieces) == 9
    assert (found.cleaning, found.sizes, found.left_out) == (whole.cleaning, whole.sizes, whole.left_out)
    assert "1 with U+0000, the first in " in found.left_out
    for side, expected in enumerate((whole.pairs.sources, whole.pairs.targets)):
        ids = [piece.ids(side, 0, piece.tokens[side]) for piece, _ in found.pieces]
        lengths = [piece.lengths(0, len(piece))[side] for piece, _ in found.pieces]
        assert np.array_equal(np.concatenate(ids), expected.values)
        assert np.array_equal(np.concatenate(lengths), expected.lengths)
    again = tokenise(text, vocabularies, RULES, tmp_path / "ids", piece=100, count=told.append)
    assert again == found and sum(told) == whole.cleaning.read - 1, "nothing is read again"


@pytest.mark.parametrize("suffix", ["ids", "json"])
def test_a_damaged_piece_is_made_again(tmp_path: Path, vocabularies: VocabularyPair, suffix: str) -> None:
    write_shards(tmp_path / "text")
    text = sharded(tmp_path / "text")
    found = tokenise(text, vocabularies, RULES, tmp_path / "ids", piece=100)
    for path in sorted((tmp_path / "ids").glob(f"*-0000*.{suffix}"))[:4]:
        before = path.read_bytes()
        for damaged in (before[:-3], bytes([*before[:20], before[20] ^ 1, *before[21:]]), b""):
            path.write_bytes(damaged)
            again = tokenise(text, vocabularies, RULES, tmp_path / "ids", piece=100)
            assert again.pieces == found.pieces and path.read_bytes() == before
            assert bool(again.notices) == (suffix == "ids")


KILLED = """
import sys
from pathlib import Path
from lite_transformer_tf.data.cleaning import CleaningRules
from lite_transformer_tf.data.tokenised import counted, tokenise
from tests.data.corpus import joint_vocabulary
from tests.data.sharded import RULES, sharded
folder = Path(sys.argv[1])
text, count = sharded(folder / "text"), lambda more: print(more, flush=True)
tokenise(text, joint_vocabulary(), RULES, folder / "ids", piece=50, count=count)
"""


def test_a_killed_program_goes_on_where_it_was(tmp_path: Path, vocabularies: VocabularyPair) -> None:
    write_shards(tmp_path / "text")
    text = sharded(tmp_path / "text")
    expected = tokenise(text, vocabularies, RULES, tmp_path / "whole", piece=50)
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        cwd=root,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert process.stdout is not None
    for _ in range(18):  # of 36 pieces
        assert process.stdout.readline()
    process.kill()
    process.communicate()
    (tmp_path / "ids" / f".{expected.pieces[0][0].path.name}.abc.tmp").write_bytes(b"half")
    kept = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "ids").glob("*-*.ids")}
    assert 15 < len(kept) < 30
    found = tokenise(text, vocabularies, RULES, tmp_path / "ids", piece=50)
    files = {path.name: path.read_bytes() for path in (tmp_path / "ids").iterdir()}
    assert files == {path.name: path.read_bytes() for path in (tmp_path / "whole").iterdir()}
    assert [piece.sha256 for piece, _ in found.pieces] == [piece.sha256 for piece, _ in expected.pieces]
    assert all((tmp_path / "ids" / name).stat().st_mtime_ns == time_ns for name, time_ns in kept.items())


def test_other_settings_leave_nothing_of_the_old_ones(tmp_path: Path, vocabularies: VocabularyPair) -> None:
    write_shards(tmp_path / "text")
    text = sharded(tmp_path / "text")
    folder = tmp_path / "ids"
    tokenise(text, vocabularies, RULES, folder)
    (folder / "source").write_bytes(b"of an earlier version")
    (folder / "letter.txt").write_text("dear")
    before, kept = set(folder.iterdir()), {folder / name for name in ("letter.txt", MARKER, ".lock")}
    found = tokenise(text, vocabularies, CleaningRules(max_tokens=20), folder)
    assert 0 < found.cleaning.too_long and set(folder.iterdir()) & before == kept
    with pytest.raises(FileExistsError, match="Only a directory with a file 'tokenised.json' is overwritten"):
        tokenise(text, vocabularies, RULES, tmp_path / "text")


def test_what_the_folder_says_is_json_without_paths(vocabularies: VocabularyPair, tmp_path: Path) -> None:
    write_shards(tmp_path / "text")
    tokenise(sharded(tmp_path / "text"), vocabularies, RULES, tmp_path / "ids")
    for path in (tmp_path / "ids").glob("*.json"):
        assert str(tmp_path) not in json.dumps(json.loads(path.read_text()))


def test_left_out_survives_in_the_folder(tmp_path: Path, vocabularies: VocabularyPair) -> None:
    write(tmp_path / "a.tsv", ["x\ty", "", "a\0\tb"])
    text = StreamedText.of(open_pairs(CorpusConfig(path=str(tmp_path / "a.tsv")), NAMES))
    list(text.read(LeftOut()))
    told = [tokenise(text, vocabularies, RULES, folder).left_out for folder in (None, tmp_path / "i", tmp_path / "i")]
    assert told[0] == told[1] == told[2] and "U+0000" in told[0]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_of_the_preparation() -> None:
    texts = [str(number) for number in range(2 * CHUNK + 5)]
    for seconds, lines in ((0.0, 4), (1000.0, 0)):
        stream = io.StringIO()
        with Display(stream=stream, line_seconds=seconds).counting("tokenising", "pairs") as count:
            assert list(counted(texts, count)) == texts
        shown = stream.getvalue().splitlines()
        assert len(shown) == lines
        assert all(re.fullmatch(r"tokenising: [\d,]+ pairs, [\d,]+ per second(, in 0:00:0\d)?", line) for line in shown)
        assert not lines or shown[-1].startswith("tokenising: 8,197 pairs, ")
    terminal = Terminal()
    with Display(stream=terminal).counting("tokenising", "pairs") as count:
        count(5)
    assert "tokenising: " in terminal.getvalue() and "pairs" in terminal.getvalue()
    quiet = Terminal()
    with Display(stream=quiet, quiet=True).counting("tokenising", "pairs") as count:
        count(5)
    assert quiet.getvalue() == ""
