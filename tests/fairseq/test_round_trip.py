"""What is exported is what was imported, bit by bit; and what the authors' code does not have is refused."""

from __future__ import annotations

import io
import pickle
import zipfile

import numpy as np
import pytest

from lite_transformer_tf.config import LanguageModelConfig, LiteTransformerConfig
from lite_transformer_tf.fairseq.arguments import read_config
from lite_transformer_tf.fairseq.arguments_writing import arguments_of
from lite_transformer_tf.fairseq.errors import CheckpointError
from lite_transformer_tf.fairseq.exporting import checkpoint_tensors, export_checkpoint
from lite_transformer_tf.fairseq.importing import Dictionaries, import_checkpoint
from lite_transformer_tf.fairseq.names import CUDA_TAPS, rows
from lite_transformer_tf.fairseq.pickle_writing import Namespace
from lite_transformer_tf.fairseq.torch_file import open_checkpoint
from lite_transformer_tf.fairseq.torch_writing import write_checkpoint
from lite_transformer_tf.model_directory import load_weights, read_description
from lite_transformer_tf.profiling.configurations import model_count
from lite_transformer_tf.text import WordVocabulary
from tests.fairseq.files import AUTHORS, MINI, checkpoint, dictionaries, tiny

pytestmark = pytest.mark.light


@pytest.mark.parametrize("name", MINI)
def test_the_authors_checkpoints(tmp_path, name):
    import_checkpoint(checkpoint(name), dictionaries(name), tmp_path / "first", languages=("de", "en"))
    written = export_checkpoint(tmp_path / "first", tmp_path / "back")
    assert written == ["checkpoint_best.pt", "dict.de.txt", "dict.en.txt"]
    assert (tmp_path / "back" / "dict.de.txt").read_bytes() == (AUTHORS / name / "dict.src.txt").read_bytes()
    assert (tmp_path / "back" / "dict.en.txt").read_bytes() == (AUTHORS / name / "dict.tgt.txt").read_bytes()
    back = tmp_path / "back" / "checkpoint_best.pt"
    with open_checkpoint(checkpoint(name)) as theirs, open_checkpoint(back) as ours:
        assert set(theirs["model"]) == set(ours["model"])
        for key, tensor in theirs["model"].items():
            assert tensor.shape == ours["model"][key].shape
            if not key.endswith("_float_tensor"):
                assert tensor.array().tobytes() == ours["model"][key].array().tobytes()
        arguments = theirs["args"].values
        told = {key: value for key, value in ours["args"].values.items() if arguments.get(key, value) != value}
    free = {"arch", "no_save_optimizer_state", "source_lang", "target_lang", "encoder_attention_heads"}
    assert set(told) <= free  # heads of an encoder are those of its branches
    others = Dictionaries(tmp_path / "back" / "dict.de.txt", tmp_path / "back" / "dict.en.txt")
    import_checkpoint(back, others, tmp_path / "second")
    assert read_description(tmp_path / "first") == read_description(tmp_path / "second")
    first, second = (load_weights(tmp_path / folder / "weights.npz") for folder in ("first", "second"))
    assert {key: value.tobytes() for key, value in first.items()} == {k: v.tobytes() for k, v in second.items()}


def test_tied_tensors_are_stored_once(tmp_path):
    import_checkpoint(checkpoint(MINI[1]), dictionaries(MINI[1]), tmp_path / "m", languages=("a", "b"))
    export_checkpoint(tmp_path / "m", tmp_path / "back")
    with open_checkpoint(tmp_path / "back" / "checkpoint_best.pt") as found:
        model = found["model"]
        assert model["encoder.embed_tokens.weight"].view == model["decoder.embed_tokens.weight"].view


class Reader(pickle.Unpickler):
    """Python's own reader of pickles, with stand-ins for what torch.load makes."""

    def find_class(self, module: str, name: str):
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, size, stride, grad, hooks: (storage, size, stride)
        if module == "torch":
            return name
        assert (module, name) in {("collections", "OrderedDict"), ("argparse", "Namespace")}
        return super().find_class(module, name)

    def persistent_load(self, identity):
        return identity


def test_pythons_own_reader_reads_a_written_file(tmp_path):
    path, _ = tiny(tmp_path)
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        assert file.read("archive/version") == b"3\n" and file.read("archive/byteorder") == b"little"
        content = path.read_bytes()
        for entry in file.infolist():
            begin = (
                entry.header_offset
                + 30
                + len(entry.filename)
                + int.from_bytes(content[entry.header_offset + 28 : entry.header_offset + 30], "little")
            )
            assert begin % 64 == 0 and content[begin : begin + entry.file_size] == file.read(entry.filename)
        found = Reader(io.BytesIO(file.read("archive/data.pkl"))).load()
        assert list(found) == ["args", "model", "optimizer_history", "last_optimizer_state"]
        assert found["args"].encoder_branch_type == ["attn:1:4:2", "lightweight:default:4:2"]
        storage, size, stride = found["model"]["encoder.layers.0.self_attn.branches.1.weight"]
        assert (storage[1], storage[3:], size, stride) == ("FloatStorage", ("cpu", 6), (2, 1, 3), (3, 3, 1))
        assert len(file.read(f"archive/data/{storage[2]}")) == 24
    other = tmp_path / "again"
    other.mkdir()
    assert tiny(other)[0].read_bytes() == content


def test_kernels_of_the_cuda_layer():
    config = LiteTransformerConfig.lite(
        embed_dim=8, kernel_sizes=[3], heads=2, source_vocabulary_size=9, target_vocabulary_size=9
    )
    weights = {name: np.ones(shape, np.float32) for name, shape in model_count(config).shapes.items()}
    name = "encoder.layers.0.self_attn.branches.1.weight"
    assert checkpoint_tensors(config, weights)[name].shape == (2, 1, 3)
    assert checkpoint_tensors(config, weights, cuda_taps=True)[name].shape == (2, 3)
    assert any(row.form is CUDA_TAPS for row in rows(config, cuda_taps=True))


def test_a_language_model(tmp_path):
    """Vectors of the authors' code as a checkpoint: adaptive input and softmax, tied."""
    golden = np.load(AUTHORS.parent / "mini_lm_dynamic_adaptive.npz")
    tensors = {key[3:]: golden[key] for key in golden.files if key.startswith("sd/")}
    kernels = [15, 15, 31, 31, 31, 31, 63, 63, 63, 63, 63, 63]
    config = LanguageModelConfig.lite(
        embed_dim=32, kernel_sizes=kernels, heads=4, vocabulary_size=60, cutoffs=(12, 28), adaptive_dropout=0.2
    )
    write_checkpoint(tmp_path / "lm.pt", {"args": Namespace(arguments_of(config))}, tensors)
    (tmp_path / "dict.txt").write_text("".join(f"w{i} 1\n" for i in range(56)))
    found = import_checkpoint(tmp_path / "lm.pt", Dictionaries(tmp_path / "dict.txt"), tmp_path / "m")
    assert found.config == config
    assert read_description(tmp_path / "m").task == "language-model"
    assert read_description(tmp_path / "m").settings == {"evaluation": {"block": 512, "context_window": 2560}}
    words = WordVocabulary.load(tmp_path / "m" / "vocabulary.txt")
    assert words.encode("w0 w55 new") == [4, 59, 3] and words.text_schema == 1
    assert export_checkpoint(tmp_path / "m", tmp_path / "back") == ["checkpoint_best.pt", "dict.txt"]
    with open_checkpoint(tmp_path / "back" / "checkpoint_best.pt") as back:
        assert set(back["model"]) == set(tensors)
        for key, tensor in tensors.items():
            if not key.endswith(("_float_tensor", "version")):
                np.testing.assert_array_equal(back["model"][key].array(), tensor)
    for options in ({"languages": ("a", "b")}, {"decoding": {"beam_size": 2}}, {"pads_leak": True}):
        with pytest.raises(CheckpointError, match="A language model has"):
            import_checkpoint(tmp_path / "lm.pt", Dictionaries(tmp_path / "dict.txt"), tmp_path / "n", **options)
    untied = {**tensors, "decoder.adaptive_softmax.tail.0.2.weight": np.zeros([16, 8], np.float32)}
    write_checkpoint(tmp_path / "lm.pt", {"args": Namespace(arguments_of(config))}, untied)
    with pytest.raises(CheckpointError, match="must be tied"):
        import_checkpoint(tmp_path / "lm.pt", Dictionaries(tmp_path / "dict.txt"), tmp_path / "n")


REFUSED = {
    "activation_fn": "gelu",
    "weight_softmax": False,
    "conv_linear": False,
    "encoder_normalize_before": True,
    "decoder_normalize_before": True,
    "encoder_learned_pos": True,
    "no_token_positional_embeddings": True,
    "decoder_embed_dim": 64,
    "adaptive_softmax_cutoff": "10,20",
    "task": "multilingual_translation",
    "encoder_branch_type": ["gru:default:16:4"],
    "decoder_branch_type": ["attn:1:16"],
    "encoder_kernel_size_list": [4, 4],
    "encoder_layers": 10**9,
    "decoder_layers": -1,
    "dropout": 1.5,
    "encoder_embed_dim": 33,
    "decoder_attention_heads": 5,
    "encoder_glu": "yes",
    "left_pad_source": "False",
    "encoder_ffn_embed_dim": 2.5,
}


@pytest.mark.parametrize("name", REFUSED)
def test_arguments_that_are_not_supported(name):
    config = LiteTransformerConfig.lite(
        embed_dim=32, kernel_sizes=[3, 5], convolution="dynamic", source_vocabulary_size=9, target_vocabulary_size=9
    )
    with pytest.raises(CheckpointError) as told:
        read_config({**arguments_of(config), name: REFUSED[name]}, (9, 9))
    assert len(str(told.value).splitlines()) == 1 and "Received" in str(told.value)
