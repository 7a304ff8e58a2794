"""One rule for lines everywhere: U+2028, U+0085, form feeds and vertical tabs are text, also in check sets."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lite_transformer_tf.data.files import read_lines
from lite_transformer_tf.data.parallel_text import ParallelText
from lite_transformer_tf.exporting.check_set import check_pairs
from lite_transformer_tf.lines import as_lines, decode_lines, one_line

SEPARATORS = "\u2028\u2029\x85\x0b\x0c\x1c\x1d\x1e"
SOURCES = [f"one{separator}two" for separator in SEPARATORS] + ["", "three"]
TARGETS = [f"{number}" for number in range(len(SOURCES))]
LINE = st.text(st.characters(codec="utf-8", exclude_characters="\n\r"))


def write(path: Path, lines: list[str]) -> Path:
    path.write_bytes("".join(f"{line}\n" for line in lines).encode())
    return path


@pytest.fixture
def files(tmp_path) -> tuple[Path, Path]:
    return write(tmp_path / "source.txt", SOURCES), write(tmp_path / "target.txt", TARGETS)


def test_references_stay_with_their_check_texts(files, tmp_path):
    """They shifted by a line at every separator that `str.splitlines` knows and corpora do not."""
    kept = [(source, target) for source, target in zip(SOURCES, TARGETS, strict=True) if source]
    texts, references = check_pairs(tmp_path, *files)
    assert list(zip(texts, references, strict=True)) == kept
    assert list(ParallelText.from_files(*files)) == list(zip(SOURCES, TARGETS, strict=True))
    assert check_pairs(tmp_path, *files, limit=2) == (SOURCES[:2], TARGETS[:2])


def test_the_check_set_of_a_model_is_read_by_the_same_rule(tmp_path):
    write(tmp_path / "check_sentences.txt", SOURCES)
    assert check_pairs(tmp_path, None, None)[0] == [source for source in SOURCES if source]


def test_check_sets_may_be_packed(files, tmp_path):
    packed = tmp_path / "source.txt.gz"
    packed.write_bytes(gzip.compress(files[0].read_bytes()))
    assert check_pairs(tmp_path, packed, files[1]) == check_pairs(tmp_path, *files)


@given(st.lists(LINE, max_size=8), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_streams_and_files_agree(tmp_path_factory, lines, end, mark):
    content = ("\ufeff" * mark + "".join(f"{line}{end}" for line in lines)).encode()
    path = tmp_path_factory.getbasetemp() / "lines.txt"
    path.write_bytes(content)
    expected = list(lines)
    if expected and not mark:
        expected[0] = expected[0].removeprefix("\ufeff")
    elif mark and not lines:
        expected = [""]  # the mark is all there is
    assert list(read_lines(path)) == expected
    assert list(decode_lines(io.BytesIO(content))) == list(enumerate(expected, start=1))


@given(st.lists(st.text(st.characters(codec="utf-8")), max_size=8))
def test_any_text_is_one_line(texts):
    content = as_lines(texts)
    assert len(content.split("\n")) == len(texts) + 1
    assert [text for _, text in decode_lines(io.BytesIO(content.encode()))] == [
        one_line(text).removeprefix("\ufeff") if number == 0 else one_line(text) for number, text in enumerate(texts)
    ]


def test_a_line_that_is_not_utf_8_is_named(tmp_path):
    (tmp_path / "bad.txt").write_bytes(b"one\ntwo \xff\n")
    with pytest.raises(ValueError, match=r"must be UTF-8. Received: .*bad.txt', line 2, byte 5 of the line"):
        check_pairs(tmp_path, tmp_path / "bad.txt", None)
    assert list(decode_lines(io.BytesIO(b"one\n\xff\n"))) == [(1, "one"), (2, None)]
