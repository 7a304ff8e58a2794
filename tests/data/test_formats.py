"""Tables and JSON Lines: what is read, what is left out and counted, and what is refused with file, line and rule."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lite_transformer_tf.data.config import CorpusConfig
from lite_transformer_tf.data.corpus import LeftOut
from lite_transformer_tf.data.files import read_lines
from lite_transformer_tf.data.formats import FORMATS, Format, Layout, Record
from lite_transformer_tf.data.named_files import open_lines, open_pairs
from lite_transformer_tf.data.parallel_text import ParallelText
from lite_transformer_tf.data.splits import find_split
from lite_transformer_tf.settings import SettingsError

pytestmark = pytest.mark.light

NAMES = ("en", "fr")


def read(folder: Path, name: str, content: str, left_out: LeftOut | None = None, **settings) -> list[tuple[str, str]]:
    (folder / name).write_text(content, encoding="utf-8", newline="")
    corpus = open_pairs(CorpusConfig(path=str(folder / name), **settings), NAMES)
    return list(corpus.read(LeftOut() if left_out is None else left_out))


@pytest.mark.parametrize(
    ("name", "content", "settings"),
    [
        ("a.tsv", "a\tb\nc\td\n", {}),
        ("a.tsv", "en\tfr\na\tb\nc\td\n", {}),
        ("a.tsv", "fr\tnote\ten\nb\t\ta\nd\t1\tc\n", {}),
        ("a.tsv", "source\ttarget\na\tb\nc\td\n", {}),
        ("a.tsv", "1\ta\t2\tb\n3\tc\t4\td\n", {"columns": (2, 4)}),
        ("a.tsv", "x\ty\na\tb\nc\td\n", {"columns": (1, 2), "header": True}),
        ("a.tsv", "x\ty\tz\nb\t0\ta\nd\t0\tc\n", {"fields": ("z", "x")}),
        ("a.csv", "a,b\r\nc,d\r\n", {}),
        ("a.csv", 'translation.en,translation.fr\n"a","b"\nc,"d"', {}),
        ("a.txt", "a,b\nc,d", {"format": "csv"}),
        ("a.jsonl", '{"en": "a", "fr": "b", "id": 1}\n{"en": "c", "fr": "d"}\n', {}),
        ("a.ndjson", '{"source": "a", "target": "b"}\n{"translation": {"en": "c", "fr": "d", "de": ""}}\n', {}),
        ("a.jsonl", '{"a": {"b.c": "a"}, "x.y": "b"}\n{"a": {"b.c": "c"}, "x.y": "d"}\n', {"fields": ("a.b.c", "x.y")}),
    ],
)
def test_layouts(name: str, content: str, settings: dict, tmp_path: Path) -> None:
    assert read(tmp_path, name, content, **settings) == [("a", "b"), ("c", "d")]


def test_the_first_row_stays_a_pair_when_it_is_said_to_be_one(tmp_path: Path) -> None:
    rows = read(tmp_path, "a.tsv", "en\tfr\na\tb\n", header=False)
    assert rows == [("en", "fr"), ("a", "b")]


def test_texts_keep_their_quotes_and_line_breaks(tmp_path: Path) -> None:
    assert read(tmp_path, "a.csv", '"one\n""two""","a, b"\n') == [('one\n"two"', "a, b")]
    assert read(tmp_path, "a.tsv", '"a\tb"\n') == [('"a', 'b"')]


def test_what_cannot_be_used_is_counted_with_the_place_of_the_first(tmp_path: Path) -> None:
    left_out = LeftOut()
    assert read(tmp_path, "a.tsv", "a\tb\n\nx\0\ty\nx\ty\0\n", left_out) == [("a", "b")]
    assert dict(left_out.counts) == {"blank lines": 1, "with U+0000": 2}
    path = str(tmp_path / "a.tsv")
    assert (
        str(left_out) == f"1 blank lines, the first in {path!r}, line 2; 2 with U+0000, the first in {path!r}, line 3"
    )
    left_out = LeftOut()
    lines = ['{"en": "a", "fr": "\\ud83d"}', '{"en": "\\ud83d\\ude00", "fr": "b"}', '{"en": "\\u0000", "fr": "b"}']
    assert read(tmp_path, "a.jsonl", "\n".join(lines), left_out) == [("\U0001f600", "b")]
    assert dict(left_out.counts) == {"with a lone surrogate": 1, "with U+0000": 1}
    (tmp_path / "b.en").write_text("a\nb\0\nc\n")
    (tmp_path / "b.fr").write_text("a\nb\nc\n")
    text = open_pairs(CorpusConfig(path=str(tmp_path / "b")), NAMES)
    assert isinstance(text, ParallelText) and list(text) == [("a", "a"), ("c", "c")] == list(text.in_memory())
    assert list(text.sources()) == ["a", "c"]
    left_out = LeftOut()
    list(text.in_memory().read(left_out))
    assert left_out.total == 1, "what was left out when a set was read into memory is told too"


@pytest.mark.parametrize(
    ("name", "content", "settings", "message"),
    [
        ("a.tsv", "a\tb\na\n", {}, r"A line of a .tsv file must have two columns, en and fr. Received: .*line 2: 1"),
        ("a.tsv", "a\tb\na\tb\tc\n", {}, "two columns, en and fr. Received: .*line 2: 3"),
        ("a.tsv", "1\ta\tb\n1\ta\n", {"columns": (2, 3)}, "at least 3 columns. Received: .*line 2: 2"),
        ("a.csv", "en,fr,id\na,b,1\na,b,1,2\n", {}, "must have 3 columns. Received: .*line 3: 4"),
        ("a.csv", 'a,b\n"c" x,d\n', {}, "must be quoted rightly. Received: .*a.csv', line 2: "),
        ("a.csv", 'a,"b\nc,d\n', {}, "must be quoted rightly. Received: .*a.csv', line 2: unexpected end of data"),
        (
            "a.csv",
            "a,b\n",
            {"fields": ("x", "y")},
            r"must have the columns 'x' and 'y'. Received: .*line 1: \['a', 'b'\]",
        ),
        ("a.csv", "a,b\n", {"header": True}, "must have the columns 'en' and 'fr'"),
        ("a.jsonl", '{"en": "a"}', {}, r"fields 'en' and 'fr'. Received: .*line 1: no 'fr', but \['en'\]"),
        ("a.jsonl", '{"en": "a", "fr": 1}', {}, "The field 'fr' must be text. Received: .*line 1: '1'"),
        ("a.jsonl", '{"en": "a", "fr": "b"}', {"fields": ("en", "de")}, "fields 'en' and 'de'.*no 'de'"),
        ("a.jsonl", '{"en": "a", "fr": "b"}', {"fields": ("en",)}, "fields must have 2 entries, for en and fr"),
        ("a.jsonl", '{"en": "a", "fr": "b"}', {"columns": (1, 2)}, "columns are for tables, not for jsonl"),
        ("a.txt", "a\tb\n", {}, "in one file must be named .tsv, .csv, .jsonl, .ndjson or .zip, or have a format"),
        ("a.txt", "a\tb\n", {"columns": (1, 2)}, "columns are for records, files named .tsv"),
    ],
)
def test_what_is_refused(name: str, content: str, settings: dict, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        read(tmp_path, name, content, **settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"target": "b", "format": "tsv"}, "target is for two files of lines, which have no format"),
        ({"fields": ("a",), "columns": (1,)}, "columns and fields exclude each other"),
        ({"format": "jsonl", "columns": (1,)}, "columns are for tables, not for jsonl"),
        ({"format": "jsonl", "header": True}, "header is for tables, not for jsonl"),
        ({"weight": 0.0}, r"weight must lie in \(0, 1000\]. Received: 0"),
        ({"format": "xml"}, "format must be one of"),
    ],
)
def test_settings_that_contradict_each_other(settings: dict, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        CorpusConfig(path="a", **settings)


def test_a_new_format_is_one_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_colons(path: Path, layout: Layout, left_out: LeftOut) -> Iterator[Record]:
        for number, line in enumerate(read_lines(path), start=1):
            yield number, tuple(line.split(": "))

    monkeypatch.setitem(FORMATS, "colons", Format("colons", (".colons",), read_colons))
    assert read(tmp_path, "train.colons", "a: b\nc: d\n") == [("a", "b"), ("c", "d")]
    assert read(tmp_path, "a.txt", "a: b\n", format="colons") == [("a", "b")]
    assert list(find_split(tmp_path, "train", *NAMES)) == [("a", "b"), ("c", "d")]


def test_lines_in_records(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"title": "a"}\n')
    with pytest.raises(ValueError, match=r"must have the field 'text'. Received: .*no 'text', but \['title'\]"):
        list(open_lines(CorpusConfig(path=str(tmp_path / "a.jsonl"))))
    assert list(open_lines(CorpusConfig(path=str(tmp_path / "a.jsonl"), fields=("title",)))) == ["a"]
    with pytest.raises(FileNotFoundError, match="A text file must exist"):
        open_lines(CorpusConfig(path=str(tmp_path / "none.txt")))
