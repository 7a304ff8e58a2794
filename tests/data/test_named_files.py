"""Corpora by the files of a configuration or by the names in a directory; all that is missing is told at once."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from lite_transformer_tf.data.config import CorpusConfig, DataConfig, FilesConfig, LanguageDataConfig, located
from lite_transformer_tf.data.named_files import find_named, open_lines, open_pairs
from lite_transformer_tf.data.splits import find_split, find_splits, pair_splits
from lite_transformer_tf.settings import SettingsError, from_mapping
from lite_transformer_tf.tasks.language_model import LANGUAGE_MODEL
from lite_transformer_tf.tasks.summarization import SUMMARIZATION
from lite_transformer_tf.tasks.translation import TRANSLATION

pytestmark = pytest.mark.light

NAMES = ("en", "fr")
PAIRS = [(f"en {number}", f"fr {number}") for number in range(40)]
SIDES = [[pair[side] for pair in PAIRS] for side in (0, 1)]


def lines(texts: list[str]) -> str:
    return "".join(f"{text}\n" for text in texts)


def write_two(folder: Path, stem: str) -> None:
    for name, texts in zip(NAMES, SIDES):
        (folder / f"{stem}.{name}").write_text(lines(texts))


def write_archive(folder: Path, *extra: str) -> None:
    with zipfile.ZipFile(folder / "en-fr.txt.zip", "w") as archive:
        for name, texts in zip(NAMES, SIDES):
            archive.writestr(f"Tatoeba.en-fr.{name}", lines(texts))
        for name in ("README", "LICENSE", *extra):
            archive.writestr(name, "text")


def test_opus_is_found_in_a_directory_and_by_name(tmp_path: Path) -> None:
    write_two(tmp_path, "Tatoeba.en-fr")
    backwards = [(target, source) for source, target in PAIRS]
    assert list(find_split(tmp_path, "train", *NAMES)) == PAIRS
    assert list(find_split(tmp_path, "train", *NAMES[::-1])) == backwards
    write_archive(tmp_path)
    archive = str(tmp_path / "en-fr.txt.zip")
    assert list(open_pairs(CorpusConfig(path=archive), NAMES)) == PAIRS
    assert list(open_pairs(CorpusConfig(path=archive), NAMES[::-1])) == backwards
    with pytest.raises(ValueError, match=r"several corpora from OPUS.*\['Tatoeba.en-fr', 'en-fr.txt.zip'\]"):
        find_split(tmp_path, "train", *NAMES)
    for name in NAMES:
        (tmp_path / f"Tatoeba.en-fr.{name}").unlink()
    assert list(find_split(tmp_path, "train", *NAMES)) == PAIRS
    write_archive(tmp_path, "Other.en-fr.en")
    with pytest.raises(ValueError, match=r"one file whose name ends in .en.*\['Tatoeba.en-fr.en', 'Other.en-fr.en'\]"):
        find_split(tmp_path, "train", *NAMES)
    (tmp_path / "en-fr.txt.zip").write_text("no archive")
    with pytest.raises(ValueError, match="A zip file must be whole. Received: '.*en-fr.txt.zip'"):
        open_pairs(CorpusConfig(path=archive), NAMES)


def test_a_directory_without_a_validation_set(tmp_path: Path) -> None:
    """Two files come before records; the program holds out, `find_splits` wants a validation set."""
    (tmp_path / "train.tsv").write_text(lines([f"{source}\t{target}" for source, target in PAIRS[:9]]))
    data = DataConfig(source="en", target="fr")
    assert sorted([*(splits := TRANSLATION.load(data, tmp_path)).train, *splits.valid]) == sorted(PAIRS[:9])
    write_two(tmp_path, "train")
    splits = TRANSLATION.load(data, tmp_path)
    assert sorted([*splits.train, *splits.valid]) == sorted(PAIRS) and 0 < len(splits.valid.pairs) < 20
    assert splits.notice.startswith(f"no validation set: {len(splits.valid.pairs)} held out for validation")
    with pytest.raises(FileNotFoundError, match="The valid split must be files named"):
        find_splits(tmp_path, *NAMES)
    with pytest.raises(FileNotFoundError, match="The valid split must be files named"):
        TRANSLATION.load(DataConfig(source="en", target="fr", hold_out=0.0), tmp_path)
    (tmp_path / "valid.en").write_text("half of a validation set\n")
    with pytest.raises(FileNotFoundError, match="valid.en needs its other side"):
        TRANSLATION.load(data, tmp_path)


def test_the_same_section_serves_every_task(tmp_path: Path) -> None:
    """Named files with weights, a hold-out, and a test set."""
    table = "document,summary,text\n" + lines([f"{source},{target},{source}" for source, target in PAIRS])
    (tmp_path / "a.csv").write_text(table)
    (tmp_path / "b.txt").write_text(table)
    files: dict[str, Any] = {"train": [{"path": "a.csv", "weight": 2}, {"path": "b.txt", "format": "csv"}]}
    files["test"] = [{"path": "a.csv"}]
    settings = located({"data": {"files": files}}, tmp_path)["data"]
    translation = {**settings, "source": "document", "target": "summary"}
    for task, section, expected in (
        (TRANSLATION, translation, PAIRS),
        (SUMMARIZATION, settings, PAIRS),
        (LANGUAGE_MODEL, settings, SIDES[0]),
    ):
        splits = task.load(from_mapping(task.data_config, section), None)
        assert [weight for _, weight in splits.train.parts] == [2, 1]
        assert sorted(splits.test) == sorted(expected)
        held = list(splits.valid)
        assert sorted([*splits.train, *held, *held]) == sorted([*expected, *expected])
        with pytest.raises(SettingsError, match="names its files in data.files, and needs no data directory"):
            task.load(from_mapping(task.data_config, section), tmp_path)


def test_all_missing_files_are_told_at_once(tmp_path: Path) -> None:
    write_two(tmp_path, "half")
    (tmp_path / "half.fr").unlink()
    entries = [
        {"path": "a.tsv"},
        {"path": "b"},
        {"path": "half"},
        {"path": "a.en", "target": "a.fr"},
        {"path": "c.zip"},
    ]
    files = located({"data": {"files": {"train": entries, "test": [{"path": "d.jsonl"}]}}}, tmp_path)["data"]["files"]
    with pytest.raises(FileNotFoundError) as raised:
        find_named(from_mapping(FilesConfig, files), lambda corpus: open_pairs(corpus, NAMES))
    for sentence in (
        f"A file of records must exist. Received: '{tmp_path}/a.tsv'",
        f"or two files b.en and b.fr, plain or with .gz or .zst. Received: '{tmp_path}/b'",
        "half.en needs its other side. Received: no half.fr, half.fr.gz or half.fr.zst",
        f"Both files of a parallel text must exist. Received: '{tmp_path}/a.en', '{tmp_path}/a.fr', which do not",
        f"A file of data must exist. Received: '{tmp_path}/c.zip'",
        f"A file of records must exist. Received: '{tmp_path}/d.jsonl'",
    ):
        assert sentence in str(raised.value)


def test_paths_begin_at_the_configuration(tmp_path: Path) -> None:
    entries = [{"path": "a", "target": "../b"}, {"path": "/c"}, {"path": 3}, "wrong"]
    data = {"data": {"source": "en", "files": {"train": entries, "test": None}}, "model": {}}
    expected = [{"path": f"{tmp_path}/a", "target": f"{tmp_path}/../b"}, {"path": "/c"}, {"path": 3}, "wrong"]
    assert located(data, tmp_path) == {
        "data": {"source": "en", "files": {"train": expected, "test": None}},
        "model": {},
    }
    for other in ({}, {"data": None}, {"data": {"files": []}}, {"data": {"source": "en"}}):
        assert located(other, tmp_path) == other


@pytest.mark.parametrize(
    ("kind", "settings", "message"),
    [
        (FilesConfig, {"validation": [{"path": "a"}]}, "train must be given beside validation. Received: "),
        (FilesConfig, {"train": [{"path": "a"}], "test": [{"path": "a", "weight": 2}]}, "test has no weights"),
        (FilesConfig, {"train": [{"path": ""}]}, r"train\[0\].path must not be empty"),
        (FilesConfig, {"train": [{"weight": 1}]}, r"train\[0\].path or corpus must be given"),
        (FilesConfig, {"train": [{"path": "a", "weigth": 1}]}, r"section 'train\[0\]' knows only .*: weigth"),
        (LanguageDataConfig, {"hold_out": 0.6}, r"hold_out must lie in \[0, 0.5\], or be null. Received: 0.6"),
        (
            LanguageDataConfig,
            {"corpus": "python_docs", "files": {"train": [{"path": "a"}]}},
            "files need corpus: files. Received: 'python_docs'",
        ),
        (
            LanguageDataConfig,
            {"hold_out": 0, "files": {"train": [{"path": "a"}]}},
            "files.validation must be given with hold_out: 0",
        ),
        (
            LanguageDataConfig,
            {"order": "streams", "files": {"train": [{"path": "a"}, {"path": "b", "weight": 2}]}},
            r"files.train\[1\].weight must be 1 with order: streams",
        ),
        (
            LanguageDataConfig,
            {"files": {"train": [{"path": "a", "target": "b"}]}},
            r"files.train\[0\].target is for pairs",
        ),
    ],
)
def test_settings_that_are_refused(kind: type, settings: dict, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        from_mapping(kind, settings)


def test_digests_know_the_order_and_the_layout(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("en,fr,de\na,b,c\n")
    (tmp_path / "b.csv").write_text("en,fr\nd,e\n")

    def digest(*entries: dict) -> str:
        corpora = tuple(CorpusConfig(**{**entry, "path": str(tmp_path / entry["path"])}) for entry in entries)
        found = find_named(FilesConfig(train=corpora), lambda corpus: open_pairs(corpus, NAMES))
        return pair_splits(found, 0.5).train.digest() if len(corpora) > 2 else found.train.digest()

    a, b = {"path": "a.csv"}, {"path": "b.csv"}
    digests = [digest(a), digest(b), digest(a, b), digest(b, a), digest({**a, "columns": (1, 3)})]
    digests += [digest({**a, "fields": ("en", "de")}), digest({**a, "columns": (1, 3), "header": True})]
    assert len(set(digests)) == 7 and digest({**a, "weight": 3.0}) == digest(a), "weights are settings, not contents"


def test_lines_need_no_format(tmp_path: Path) -> None:
    (tmp_path / "wiki.train.tokens").write_text("one\ntwo\n")
    assert list(open_lines(CorpusConfig(path=str(tmp_path / "wiki.train.tokens")))) == ["one", "two"]


def test_embedded_corpora_stand_beside_files_in_either_direction(tmp_path: Path) -> None:
    write_two(tmp_path, "train")
    entries = [
        {"path": str(tmp_path / "train")},
        {"corpus": "everyday_phrases", "weight": 0.5},
        {"corpus": "travel_phrases", "split": "valid", "swapped": True},
        {"path": str(tmp_path / "train"), "swapped": True},
    ]
    files = {"train": entries, "validation": [{"corpus": "everyday_phrases"}]}
    for names in (NAMES, NAMES[::-1]):
        data = from_mapping(DataConfig, {"source": names[0], "target": names[1], "files": files})
        found = find_named(data.files, lambda corpus, names=names: open_pairs(corpus, names))
        parts = [list(part) for part, _ in found.train.parts]
        assert [weight for _, weight in found.train.parts] == [1, 0.5, 1, 1] and found.valid is not None
        swap = [(target, source) for source, target in parts[0]]
        assert parts[0] == (PAIRS if names == NAMES else [(b, a) for a, b in PAIRS]) and parts[3] == swap
        sides = (0, 1) if names == NAMES else (1, 0)
        assert ("Help!", "À l'aide !") in {(pair[sides[0]], pair[sides[1]]) for pair in parts[1]}
        assert len(parts[2]) == 800 and not set(parts[1]) & set(found.valid)
        assert len({part.digest() for part, _ in found.train.parts}) == 4
    with pytest.raises(ValueError, match=r"everyday_phrases has the languages .* Received: \('en', 'de'\)"):
        open_pairs(CorpusConfig(corpus="everyday_phrases"), ("en", "de"))
    for wrong in ({}, {"path": "a", "corpus": "travel_phrases"}, {"path": "a", "split": "train"}):
        with pytest.raises(SettingsError):
            from_mapping(FilesConfig, {"train": [wrong]})
    with pytest.raises(SettingsError, match="has no target"):
        from_mapping(FilesConfig, {"train": [{"corpus": "travel_phrases", "columns": [1, 2]}]})
