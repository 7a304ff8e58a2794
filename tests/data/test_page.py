"""The examples of docs/data.md are read as the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from lite_transformer_tf.data.config import CorpusConfig, DataConfig, located
from lite_transformer_tf.data.named_files import find_named, open_lines, open_pairs
from lite_transformer_tf.settings import from_mapping

pytestmark = pytest.mark.light

PAGE = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`([\w.-]+)`\n\n```text\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL))
PAIRS = [("Go.", "Va !"), ('I see, "Tom".', "Je vois, « Tom ».")]
NAMES = ("en", "fr")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def test_the_page_has_an_example_of_every_format() -> None:
    suffixes = {Path(name).suffix for name in FILES}
    assert len(FILES) == 7 and suffixes == {".en", ".fr", ".tsv", ".csv", ".jsonl"}


@pytest.mark.parametrize("path", ["train", "train.en", "Tatoeba.en-fr", "news.tsv", "pairs.csv", "hub.jsonl"])
def test_each_example_holds_the_same_pairs(path: str, folder: Path) -> None:
    assert list(open_pairs(CorpusConfig(path=str(folder / path)), NAMES)) == PAIRS
    backwards = [(target, source) for source, target in PAIRS]
    if path != "news.tsv":  # has no names
        assert list(open_pairs(CorpusConfig(path=str(folder / path)), NAMES[::-1])) == backwards


def test_the_configuration(folder: Path) -> None:
    settings = yaml.safe_load(re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1])  # type: ignore[index]
    data = from_mapping(DataConfig, located(settings, folder)["data"])
    found = find_named(data.files, lambda corpus: open_pairs(corpus, (data.source, data.target)))
    assert [(list(part), weight) for part, weight in found.train.parts] == [(PAIRS, w) for w in (1, 0.5, 3, 1)]
    assert found.valid is not None and list(found.valid) == PAIRS and found.test is None


def test_lines_of_a_language_model(folder: Path) -> None:
    (folder / "a.jsonl").write_text('{"text": "one\\ntwo\\r\\nthree"}\n{"text": "four"}\n')
    (folder / "b.csv").write_text('text,id\n"one\ntwo",1\nthree,2\n')
    assert list(open_lines(CorpusConfig(path=str(folder / "a.jsonl")))) == ["one", "two", "three", "four"]
    assert list(open_lines(CorpusConfig(path=str(folder / "b.csv")))) == ["one", "two", "three"]
    assert list(open_lines(CorpusConfig(path=str(folder / "train.en")))) == [source for source, _ in PAIRS]
