"""A field with a wrong value, one at a time: no reader takes it. Kotlin and the page read the same table."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lite_transformer_tf.bundle.contract import check_contract, padded_rows
from lite_transformer_tf.bundle.manifest import BundleError, Manifest
from lite_transformer_tf.decoding.answers import AnswerRules
from lite_transformer_tf.litert.graph.weights import vocabulary_groups
from tests.hard.manifests import TABLE, changed, table, whole_manifest, wrong_manifests

pytestmark = pytest.mark.light


def accept(fields: dict[str, Any]) -> None:
    """What a reader does with a manifest before it looks into another file."""
    manifest = Manifest.from_json(json.dumps(fields))
    check_contract(manifest)
    AnswerRules.of(manifest.task, manifest.settings)


def test_the_whole_manifest_is_accepted():
    accept(whole_manifest())
    accept({**whole_manifest(), "later": 1, "caches": None})


def test_every_wrong_value_is_refused():
    wrong = list(wrong_manifests())
    taken = []
    for path, value in wrong:
        try:
            accept(changed(path, value))
        except ValueError as error:  # BundleError, or that of a saved confidence
            assert "Received" in str(error) and "\n" not in str(error), (path, value)
            assert len(str(error)) < 700, (path, value)
        else:
            taken.append((path, value))
    assert taken == []
    assert len(wrong) > 300


def test_the_table_of_the_other_readers_is_this_one():
    """After a change: python -m tests.hard.manifests."""
    assert TABLE.read_text(encoding="ascii") == table()


def test_a_name_that_occurs_twice_is_refused():
    text = json.dumps(whole_manifest()).replace('"beam_size": 2', '"beam_size": 2, "beam_size": 2', 1)
    with pytest.raises(BundleError, match="the name 'beam_size' twice"):
        Manifest.from_json(text)


def test_the_rows_of_an_output_table_are_the_compilers():
    assert all(padded_rows(size) == vocabulary_groups(size)[1] for size in range(1, 3000, 7))
