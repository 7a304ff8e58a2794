"""Shards: one corpus in many files; what does not fit, and what is damaged, is told before any work."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from lite_transformer_tf.data.config import CorpusConfig, DataConfig, located
from lite_transformer_tf.data.hold_out import Rest
from lite_transformer_tf.data.named_files import open_lines, open_pairs
from lite_transformer_tf.data.parallel_text import swapped
from lite_transformer_tf.data.shards import Shards
from lite_transformer_tf.data.tokenised import tokenise
from lite_transformer_tf.settings import SettingsError
from lite_transformer_tf.text import VocabularyPair
from tests.data.corpus import PAIRS, joint_vocabulary
from tests.data.sharded import NAMES, RULES, sharded, write, write_shards

pytestmark = pytest.mark.light


@pytest.fixture(scope="module")
def vocabularies() -> VocabularyPair:
    return joint_vocabulary()


@pytest.mark.parametrize(
    "corpus",
    [
        {"path": "train-*"},
        {"path": "train-*.en*", "target": "train-*.fr*"},
        {"paths": ["train-0[01]*", "train-02"]},
        {
            "paths": ["train-00.en", "train-01.en.gz", "train-02.en.zst"],
            "targets": ["train-00.fr", "train-01.fr.gz", "train-02.fr.zst"],
        },
    ],
)
def test_shards_are_one_corpus_in_a_stable_order(tmp_path: Path, corpus: dict[str, Any]) -> None:
    parts = write_shards(tmp_path)
    settings = located({"data": {"files": {"train": [corpus]}}}, tmp_path)["data"]["files"]["train"][0]
    found = open_pairs(
        CorpusConfig(**{key: tuple(v) if isinstance(v, list) else v for key, v in settings.items()}), NAMES
    )
    assert isinstance(found, Shards) and [list(shard) for shard in found.shards] == parts
    assert list(found) == sum(parts, []) and found.name.startswith("3 shards of ")
    assert found.digest() == sharded(tmp_path).digest()
    backwards = [(target, source) for source, target in sum(parts, [])]
    assert [pair for shard in swapped(found).shards for pair in shard] == backwards
    rest = Rest(found, 0.3)
    assert [pair for shard in rest.shards for pair in shard] == list(rest) and len(list(rest)) < len(PAIRS)
    (tmp_path / "train-01.fr.gz").write_bytes((tmp_path / "train-00.fr").read_bytes())
    assert found.digest() != rest.corpus.shards[0].digest()


def test_shards_of_records_and_of_lines(tmp_path: Path) -> None:
    for number in (2, 10, 1):
        write(tmp_path / f"a{number}.tsv.gz", [f"x{number}\ty{number}"])
        write(tmp_path / f"b{number}.txt", [f"z{number}"])
    path = str(tmp_path / "a*.tsv.gz")
    assert list(open_pairs(CorpusConfig(path=path), NAMES)) == [("x1", "y1"), ("x10", "y10"), ("x2", "y2")]
    assert list(open_lines(CorpusConfig(path=str(tmp_path / "b?.txt")))) == ["z1", "z2"]
    named = tuple(str(tmp_path / f"b{number}.txt") for number in (10, 1))
    assert list(open_lines(CorpusConfig(paths=named))) == ["z10", "z1"]


@pytest.mark.parametrize(
    ("corpus", "removed", "message"),
    [
        ({"path": "none-*"}, (), "A pattern must match files. Received: '.*none-\\*', which matches none"),
        ({"path": "train-*"}, ("train-01.fr.gz",), "train-01.en.gz needs its other side"),
        ({"path": "train-*.en*", "target": "train-*.fr*"}, ("train-01.fr.gz", "train-02.en.zst"),
         "must have its other side. Received: '.*train-01.en.gz', '.*train-02.fr.zst', without one"),
        ({"path": "train-*.en*", "target": "train-00.fr"}, (), "must have equally many wildcards"),
        ({"path": "train-00.en", "target": "train-*.fr*"}, (), "must have equally many wildcards"),
        ({"paths": ["train-00.en", "train-01.en"], "targets": ["train-00.fr", "train-09.fr"]}, (),
         "must exist. Received: '.*train-01.en', '.*train-09.fr', which do not"),
    ],
)  # fmt: skip
def test_shards_that_do_not_fit_are_refused(
    tmp_path: Path, corpus: dict[str, Any], removed: tuple[str, ...], message: str
) -> None:
    write_shards(tmp_path)
    for name in removed:
        (tmp_path / name).unlink()
    settings = located({"data": {"files": {"train": [corpus]}}}, tmp_path)["data"]["files"]["train"][0]
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        open_pairs(CorpusConfig(**{k: tuple(v) if isinstance(v, list) else v for k, v in settings.items()}), NAMES)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"paths": ("a", "b"), "targets": ("c",)}, "targets must have an entry per path, 2"),
        ({"path": "a", "targets": ("c",)}, "targets must have an entry per path, 0"),
        ({"path": "a", "paths": ("c",)}, "only one of them"),
        ({"paths": ("a",), "target": "c"}, "target needs path"),
    ],
)
def test_settings_of_shards(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        CorpusConfig(**settings)
    with pytest.raises(SettingsError, match="pool needs on_disk: true"):
        DataConfig(source="en", target="fr", pool=7)


def test_all_bad_shards_are_told_and_the_good_ones_kept(tmp_path: Path, vocabularies: VocabularyPair) -> None:
    parts = write_shards(tmp_path / "text", 5)
    good = (tmp_path / "text" / "train-01.fr.gz").read_bytes(), (tmp_path / "text" / "train-02.en.zst").read_bytes()
    (tmp_path / "text" / "train-01.fr.gz").write_bytes(good[0][:-9])
    (tmp_path / "text" / "train-02.en.zst").write_bytes(good[1][:-9])
    write(tmp_path / "text" / "train-03.en", [source for source, _ in parts[3][:-1]])
    text = sharded(tmp_path / "text")
    for attempt in (lambda: list(text), lambda: tokenise(text, vocabularies, RULES, tmp_path / "ids")):
        with pytest.raises(ValueError) as error:
            attempt()
        told = str(error.value)
        assert "gzip file must be whole" in told and "train-01.fr.gz', damaged after line" in told
        assert "zstd file must be whole" in told and "train-02.en.zst', damaged after line" in told
        assert f"{len(parts[3]) - 1} in " in told and "train-03.en', " in told
    kept = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "ids").glob("*.ids")}
    assert len(kept) == 2
    (tmp_path / "text" / "train-01.fr.gz").write_bytes(good[0])
    (tmp_path / "text" / "train-02.en.zst").write_bytes(good[1])
    write(tmp_path / "text" / "train-03.en", [source for source, _ in parts[3]])
    found = tokenise(text, vocabularies, RULES, tmp_path / "ids")
    assert found.cleaning.kept == len(PAIRS) and len(found.pieces) == 5
    assert kept.items() <= {path.name: path.stat().st_mtime_ns for path in (tmp_path / "ids").glob("*.ids")}.items()


def test_reading_a_large_packed_file_takes_little_memory(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard")
    line = b"a sentence of a large file\n"
    (tmp_path / "large.zst").write_bytes(zstandard.compress(line * 2_000_000))
    program = f"""
import resource
from lite_transformer_tf.data.files import read_lines
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert sum(1 for _ in read_lines({str(tmp_path / "large.zst")!r})) == 2_000_000
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    start = time.perf_counter()
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parents[2], capture_output=True, check=True
    )
    assert int(result.stdout) < 45_000, "kilobytes, of a text of 54 megabytes"
    assert time.perf_counter() - start < 120
