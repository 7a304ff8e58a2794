"""The one reader of text files: packings, line ends, limits, and what it says of files that are not as they should."""

from __future__ import annotations

import gzip
import io
import os
import sys
import zipfile
from pathlib import Path

import pytest

from lite_transformer_tf.data import ParallelText, PlainText
from lite_transformer_tf.data.files import ZipMember, file_digest, numbered_lines, open_bytes, read_lines, unpacked_name
from lite_transformer_tf.lines import HEAD, LONGEST_LINE, LineTooLongError, decode_lines, split_lines
from tests.architecture.source import modules

pytestmark = pytest.mark.light

TEXT = "".join(f"line {number}: é\u2028\u0085\r.\n" for number in range(30_000))
LINES = TEXT.split("\n")[:-1]


def zstd(data: bytes) -> bytes:
    return pytest.importorskip("zstandard").ZstdCompressor(write_checksum=True).compress(data)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd], ids=["plain", "gzip", "zstd"])
@pytest.mark.parametrize("name", ["text", "text.zst"])
def test_a_packing_is_told_by_the_content(pack, name: str, tmp_path: Path) -> None:
    data = TEXT.encode()
    (tmp_path / name).write_bytes(pack(b"\xef\xbb\xbf" + data[:100_000]) + (pack(data[100_000:])))
    assert list(read_lines(tmp_path / name)) == LINES, "two members, or frames, are one text"


@pytest.mark.parametrize("pack", [gzip.compress, zstd], ids=["gzip", "zstd"])
def test_a_packed_file_that_is_cut_or_damaged_is_named(pack, tmp_path: Path) -> None:
    packed = pack(os.urandom(60_000).hex("\n", 40).encode())
    for damaged in (packed[: len(packed) // 2], packed[:2000] + b"damaged" + packed[2007:]):
        (tmp_path / "a").write_bytes(damaged)
        with pytest.raises(ValueError, match=r"A (gzip|zstd) file must be whole. Received: '.*a', damaged after line"):
            list(read_lines(tmp_path / "a"))
        with pytest.raises(ValueError, match="must be whole"):
            list(numbered_lines(tmp_path / "a"))


def test_the_reader_is_the_only_one() -> None:
    """No other module of the package opens packed texts; some read or write archives of arrays, or pack texts."""
    found = {name for name, module in modules().items() if {"gzip", "zipfile", "zstandard"} & module.all}
    found = {name for name in found if name.startswith("lite_transformer_tf.")}
    archives = {
        f"lite_transformer_tf.{name}" for name in ("fairseq.torch_file", "fairseq.torch_writing", "weights_file")
    }
    assert found == {"lite_transformer_tf.data.files", "lite_transformer_tf.data.docstrings", *archives}


def test_a_missing_package_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.zst").write_bytes(b"\x28\xb5\x2f\xfd")
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(ValueError, match=r"pip install 'lite-transformer-tf\[zstd\]'. Received: '.*a.zst'"):
        open_bytes(tmp_path / "a.zst")
    for opening in (PlainText.from_file, lambda path: ParallelText.from_files(path, path)):
        with pytest.raises(ValueError, match="pip install"):  # before anything is read
            opening(tmp_path / "a.zst")


def test_a_member_of_an_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.en", TEXT)
        archive.writestr("a.fr", b"un\n\xff\n")
    assert list(read_lines(ZipMember(tmp_path / "a.zip", "a.en"))) == LINES
    with pytest.raises(ValueError, match=r"must be UTF-8. Received: '.*a.zip/a.fr', line 2, byte 1"):
        list(read_lines(ZipMember(tmp_path / "a.zip", "a.fr")))
    digests = [file_digest(ZipMember(tmp_path / "a.zip", name)) for name in ("a.en", "a.fr")]
    assert digests[0] != digests[1] != file_digest(tmp_path / "a.zip")


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("a\rb\rc", ["a", "b", "c"]),
        ("\ufeffa\r\rc\r", ["a", "", "c"]),
        ("a\rb\n", ["a\rb"]),
        ("a\n\rb\r\n\r", ["a", "\rb", ""]),
        ("a\r\nb\r\n", ["a", "b"]),
        ("\u2028a\u0085\x0c\x0b\n", ["\u2028a\u0085\x0c\x0b"]),
        ("\r", [""]),
        ("\n", [""]),
        ("", []),
        ("\ufeff", [""]),
        ("a\ufeff\n\ufeffb", ["a\ufeff", "\ufeffb"]),
    ],
)
def test_line_ends(content: str, lines: list[str]) -> None:
    assert list(decode_lines(io.BytesIO(content.encode()))) == list(enumerate(lines, start=1))


@pytest.mark.parametrize("length", [0, HEAD - 4, HEAD - 1, HEAD, 3 * HEAD])
@pytest.mark.parametrize("end", ["", "\r", "\r\n"])
def test_old_macs_files_of_any_length(length: int, end: str) -> None:
    """Also where the first MiB ends within a line; where it has no line end at all, a CR is text."""
    lines = ["x" * length, "", "\u2028", "b\u0085", "end"]
    content = ("\r".join(lines) + end).encode()
    found = [line.decode() for line in split_lines(io.BytesIO(content))]
    at_returns = length < HEAD and (length > 0 or end != "\r\n")
    same = found == (lines if at_returns else [content.decode().removesuffix("\n").removesuffix("\r")])
    assert same


def test_a_line_has_a_limit(tmp_path: Path) -> None:
    longest = b"x" * LONGEST_LINE
    assert [len(line) for line in split_lines(io.BytesIO(longest + b"\r\ny\n"))] == [LONGEST_LINE, 1]
    for content, number in ((longest + b"x\n", 1), (b"a\n" + longest + b"x", 2), (b"a\r" + longest + b"x\rb", 2)):
        with pytest.raises(LineTooLongError, match=f"line {number}"):
            list(split_lines(io.BytesIO(content)))


class Zeros(io.RawIOBase):
    """Far more bytes without a line end than any memory holds; counts those that were read."""

    count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        buffer[:] = bytes(len(buffer))
        self.count += len(buffer)
        return len(buffer)


def test_a_file_of_zeros_fills_no_memory(tmp_path: Path) -> None:
    zeros = Zeros()
    with pytest.raises(LineTooLongError):
        list(split_lines(io.BufferedReader(zeros, 1 << 20)))
    assert zeros.count < 2 * LONGEST_LINE
    with (tmp_path / "bomb.gz").open("wb") as file, gzip.GzipFile("a", "wb", 1, file) as packed:
        for _ in range(40):
            packed.write(bytes(1 << 20))
    with pytest.raises(ValueError, match=r"at most 16777216 bytes. Received: '.*bomb.gz', line 1"):
        list(read_lines(tmp_path / "bomb.gz"))


def test_utf_16_is_recognised(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_bytes("a\tb\n".encode("utf-16"))
    with pytest.raises(ValueError, match="line 1, byte 1 of the line: .*; it begins as UTF-16 does"):
        list(read_lines(tmp_path / "a.tsv"))


def test_names_of_packed_files() -> None:
    names = ["a.tsv", "a.tsv.gz", "a.tsv.zst", "a.gz.tsv"]
    assert [unpacked_name(name) for name in names] == ["a.tsv", "a.tsv", "a.tsv", "a.gz.tsv"]
