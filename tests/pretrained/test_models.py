"""The models that the package really holds, and the file with their facts."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import yaml

from lite_transformer_tf.bundle.card import CARD_NAME
from lite_transformer_tf.bundle.directory import read_bundle
from lite_transformer_tf.config.presets import preset_names
from lite_transformer_tf.restoring.bundles import restored_weights
from lite_transformer_tf.shipped.index import INDEX_NAME, MODELS, SUFFIX, index_of, pretrained
from lite_transformer_tf.shipped.install import LARGEST, LARGEST_TOGETHER, NAME

pytestmark = pytest.mark.light
FILES = {path.name.removesuffix(SUFFIX): path for path in sorted(MODELS.glob(f"*{SUFFIX}"))}


def test_the_list_says_what_the_files_say():
    """`python -m export pretrained` writes it; a file that was replaced by hand is found here."""
    assert [model.name for model in pretrained()] == sorted(FILES)
    if FILES:
        assert (MODELS / INDEX_NAME).read_text(encoding="utf-8") == index_of(MODELS)


def test_the_files_are_small_and_nothing_else_lies_there():
    sizes = [path.stat().st_size for path in FILES.values()]
    assert max(sizes, default=0) <= LARGEST and sum(sizes) <= LARGEST_TOGETHER
    strangers = {path.name for path in MODELS.glob("*")} - {path.name for path in FILES.values()} - {INDEX_NAME}
    assert strangers == set()


def test_no_name_is_that_of_a_preset():
    assert set(FILES) & set(preset_names()) == set()
    assert all(NAME.fullmatch(name) for name in FILES)


def test_they_are_data_of_the_package():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["lite_transformer_tf"]
    assert {"pretrained/models/*.ltpk", "pretrained/models/*.json"} <= set(patterns)


@pytest.mark.parametrize("name", FILES)
def test_a_model_has_a_card_and_becomes_a_model_again(name: str):
    manifest, contents = read_bundle(FILES[name])
    _, front, body = contents[CARD_NAME].decode().split("---\n", 2)
    fields = yaml.safe_load(front)
    assert fields["language"] == list(manifest.languages) and fields["license"] and fields["metrics"]
    assert manifest.licence in body and manifest.attribution in body
    restored = restored_weights(manifest, contents["model.tflite"])
    assert sum(value.size for value in restored.weights.values()) == manifest.parameters
