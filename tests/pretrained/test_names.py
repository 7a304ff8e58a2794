"""How a name becomes a path: what exists comes first, and a file is used only with its own SHA-256."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

import lite_transformer_tf as lt
from lite_transformer_tf.bundle.directory import read_bundle
from lite_transformer_tf.bundle.manifest import BundleError
from lite_transformer_tf.shipped import cache, index
from lite_transformer_tf.shipped.resolve import find_path, packed_path
from lite_transformer_tf.tasks.stored_model import find_directory, find_model
from tests.pretrained.conftest import BUNDLE, NAME

pytestmark = pytest.mark.light
TEXTS = ["Where is the station?", "Good morning."]


def answers(path) -> list[tuple[str, tuple[int, ...]]]:
    return [(found[0].text, found[0].ids) for found in lt.open_bundle(path).generate(TEXTS)]


def test_the_list(models: Path):
    (model,) = lt.pretrained()
    assert (model.name, model.task, model.languages, model.variant) == (NAME, "translation", ("en", "fr"), "int8")
    assert (model.licence, model.scores["bleu"]["score"]) == ("CC BY 2.0", 47.25)
    assert model.bytes == model.path.stat().st_size and model.path.parent == models
    assert model.card.startswith("# Lite Transformer bundle: translation, en to fr")
    assert str(model) == f"{NAME}: translation (en to fr), {model.bytes / 1e6:.2f} MB, bleu 47.25, CC BY 2.0"


def test_an_installation_without_models(no_models):
    assert lt.pretrained() == []
    with pytest.raises(BundleError, match=r"pretrained model \(none is in this installation\). Received: 'tiny-en-fr'"):
        lt.open_bundle(NAME)


def test_a_name_answers_as_its_bundle_and_is_unpacked_once(models: Path):
    assert answers(NAME) == answers(BUNDLE)
    folder = find_path(NAME, "A bundle")
    assert folder.parent == cache.cache_directory()
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert find_path(NAME, "A bundle") == folder
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert find_model(NAME).path == NAME and find_model(NAME).folder == folder
    assert packed_path(NAME) == models / f"{NAME}.ltpk"


def test_a_path_that_exists_comes_first(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / NAME).mkdir()
    assert find_path(NAME, "A bundle") == Path(NAME) and packed_path(NAME) == Path(NAME)
    with pytest.raises(BundleError, match="Received: no manifest.json in 'tiny-en-fr'"):
        lt.open_bundle(NAME)


def test_an_unknown_name_is_told_the_others(models: Path):
    with pytest.raises(BundleError, match=rf"pretrained model \({NAME}\). Received: 'tiny-en-it', which does"):
        lt.open_bundle("tiny-en-it")
    with pytest.raises(ValueError, match=rf"\({NAME}\). Received: 'tiny-en-it'"):
        find_model("tiny-en-it")


@pytest.mark.parametrize("name", ["model.tflite", "manifest.json", "vocabulary.model"])
def test_a_damaged_copy_is_unpacked_again(models: Path, name: str):
    folder = find_path(NAME, "A bundle")
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[:-1] + b"?")
    assert (find_path(NAME, "A bundle") / name).read_bytes() == content
    (folder / name).unlink()
    assert (find_path(NAME, "A bundle") / name).read_bytes() == content


def test_without_a_place_for_copies_it_is_read_in_memory(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert find_path(NAME, "A bundle") == models / f"{NAME}.ltpk"
    assert answers(NAME) == answers(BUNDLE)
    found = find_directory(NAME)
    assert sorted(os.listdir(found.folder)) == ["card.json", "config.json", "vocabulary.model", "weights.npz"]
    assert find_directory(NAME).folder == found.folder


def test_another_file_under_the_name_is_refused(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    broken = Path(shutil.copytree(models, tmp_path / "broken"))
    monkeypatch.setattr(index, "MODELS", broken)
    (broken / f"{NAME}.ltpk").write_bytes(BUNDLE.read_bytes())
    with pytest.raises(BundleError, match=f"{NAME}.ltpk must have the SHA-256 .*install the package again"):
        lt.open_bundle(NAME)
    (broken / f"{NAME}.ltpk").unlink()
    with pytest.raises(BundleError, match=f"{NAME} is missing; install the package again"):
        lt.open_bundle(NAME)
    (broken / "index.json").write_text('{"tiny-en-fr": {"task": "translation"}}')
    with pytest.raises(BundleError, match="The list of pretrained models is damaged: "):
        lt.pretrained()


def test_the_directory_of_a_model_is_made_once(models: Path):
    found = find_directory(NAME)
    assert (found.path, found.is_bundle, found.languages) == (NAME, False, ("en", "fr"))
    before = (found.folder / "weights.npz").stat().st_mtime_ns
    assert find_directory(NAME).folder == found.folder and find_directory(find_path(NAME, "")).folder == found.folder
    assert (found.folder / "weights.npz").stat().st_mtime_ns == before
    vocabulary = (found.folder / "vocabulary.model").read_bytes()
    assert vocabulary == read_bundle(BUNDLE)[1]["vocabulary.model"]
