"""`python -m export compress` on a toy task: every stage, its resumption, the bundles, the report."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml

from export.__main__ import main
from lite_transformer_tf.bundle.directory import read_manifest
from lite_transformer_tf.compression.chain import Chain, Row, backbone
from lite_transformer_tf.compression.config import CompressionConfig, Pruning
from lite_transformer_tf.compression.origin import Origin
from lite_transformer_tf.compression.places import find_places
from lite_transformer_tf.compression.shares import pruning_shares
from lite_transformer_tf.data.files import file_digest
from lite_transformer_tf.litert.runtime.open import open_bundle
from lite_transformer_tf.models.saving import load_config, load_model, load_weights, save_model
from lite_transformer_tf.settings import SettingsError
from lite_transformer_tf.tasks.registry import run_config
from lite_transformer_tf.tasks.translation import run_translation
from lite_transformer_tf.training.config import load_run_config
from lite_transformer_tf.training.display import Display
from tests.training.conftest import TINY, write_splits

SETTINGS = {
    "pruning": {
        "sparsity": 0.5,
        "embedding_sparsity": 0.25,
        "frequency": 2,
        "training": {"epochs": 1, "peak": 5e-3, "warmup_steps": 2, "dropout": 0.05},
    },
    "quantization": {"epochs": 1, "peak": 2e-3, "warmup_steps": 2, "average": 0, "distillation": 0.5},
    "bits": [8, 4],
    "average_bits": 5.0,
    "check_limit": 8,
    "buckets": [16, 64],
}


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return write_splits(tmp_path_factory.mktemp("toy"), 200, 8)


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    (folder / "tiny.yaml").write_text(
        yaml.safe_dump({**TINY, "training": {**TINY["training"], "epochs": 3, "average": 0}})
    )
    assert run_translation(load_run_config(folder / "tiny.yaml"), data, folder / "run", Display(3, quiet=True)).finished
    return folder / "run"


@pytest.fixture(scope="module")
def compressed(trained, data, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("compressed")
    (folder / "settings.yaml").write_text(yaml.safe_dump(SETTINGS))
    output = folder / "output"
    call = [
        "compress",
        "--model",
        str(trained),
        "--data-dir",
        str(data),
        "--output",
        str(output),
        "--config",
        str(folder / "settings.yaml"),
    ]
    assert main([*call, "--baseline", str(trained)]) == 0
    return output


def zeros(path: Path) -> dict[str, float]:
    return {
        name: float((value == 0).mean())
        for name, value in load_weights(path / "weights.npz").items()
        if name.endswith(("/kernel", "/table"))
    }


def test_pruning_reaches_each_share_and_training_with_rounded_weights_keeps_it(compressed):
    pruned = zeros(compressed / "pruned" / "model")
    for name, share in pruned.items():
        size = load_weights(compressed / "pruned" / "model" / "weights.npz")[name].size
        assert share == pytest.approx(0.25 if name.endswith("/table") else 0.5, abs=1.01 / size), name
    before = {name: value == 0 for name, value in load_weights(compressed / "pruned" / "model" / "weights.npz").items()}
    chosen = json.loads((compressed / "int4" / "report.json").read_text())["data"]["compression"]["bits"]
    sizes = {
        name: value.size
        for name, value in load_weights(compressed / "pruned" / "model" / "weights.npz").items()
        if name in pruned
    }
    assert {f"{name}/{'table' if name.endswith('embedding') else 'kernel'}" for name in chosen} == set(sizes)
    total = sum(sizes.values())
    assert 4 * total < sum(chosen[name.rpartition("/")[0]] * size for name, size in sizes.items()) <= 5 * total
    assert (
        len({chosen[name] for name in chosen if name.endswith(("/cross_attention/key", "/cross_attention/value"))}) == 1
    )
    for stage in ("int8", "int4"):
        after = load_weights(compressed / stage / "model" / "weights.npz")
        for name in pruned:
            assert (after[name][before[name]] == 0).all(), name
            rows = after[name] if name.endswith("/table") else after[name].T
            levels = {8: 255, 4: 15}[8 if stage == "int8" else chosen[name.rpartition("/")[0]]]
            assert max(len(np.unique(row)) for row in rows) <= levels
        assert any(
            not np.array_equal(after[name], load_weights(compressed / "pruned" / "model" / "weights.npz")[name])
            for name in pruned
        )


def test_bundles_are_those_models(compressed):
    expected = {
        "float32": "float32",
        "int8": "int8",
        "int4": "int4",
        "pruned": "float32",
        "pruned_float16": "float16",
        "pruned_int8": "int8",
        "pruned_int4": "int4",
        "pruned_trained_in_int8": "int8",
        "pruned_trained_in_int4": "int4",
        "pruned_integer": "int16x8",
        "pruned_trained_in_int8_integer": "int16x8",
    }
    found = {path.name: read_manifest(path).variant for path in (compressed / "bundles").iterdir() if path.is_dir()}
    assert found == expected
    for name in expected:
        manifest = read_manifest(compressed / "bundles" / name)
        assert all(
            entry["equal"] == entry["sentences"] == 8 for entry in manifest.verification["comparisons"]["float32"]
        )
        assert open_bundle(compressed / "bundles" / f"{name}.ltpk").manifest == manifest
        trained_by = "export compress --model RUN" if "pruned" in name else "train translation --config RUN/config.yaml"
        assert f"`python -m {trained_by} " in (compressed / "bundles" / name / "README.md").read_text(), name
    sizes = {name: (compressed / "bundles" / f"{name}.ltpk").stat().st_size for name in expected}
    assert (
        sizes["pruned_trained_in_int4"]
        < sizes["pruned_trained_in_int8"]
        < sizes["int8"]
        < sizes["pruned"]
        < sizes["float32"]
    )


def test_the_report_tells_it_all(compressed, trained):
    report = json.loads((compressed / "report.json").read_text())
    rows = {row["name"]: row for row in report["bundles"]}
    total, none = backbone(load_model(trained / "model")[0])
    assert none == 0 and rows["float32"]["backbone_bytes"] == 4 * total == report["baseline"]["backbone_bytes"]
    pruned = rows["pruned, trained in int4"]
    wide = pruned["layers_in_other_bits"]
    assert wide and set(wide.values()) == {8}
    least = total * (1 - pruned["backbone_sparsity"]) / 2
    assert least < pruned["backbone_bytes"] < 1.5 * least
    assert rows["pruned, int4"]["backbone_bytes"] == pytest.approx(
        total * (1 - rows["pruned, int4"]["backbone_sparsity"]) / 2
    )
    assert 0.4 < pruned["backbone_sparsity"] < 0.5 + 1e-6
    assert rows["float32"]["equal_ids"] == {"greedy": 1.0, "beam 4": 1.0}
    for name in (
        "pruned, trained in int8",
        "pruned, trained in int4",
    ):  # like with like: the same weights, no rounded activations
        assert rows[name]["equal_ids_float_activations"] == {"greedy": 1.0, "beam 4": 1.0}
        assert rows[name]["stored_weights"]["largest_difference"] < 2**-23
    assert rows["pruned, int4"]["stored_weights"]["largest_difference"] > 0.02
    assert rows["float32"]["equal_ids_float_activations"] == {} and rows["float32"]["stored_weights"] is None
    trained_score = json.loads((trained / "report.json").read_text())["test"]["bleu"]
    assert rows["float32"]["score_of_the_model"] == trained_score == report["baseline"]["score_of_the_model"]
    stage = json.loads((compressed / "int8" / "report.json").read_text())
    assert rows["pruned, trained in int8"]["score_of_the_model"] == stage["test"]["bleu"]
    text = (compressed / "compression.md").read_text()
    assert "| pruned, trained in int4 |" in text and "| 1.0 |" in text
    assert (compressed / "compression.png").read_bytes()[:4] == b"\x89PNG"


def test_steps_learn_from_the_uncompressed_model_when_they_shall_and_have_dropout_of_their_own(compressed, trained):
    stages = {name: json.loads((compressed / name / "data.json").read_text()) for name in ("pruned", "int8", "int4")}
    assert "teacher" not in stages["pruned"]
    assert (
        stages["int8"]["teacher"]
        == stages["int4"]["teacher"]
        == stages["pruned"]["start"]
        == file_digest(trained / "model" / "weights.npz")
    )
    assert stages["int8"]["start"] == file_digest(compressed / "pruned" / "model" / "weights.npz")
    dropout = {
        name: load_config(path / "model").dropout
        for name, path in (("pruned", compressed / "pruned"), ("int8", compressed / "int8"), ("run", trained))
    }
    assert dropout == {"pruned": 0.05, "int8": dropout["run"], "run": dropout["run"]} and dropout["run"] != 0.05


def test_the_same_command_finds_everything_there(compressed, trained, data, capsys):
    before = {
        path: path.stat().st_mtime_ns for path in compressed.rglob("*") if path.suffix in (".tflite", ".ltpk", ".npz")
    }
    settings = ["--config", str(compressed.parent / "settings.yaml")]
    call = ["compress", "--model", str(trained), "--data-dir", str(data), "--output", str(compressed)]
    assert main([*call, *settings]) == 0
    assert {path: path.stat().st_mtime_ns for path in before} == before
    (compressed / "bundles" / "float32.ltpk").write_bytes(bytes(1000))
    assert main([*call, *settings]) == 0
    assert "float32.ltpk is made anew: it has other bytes than were written" in capsys.readouterr().err
    changed = {path.name for path in before if path.stat().st_mtime_ns != before[path]}
    assert changed == {"float32.ltpk"} and (compressed / "bundles" / "float32.ltpk").stat().st_size > 1000
    assert main([*call, *settings, "--set", "pruning.sparsity=0.6"]) == 2
    assert "started with different settings or data" in capsys.readouterr().err


def test_what_is_no_run(tmp_path, data):
    with pytest.raises(FileNotFoundError, match=f"finished training run.* Received: no '{tmp_path}/model'"):
        Chain(tmp_path, data, tmp_path / "output", CompressionConfig())
    assert not (tmp_path / "output").exists()


def test_a_bundle_that_is_not_whole_is_not_touched(trained, data, tmp_path):
    chain = Chain(trained, data, tmp_path)
    half = tmp_path / "bundles" / "float32" / "model.tflite"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"half")
    with pytest.raises(
        FileExistsError, match="remove one that is not, and it is made anew. Received: .*float32' without manifest.json"
    ):
        chain.export(Row("float32", chain.start, "float32", None))
    assert half.read_bytes() == b"half" and list(half.parent.iterdir()) == [half]


def test_a_bundle_of_another_model_is_made_anew(trained, data, tmp_path):
    """The report told the old model's file, score, size and speed."""
    lines: list[str] = []
    settings = CompressionConfig(check_limit=4, buckets=(16, 64))
    chain = Chain(trained, data, tmp_path, settings, lines.append)
    first = chain.export(Row("float32", chain.start, "float32", None))
    other = Path(shutil.copytree(chain.start, tmp_path / "model"))
    model, vocabularies = load_model(other)
    weights = {name: np.zeros_like(value) for name, value in model.named_weights().items()}
    model.assign_named_weights(weights)
    save_model(model, vocabularies, other)
    second = Chain(trained, data, tmp_path, settings, lines.append).export(Row("float32", other, "float32", None))
    assert lines == [f"{tmp_path / 'bundles' / 'float32'} is made anew: it was made from another model"]
    assert second["download_bytes"] < first["download_bytes"] / 2
    again = Chain(trained, data, tmp_path, settings, lines.append).export(Row("float32", other, "float32", None))
    assert again == second and len(lines) == 1


def test_a_scan_gives_each_layer_its_share_and_is_kept(trained, data, tmp_path):
    chain = Chain(trained, data, tmp_path)
    pruning = Pruning(sparsity=0.6, embedding_sparsity=0.2, sensitivity=True)
    arguments = (Origin("translation", run_config(trained, "translation"), chain._data, chain.start), tmp_path, pruning)
    shares = pruning_shares(*arguments)
    places = find_places(load_model(chain.start)[0])
    backbone_sizes = {name: place.size for name, place in places.items() if not place.is_table}
    assert sum(shares.get(name, 0) * size for name, size in backbone_sizes.items()) == pytest.approx(
        0.6 * sum(backbone_sizes.values())
    )
    assert len({shares.get(name, 0) for name in backbone_sizes}) > 1
    assert {shares[name] for name, place in places.items() if place.is_table} == {0.2}
    table = json.loads((tmp_path / "sensitivity.json").read_text())
    assert set(table["layers"]) == set(backbone_sizes) and table["texts"] == 256
    table["layers"] = dict.fromkeys(table["layers"], {"weights": 1, "losses": [1.0, 1.0, 1.0]})
    (tmp_path / "sensitivity.json").write_text(json.dumps(table))
    assert pruning_shares(*arguments) != shares  # the scan that is there counts
    (tmp_path / "sensitivity.json").write_text(json.dumps({**table, "weights": "other"}))
    with pytest.raises(SettingsError, match="A stored scan must be of the same model.* of another weights than"):
        pruning_shares(*arguments)
    (tmp_path / "sensitivity.json").write_text(json.dumps({**table, "validation": "other"}))
    with pytest.raises(SettingsError, match="A stored scan must be of the same model and data.* of another validation"):
        pruning_shares(*arguments)


def test_a_chain_without_pruning_trains_the_run_s_own_model_in_four_bits(trained, data, tmp_path):
    settings = ["pruning=null", "bits=[4]", "integer=false", "buckets=[16, 64]", "check_limit=8"]
    settings += ["quantization={epochs: 1, peak: 2e-3, warmup_steps: 2, average: 0}"]
    call = ["compress", "--model", str(trained), "--data-dir", str(data), "--output", str(tmp_path / "output")]
    assert main([*call, *(word for setting in settings for word in ("--set", setting))]) == 0
    found = {path.name for path in (tmp_path / "output" / "bundles").iterdir() if path.is_dir()}
    assert found == {"float32", "int4", "trained_in_int4"}
    assert not (tmp_path / "output" / "pruned").exists()
    after = load_weights(tmp_path / "output" / "int4" / "model" / "weights.npz")
    table = next(value for name, value in after.items() if name.endswith("/table"))
    assert max(len(np.unique(row)) for row in table) <= 15
