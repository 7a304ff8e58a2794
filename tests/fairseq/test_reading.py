"""The authors' own checkpoints, their weights beside vectors of their code, and the form before torch 1.6."""

from __future__ import annotations

import json

import numpy as np
import pytest

from lite_transformer_tf.config import LiteTransformerConfig
from lite_transformer_tf.fairseq.checkpoint import Tensors, arguments_of
from lite_transformer_tf.fairseq.errors import CheckpointError
from lite_transformer_tf.fairseq.importing import Dictionaries, import_checkpoint, read_checkpoint
from lite_transformer_tf.fairseq.pickle_writing import Global, Namespace
from lite_transformer_tf.fairseq.plain_data import Name
from lite_transformer_tf.fairseq.torch_file import LEGACY_START, open_checkpoint
from lite_transformer_tf.model_directory import load_weights, read_description
from tests.fairseq.files import AUTHORS, MINI, checkpoint, dictionaries, write_legacy

pytestmark = pytest.mark.light


@pytest.mark.parametrize("name", MINI)
def test_tensors_are_those_of_the_vectors_of_the_authors_code(name: str):
    golden = np.load(AUTHORS.parent / f"{name}.npz")
    with open_checkpoint(checkpoint(name)) as found:
        tensors = Tensors(found, checkpoint(name).stat().st_size)
        assert {f"sd/{key}" for key in tensors} <= set(golden.files)
        assert len(tensors) > 300
        for key in tensors:
            np.testing.assert_array_equal(tensors[key], golden[f"sd/{key}"])


def test_configurations():
    light = read_checkpoint(checkpoint(MINI[0]), dictionaries(MINI[0]))
    assert light.languages == ("de", "en")
    assert light.config == LiteTransformerConfig.lite(
        embed_dim=32,
        source_vocabulary_size=40,
        target_vocabulary_size=36,
        embedding_sharing="none",
        dropout=0.2,
        weight_dropout=0.1,
    )
    dynamic = read_checkpoint(checkpoint(MINI[1]), dictionaries(MINI[1]), pads_leak=True)
    assert dynamic.languages == ()
    assert dynamic.config == LiteTransformerConfig.lite(
        embed_dim=32,
        convolution="dynamic",
        glu=True,
        cross_attention_heads=8,
        source_vocabulary_size=40,
        target_vocabulary_size=40,
        dropout=0.04,
        attention_dropout=0.03,
        weight_dropout=0.03,
        pads_leak=True,
    )


def test_a_model_directory(tmp_path):
    found = import_checkpoint(checkpoint(MINI[0]), dictionaries(MINI[0]), tmp_path / "model", languages=("de", "fr"))
    written = read_description(tmp_path / "model")
    assert written.task == "translation" and written.config == found.config and not found.config.pads_leak
    assert written.settings["decoding"] == {
        "beam_size": 4,
        "length_penalty": 1.0,
        "max_length_ratio": 0.0,
        "max_length_offset": 200,
        "copy_check": False,
    }
    weights = load_weights(tmp_path / "model" / "weights.npz")
    assert {name: array.dtype for name, array in weights.items()} == dict.fromkeys(found.weights, np.float32)
    names = sorted(path.name for path in (tmp_path / "model").iterdir())
    assert names == ["card.json", "config.json", "source.json", "target.json", "weights.npz"]
    assert json.loads((tmp_path / "model" / "card.json").read_text())["languages"] == ["de", "fr"]
    with pytest.raises(FileExistsError):
        import_checkpoint(checkpoint(MINI[0]), dictionaries(MINI[0]), tmp_path / "model")


@pytest.mark.parametrize("task, penalty, least", [(None, 0.6, None), ("summarization", 2.0, 55)])
def test_options_of_decoding_are_those_of_the_authors_scripts(tmp_path, task, penalty, least):
    given = {"beam_size": 2}
    import_checkpoint(checkpoint(MINI[1]), dictionaries(MINI[1]), tmp_path / "m", task=task, decoding=given)
    saved = read_description(tmp_path / "m").settings["decoding"]
    assert (saved["length_penalty"], saved.get("min_length"), saved["beam_size"]) == (penalty, least, 2)


@pytest.mark.parametrize("kind", ["<f4", "<f2", "<f8"])
def test_the_form_before_torch_1_6(tmp_path, kind):
    with open_checkpoint(checkpoint(MINI[0])) as found:
        tensors = Tensors(found, 10**6)
        arrays = {name: tensors[name].astype(kind) for name in tensors}
        arguments = dict(arguments_of(found))
    first = next(iter(arrays))
    arrays[first] = np.asfortranarray(arrays[first])  # strides that are not those of a contiguous array
    arguments["ffn_init"] = Global("fairseq.models.transformer_multibranch_v2", "ratio_xavier_uniform_")
    write_legacy(tmp_path / "old.pt", {"args": Namespace(arguments), "epoch": 3}, arrays)
    assert (tmp_path / "old.pt").read_bytes().startswith(LEGACY_START)
    old = read_checkpoint(tmp_path / "old.pt", dictionaries(MINI[0]))
    new = read_checkpoint(checkpoint(MINI[0]), dictionaries(MINI[0]))
    assert old.config == new.config
    assert isinstance(old.arguments["ffn_init"], Name)
    for name, weight in new.weights.items():
        np.testing.assert_array_equal(old.weights[name], weight.astype(kind).astype(np.float32))


def test_stacked_projections_and_old_names(tmp_path):
    with open_checkpoint(checkpoint(MINI[0])) as found:
        tensors = Tensors(found, 10**6)
        arrays, arguments = {name: tensors[name] for name in tensors}, dict(arguments_of(found))
    for kind in ("weight", "bias"):
        parts = [arrays.pop(f"decoder.layers.2.encoder_attn.{part}_proj.{kind}") for part in "qkv"]
        arrays[f"decoder.layers.2.encoder_attn.in_proj_{kind}"] = np.concatenate(parts)
        arrays[f"encoder.layers.1.layer_norms.1.{kind}"] = arrays.pop(f"encoder.layers.1.final_layer_norm.{kind}")
    arrays = {name.replace("branches", "branchs"): array for name, array in arrays.items()}
    write_legacy(tmp_path / "old.pt", {"args": Namespace(arguments)}, arrays)
    old = read_checkpoint(tmp_path / "old.pt", dictionaries(MINI[0]))
    new = read_checkpoint(checkpoint(MINI[0]), dictionaries(MINI[0]))
    for name, weight in new.weights.items():
        np.testing.assert_array_equal(old.weights[name], weight)


def test_another_dictionary_is_refused(tmp_path):
    (tmp_path / "dict.txt").write_text("a 1\nb 1\n")
    with pytest.raises(CheckpointError, match=r"encoder.embed_tokens.weight must have the shape \(6, 32\)"):
        read_checkpoint(checkpoint(MINI[0]), Dictionaries(tmp_path / "dict.txt", AUTHORS / MINI[0] / "dict.tgt.txt"))
    (tmp_path / "other.txt").write_text("".join(f"x{i} 1\n" for i in range(36)))
    with pytest.raises(CheckpointError, match="needs one dictionary"):
        read_checkpoint(checkpoint(MINI[1]), Dictionaries(AUTHORS / MINI[1] / "dict.src.txt", tmp_path / "other.txt"))
