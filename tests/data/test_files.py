"""Reading lines, finding files, and what is said when they are not as they should be."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from lite_transformer_tf.data import ParallelText, embedded_splits, find_splits
from lite_transformer_tf.data.files import count_lines, read_lines
from lite_transformer_tf.data.splits import find_split
from tests.data.corpus import PAIRS, write_lines

pytestmark = pytest.mark.light

SOURCES, TARGETS = ([pair[side] for pair in PAIRS[:50]] for side in (0, 1))


@pytest.mark.parametrize("name", ["text.en", "text.en.gz"])
def test_lines_are_read_back(name: str, tmp_path: Path) -> None:
    path = write_lines(tmp_path / name, SOURCES)
    assert list(read_lines(path)) == SOURCES
    assert count_lines(path) == 50


def test_line_ends_and_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes("\ufeffone\r\ntwo\u2028still two\n\nfour\u0085\rend".encode())
    assert list(read_lines(path)) == ["one", "two\u2028still two", "", "four\u0085\rend"]


def test_gzip_is_told_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "packed.txt").write_bytes(gzip.compress("é\n".encode()))
    assert list(read_lines(tmp_path / "packed.txt")) == ["é"]


def test_invalid_utf8_names_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "bad.en").write_bytes(b"good\ngood\nba\xe9d\n")
    with pytest.raises(ValueError, match=r"must be UTF-8. Received: '.*bad.en', line 3, byte 3"):
        count_lines(tmp_path / "bad.en")


def test_a_damaged_gzip_file_is_named(tmp_path: Path) -> None:
    packed = gzip.compress("\n".join(SOURCES * 200).encode())
    (tmp_path / "cut.en.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(ValueError, match=r"gzip file must be whole. Received: '.*cut.en.gz'"):
        count_lines(tmp_path / "cut.en.gz")


def test_parallel_files_equal_pairs_in_memory(tmp_path: Path) -> None:
    text = ParallelText.from_files(write_lines(tmp_path / "a.en.gz", SOURCES), write_lines(tmp_path / "a.fr", TARGETS))
    assert list(text) == list(text) == list(zip(SOURCES, TARGETS, strict=True))
    assert list(text.sources()) == SOURCES and list(text.targets()) == TARGETS
    assert list(text.swapped()) == list(zip(TARGETS, SOURCES, strict=True)) == list(text.in_memory().swapped())
    assert text.in_memory().pairs == tuple(PAIRS[:50])


def test_unequal_files_are_told_apart(tmp_path: Path) -> None:
    text = ParallelText.from_files(
        write_lines(tmp_path / "a.en", SOURCES), write_lines(tmp_path / "a.fr", TARGETS[:47])
    )
    with pytest.raises(ValueError, match=r"same number of lines. Received: 50 in '.*a.en', 47 in '.*a.fr'"):
        list(text)


@pytest.mark.parametrize("pairs", [["ab"], [("one",)], [("a", "b", "c")], [("a", 1)], [("a", "\ud800")]])
def test_what_is_no_pair_is_refused(pairs: list) -> None:
    with pytest.raises(ValueError, match="A pair must be two texts"):
        ParallelText.from_pairs(pairs)


def _fill(directory: Path, *names: str) -> Path:
    for name in names:
        write_lines(directory / name, SOURCES if ".en" in name else TARGETS)
    return directory


@pytest.mark.parametrize(("valid", "test"), [("valid", "test"), ("val", "test_2016_flickr"), ("dev", "test")])
def test_splits_are_found_by_name(valid: str, test: str, tmp_path: Path) -> None:
    names = [f"{stem}.{language}.gz" for stem in ("train", valid, test) for language in ("en", "fr")]
    splits = find_splits(_fill(tmp_path, *names), "en", "fr")
    assert splits.train.paths == (tmp_path / "train.en.gz", tmp_path / "train.fr.gz")
    assert splits.valid.paths == (tmp_path / f"{valid}.en.gz", tmp_path / f"{valid}.fr.gz")
    assert splits.test is not None and splits.test.paths == (tmp_path / f"{test}.en.gz", tmp_path / f"{test}.fr.gz")
    backwards = find_splits(tmp_path, "fr", "en")
    assert list(backwards.train) == list(splits.train.swapped())


def test_a_directory_may_lack_a_test_set(tmp_path: Path) -> None:
    assert find_splits(_fill(tmp_path, "train.en", "train.fr", "valid.en", "valid.fr"), "en", "fr").test is None


def test_missing_files_are_named(tmp_path: Path) -> None:
    _fill(tmp_path, "train.en", "train.fr", "valid.en", "test_1.en", "test_1.fr", "test_2.en.gz", "test_2.fr")
    with pytest.raises(
        FileNotFoundError, match="valid.en needs its other side.*: no valid.fr, valid.fr.gz or valid.fr.zst"
    ):
        find_splits(tmp_path, "en", "fr")
    with pytest.raises(
        FileNotFoundError, match=r"train.\{de,fr\}\[.gz\|.zst\], or one .tsv.*which contains \['test_1.en'"
    ):
        find_split(tmp_path, "train", "de", "fr") if not (tmp_path / "train.fr").unlink() else None
    with pytest.raises(
        ValueError, match=r"There are several test sets; name one of them. Received: \['test_1', 'test_2'\]"
    ):
        find_split(tmp_path, "test", "en", "fr")
    assert list(find_split(tmp_path, "test_2", "en", "fr").sources()) == SOURCES
    with pytest.raises(FileNotFoundError, match="A data directory must exist"):
        find_split(tmp_path / "nowhere", "train", "en", "fr")
    with pytest.raises(ValueError, match="must differ"):
        find_split(tmp_path, "train", "en", "en")


def test_embedded_text_is_split() -> None:
    splits = embedded_splits()
    assert splits.test is not None
    assert min(len(splits.train.pairs), len(splits.valid.pairs), len(splits.test.pairs)) > 0
    assert not set(splits.train.pairs) & set(splits.test.pairs)
