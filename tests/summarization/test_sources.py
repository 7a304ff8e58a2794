"""Documents and summaries from files: every form, the splits of a directory, and errors that name file and line."""

from __future__ import annotations

import gzip
import importlib.util
from pathlib import Path

import pytest

from lite_transformer_tf.data.records import RecordText
from lite_transformer_tf.data.summaries import dataset_summary_splits, find_summaries, find_summary_splits
from tests.summarization.corpus import toy_pairs, write_jsonl

PAIRS = toy_pairs(40, 0)
ACL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "acl-abstract-title"


@pytest.mark.parametrize("name", ["train.jsonl", "train.jsonl.gz"])
@pytest.mark.parametrize("fields", [("document", "summary"), ("article", "highlights")])
def test_json_lines(name: str, fields: tuple[str, str], tmp_path: Path) -> None:
    """CNN/DailyMail's field names are known without being given."""
    text = RecordText.from_file(write_jsonl(tmp_path / name, PAIRS, fields))
    assert list(text) == list(text) == PAIRS
    assert list(text.sources()) == [document for document, _ in PAIRS]
    assert list(text.targets()) == [summary for _, summary in PAIRS]
    assert text.in_memory().pairs == tuple(PAIRS)
    assert list(text.swapped()) == [(summary, document) for document, summary in PAIRS]


def test_own_fields_and_digest(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", PAIRS, ("abstract", "title"))
    text = RecordText.from_file(path, ("abstract", "title"))
    assert list(text) == PAIRS
    assert (
        text.digest()
        == RecordText.from_file(path, ("abstract", "title")).digest()
        != RecordText.from_file(path, ("title", "abstract")).digest()
    )
    with pytest.raises(
        ValueError,
        match=r"fields 'document' and 'summary'. Received: '.*a.jsonl', line 1: no 'document', but \['abstract', 't",
    ):
        list(RecordText.from_file(path))


def test_tab_separated_values(tmp_path: Path) -> None:
    data = "".join(f"{document}\t{summary}\n" for document, summary in PAIRS).encode()
    (tmp_path / "a.tsv").write_bytes(data)
    (tmp_path / "b.tsv.gz").write_bytes(gzip.compress(data))
    assert list(RecordText.from_file(tmp_path / "a.tsv")) == list(RecordText.from_file(tmp_path / "b.tsv.gz")) == PAIRS
    (tmp_path / "a.tsv").write_text("one\ttwo\none\ttwo\tthree\n")
    with pytest.raises(ValueError, match=r"two columns, document and summary. Received: '.*a.tsv', line 2: 3"):
        list(RecordText.from_file(tmp_path / "a.tsv"))


GOOD = '{"document": "a", "summary": "b"}'


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"document": "a", "summary"', "must be JSON. Received: '.*bad.jsonl', line 3: "),
        ("", "must be JSON. Received: '.*bad.jsonl', line 3: "),
        ('["a", "b"]', "must be a JSON object. Received: '.*bad.jsonl', line 3: list"),
        ('{"document": "a"}', r"line 3: no 'summary', but \['document'\]"),
        ('{"document": ["a"], "summary": "b"}', "field 'document' must be text. Received: '.*bad.jsonl', line 3"),
        ('{"document": "a", "summary": null}', "field 'summary' must be text. Received: '.*bad.jsonl', line 3: 'None'"),
    ],
)
def test_errors_name_file_and_line(line: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text(f"{GOOD}\n{GOOD}\n{line}\n{GOOD}\n")
    with pytest.raises(ValueError, match=message):
        list(RecordText.from_file(tmp_path / "bad.jsonl"))


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"named .tsv, .csv, .jsonl, .ndjson, or one .* with .gz or .zst. .*a.json'"):
        RecordText.from_file(tmp_path / "a.json")
    with pytest.raises(FileNotFoundError, match=r"must exist. Received: '.*a.jsonl'"):
        RecordText.from_file(tmp_path / "a.jsonl")


def test_splits_of_a_directory(tmp_path: Path) -> None:
    """Each split in a form of its own; `test` is the two files of documents and summaries."""
    write_jsonl(tmp_path / "train.jsonl.gz", PAIRS)
    (tmp_path / "val.tsv").write_text("".join(f"{document}\t{summary}\n" for document, summary in PAIRS[:3]))
    for number, ending in enumerate(("document", "summary")):
        (tmp_path / f"test.{ending}").write_text("".join(f"{pair[number]}\n" for pair in PAIRS[:5]))
    splits = find_summary_splits(tmp_path)
    assert splits.test is not None
    assert [list(text) for text in (splits.train, splits.valid, splits.test)] == [PAIRS, PAIRS[:3], PAIRS[:5]]


def test_what_is_missing_or_twofold_is_named(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "train.jsonl", PAIRS)
    with pytest.raises(
        FileNotFoundError,
        match=r"The valid split .* named \{valid,val,dev\}.tsv, .csv, .jsonl, .ndjson, or .document and .summary",
    ):
        find_summary_splits(tmp_path)
    write_jsonl(tmp_path / "valid.jsonl", PAIRS)
    assert find_summary_splits(tmp_path).test is None
    with pytest.raises(FileNotFoundError, match="The test2 split"):
        find_summary_splits(tmp_path, test="test2")
    write_jsonl(tmp_path / "dev.jsonl.gz", PAIRS)
    with pytest.raises(ValueError, match=r"one file of the valid split. Received: \['valid.jsonl', 'dev.jsonl.gz'\]"):
        find_summary_splits(tmp_path)
    with pytest.raises(FileNotFoundError, match="A data directory must exist"):
        find_summaries(tmp_path / "nowhere", "train")


@pytest.mark.skipif(
    importlib.util.find_spec("tensorflow_datasets") is not None, reason="tensorflow-datasets is installed"
)
def test_a_data_set_needs_its_package() -> None:
    with pytest.raises(ValueError, match="pip install tensorflow-datasets. Received: 'cnn_dailymail'"):
        dataset_summary_splits("cnn_dailymail")


def test_a_data_set_is_read(tmp_path: Path) -> None:
    """A small data set of the real package: refused as long as it is not prepared, then read as its fields say."""
    tfds = pytest.importorskip("tensorflow_datasets")

    class ToySummaries(tfds.core.GeneratorBasedBuilder):
        VERSION = tfds.core.Version("1.0.0")

        def _info(self):
            features = tfds.features.FeaturesDict({"article": tfds.features.Text(), "highlights": tfds.features.Text()})
            return self.dataset_info_from_configs(features=features, supervised_keys=("article", "highlights"))

        def _split_generators(self, manager):
            return {"train": self._generate_examples(PAIRS), "validation": self._generate_examples(PAIRS[:7])}

        def _generate_examples(self, pairs):
            yield from (
                (number, {"article": document, "highlights": summary})
                for number, (document, summary) in enumerate(pairs)
            )

    with pytest.raises(ValueError, match=r"unless you ask to download it \(--download\). Received: 'toy_summaries'"):
        dataset_summary_splits("toy_summaries", data_directory=tmp_path)
    assert list(tmp_path.iterdir()) == []
    splits = dataset_summary_splits("toy_summaries", data_directory=tmp_path, download=True)
    assert sorted(splits.train) == sorted(PAIRS) and sorted(splits.valid) == sorted(PAIRS[:7]) and splits.test is None
    assert list(splits.train) == list(splits.train)
    assert (
        splits.train.digest()
        == dataset_summary_splits("toy_summaries", data_directory=tmp_path).train.digest()
        != splits.valid.digest()
    )
    with pytest.raises(ValueError, match="tensorflow-datasets must know the data set. Received: 'no_such_set'"):
        dataset_summary_splits("no_such_set", data_directory=tmp_path)


@pytest.mark.skipif(not ACL.is_dir(), reason="needs abstracts and titles beside the checkout")
def test_abstracts_and_titles() -> None:
    pairs = list(find_summaries(ACL, "test"))
    assert len(pairs) == 2153
    assert all(document and summary for document, summary in pairs)
