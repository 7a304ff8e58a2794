"""A bundle of a compression belongs to what it was made from."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from lite_transformer_tf.compression.made import MadeBundle, key_of
from lite_transformer_tf.exporting.export_job import ExportJob
from lite_transformer_tf.litert.graph.compiler import GraphOptions
from tests.hard.file_damage import DAMAGES, flip

FIXTURES = Path(__file__).parents[1] / "upgrade" / "fixtures"
JOB = ExportJob(["one", "two"], ["eins", "zwei"], "int4", GraphOptions((16, 64), 4))


@pytest.fixture
def made(tmp_path) -> MadeBundle:
    """A whole bundle, its download, and their record."""
    made = MadeBundle(Path(shutil.copytree(FIXTURES / "compressed" / "bundles" / "int4", tmp_path / "int4")))
    shutil.copytree(FIXTURES / "run" / "model", tmp_path / "model")
    shutil.copyfile(FIXTURES / "compressed" / "bundles" / "int4.ltpk", made.packed)
    made.write_record(key_of(tmp_path / "model", JOB))
    return made


@pytest.fixture
def model(made) -> Path:
    return made.directory.with_name("model")


def test_the_same_is_used_again(made, model):
    assert made.fault(key_of(model, JOB)) is None and made.download_fault() is None


CHANGES = [
    ({"variant": "int8"}, "variant"),
    ({"graph": GraphOptions((16, 32), 4)}, "graph"),
    ({"graph": GraphOptions((16, 64), 2)}, "graph"),
    ({"check_texts": ["one", "three"]}, "check set"),
    ({"references": ["eins", "drei"]}, "check set"),
    ({"calibration": ["one"]}, "calibration"),
    ({"task": "summarization"}, "task"),
]


def test_another_export_is_made_anew(made, model):
    for change, name in CHANGES:
        fault = made.fault(key_of(model, dataclasses.replace(JOB, **change)))
        assert fault == f"it was made from another {name}"


@pytest.mark.parametrize("name", ["weights.npz", "config.json", "vocabulary.model"])
def test_another_model_is_exported_anew(name, made, model):
    flip(model / name)
    assert made.fault(key_of(model, JOB)) == "it was made from another model"


@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize("name", ["manifest.json", "model.tflite", "report.json"])
def test_a_damaged_bundle_is_made_anew(how, name, made, model):
    DAMAGES[how](made.directory / name, 3)
    assert made.fault(key_of(model, JOB)) is not None


def test_a_stump_is_no_download(made, model):
    for content in (bytes(1000), b"a text of somebody", b""):
        made.packed.write_bytes(content)
        assert made.fault(key_of(model, JOB)) is None
        assert made.download_fault() == "it has other bytes than were written"


@pytest.mark.parametrize("how", DAMAGES)
def test_without_its_record_nothing_is_used_again(how, made, model):
    """As in an output of an earlier version, which has none."""
    DAMAGES[how](made.record, 1)
    assert (made.fault(key_of(model, JOB)) or made.download_fault()) is not None
