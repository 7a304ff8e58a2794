"""Bundles of the first schema open as before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lite_transformer_tf.bundle.card import ModelFacts, render_card
from lite_transformer_tf.bundle.container import unpack_file
from lite_transformer_tf.bundle.directory import read_bundle
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.litert.runtime.open import open_bundle

ASSETS = Path(__file__).parents[2] / "android_demo/app/src/main/assets/models"


SCHEMA_1 = {path.stem: path for path in sorted(ASSETS.glob("*.ltpk"))}


@pytest.mark.parametrize("name", SCHEMA_1)
def test_bundles_of_before_still_open(name: str):
    """Real ones of schema 1, in the app since it was first built."""
    manifest, contents = read_bundle(SCHEMA_1[name])
    stored = json.loads(unpack_file(SCHEMA_1[name].read_bytes(), ["manifest.json"])["manifest.json"])
    assert json.loads(manifest.to_json()) == stored
    assert contents.keys() == manifest.files.keys()
    assert open_bundle(SCHEMA_1[name]).manifest == manifest
    assert f"| Variant | int8 ({manifest.quantization['weights']}) |" in render_card(manifest, ModelFacts(), 1, [])


def test_a_translator_of_before_still_translates():
    generator = open_bundle(SCHEMA_1["phrases-en-fr"])
    ((found,),) = generator.generate(["Where is the station?"], DecodingOptions(beam_size=1))
    assert (found.text, found.ids) == ("Où est la gare ?", (260, 1965, 621, 275, 283, 1011, 281))
