"""Every architecture and every vocabulary comes back from a checkpoint bit by bit, or is refused in one sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from lite_transformer_tf.cli.main import main
from lite_transformer_tf.config import LanguageModelConfig, ModelConfig, preset, preset_names
from lite_transformer_tf.fairseq.arguments import read_config
from lite_transformer_tf.fairseq.arguments_writing import arguments_of
from lite_transformer_tf.fairseq.errors import CheckpointError
from lite_transformer_tf.fairseq.exporting import export_checkpoint
from lite_transformer_tf.fairseq.importing import Dictionaries, import_checkpoint
from lite_transformer_tf.fairseq.names import rows
from lite_transformer_tf.files import atomic_write_json
from lite_transformer_tf.model_directory import ModelDescription, load_weights, read_description, save_weights
from lite_transformer_tf.profiling.configurations import model_count
from lite_transformer_tf.text import (
    DictionaryVocabulary,
    TypedWords,
    Vocabulary,
    VocabularyPair,
    WordVocabulary,
    load_vocabulary,
    save_vocabulary,
)
from lite_transformer_tf.text.byte_pairs import BytePairs
from tests.fairseq.architectures import COMES_BACK, REFUSED, changed, lite, words

pytestmark = pytest.mark.light

ENTRIES = ("lo@@", "low", "e@@", "r", "s")
SPECIAL = ("<s>", "<pad>", "<eos>", "<unk>")


@dataclass
class Model:
    """A model directory with random weights."""

    config: ModelConfig
    vocabularies: Any = None
    settings: dict[str, Any] = field(default_factory=dict)

    def write(self, folder: Any) -> Any:
        language_model = isinstance(self.config, LanguageModelConfig)
        generator = np.random.default_rng(0)
        shapes = model_count(self.config).shapes
        weights = {name: generator.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
        folder.mkdir()
        task = "language-model" if language_model else "translation"
        atomic_write_json(folder / "config.json", ModelDescription(task, self.settings, self.config).to_dict())
        save_weights(weights, folder / "weights.npz")
        if language_model:
            save_vocabulary(self.vocabularies or WordVocabulary([*SPECIAL, *"abcde"], text_schema=1), folder)
            return folder
        pair = self.vocabularies
        if pair is None:
            source = DictionaryVocabulary(ENTRIES, BytePairs([("l", "o")]))
            same = self.config.source_vocabulary_size == self.config.target_vocabulary_size
            pair = VocabularyPair(source, None if same else DictionaryVocabulary(ENTRIES[:4]))
        pair.save(folder)
        return folder


def come_back(model: Model, folder: Any) -> Any:
    """The directory of the model after both ways."""
    first = model.write(folder / "first")
    written = export_checkpoint(first, folder / "back", languages=("xx", "yy"))
    names = [folder / "back" / name for name in written if name.startswith("dict")]
    cut = {"byte_pairs": "codes.txt", "pieces": "spm.model"}
    files = {key: folder / "back" / name for key, name in cut.items() if name in written}
    files |= {
        f"target_{key}": folder / "back" / f"target.{name}" for key, name in cut.items() if f"target.{name}" in written
    }
    found = Dictionaries(names[0], names[1] if len(names) > 1 else None, **files)
    import_checkpoint(folder / "back" / "checkpoint_best.pt", found, folder / "second")
    first_weights, second_weights = (load_weights(folder / name / "weights.npz") for name in ("first", "second"))
    assert {name: value.tobytes() for name, value in first_weights.items()} == {
        name: value.tobytes() for name, value in second_weights.items()
    }
    return folder / "second"


@pytest.mark.parametrize("name", COMES_BACK)
def test_it_comes_back_bit_by_bit(tmp_path, name):
    config = COMES_BACK[name]
    plain = changed(config, "encoder", cell=None) if name == "cell by name" else config  # the default's name is dropped
    second = come_back(Model(config), tmp_path)
    assert read_description(second).config == plain
    assert {row.ours for row in rows(config)} == set(model_count(config).shapes)
    sizes = (9, getattr(config, "target_vocabulary_size", 9))
    assert read_config(arguments_of(config, ("a", "b")), sizes) == plain


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_before_any_work(tmp_path, name):
    config, rule = REFUSED[name]
    first = tmp_path / "first"
    first.mkdir()
    settings = ModelDescription("translation", {}, config).to_dict()
    atomic_write_json(first / "config.json", settings)  # neither weights nor vocabularies are there to be read
    with pytest.raises(CheckpointError) as told:
        export_checkpoint(first, tmp_path / "back", languages=("a", "b"))
    assert rule in str(told.value) and str(told.value).startswith("The authors' code has only models whose ")
    assert len(str(told.value).splitlines()) == 1 and len(str(told.value)) < 400
    assert [path.name for path in tmp_path.iterdir()] == ["first"]


@pytest.mark.parametrize("name", preset_names())
def test_presets(name):
    """Those of the paper exist in the authors' code; the Evolved Transformer's and the recurrent decoders do not."""
    config = preset(name)
    if name.startswith("evolved") or name.endswith("ssru"):
        with pytest.raises(CheckpointError, match="The authors' code has only models whose"):
            arguments_of(config)
        return
    sizes = (getattr(config, "source_vocabulary_size", 0) or config.vocabulary_size,) * 2
    sizes = (sizes[0], getattr(config, "target_vocabulary_size", sizes[1]))
    assert read_config(arguments_of(config), sizes) == config


@pytest.mark.parametrize("name", ["evolved", "ssru language model"])
def test_the_command_says_it_in_one_sentence(tmp_path, name, capsys):
    first = Model(REFUSED[name][0]).write(tmp_path / "first")
    assert main(["export-fairseq", str(first), "--output", str(tmp_path / "back"), "--languages", "a", "b"]) == 2
    errors = capsys.readouterr().err.strip()
    assert REFUSED[name][1] in errors and len(errors.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["first"]


def test_a_branch_with_a_kernel_of_its_own_comes_back():
    """`lightweight:3:8:2` instead of `lightweight:default:8:2`: the kernel of all layers."""
    own = ["attn:1:8:4", "lightweight:3:8:4"]
    given = {
        **arguments_of(lite(kernel_sizes=[3, 3])),
        "encoder_branch_type": own,
        "encoder_kernel_size_list": [31, 31],
    }
    assert read_config(given, (9, 9)) == lite(kernel_sizes=[3, 3])


SENTENCES = ["A man rides a brown horse.", "Two men ride horses.", "The horse is brown, the men are not."] * 20


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
def test_pieces_of_this_library_come_back_with_their_rules(tmp_path, kind):
    """SentencePiece with pieces for bytes: the same file, so the same ids and texts."""
    ours = Vocabulary.train(SENTENCES, 300, kind, fill=True)
    config = lite(source_vocabulary_size=300, target_vocabulary_size=300)
    second = come_back(Model(config, VocabularyPair(ours)), tmp_path)
    pair = VocabularyPair.load(second)
    assert pair.joint and pair.source.model == ours.model
    assert pair.source.decode(pair.source.encode("Two 日本 men.")) == "Two 日本 men."


def test_two_vocabularies_of_pieces_come_back(tmp_path):
    source, target = (Vocabulary.train(texts, 290, fill=True) for texts in (SENTENCES[:1], SENTENCES))
    config = lite(source_vocabulary_size=290, target_vocabulary_size=290, embedding_sharing="none")
    pair = VocabularyPair.load(come_back(Model(config, VocabularyPair(source, target)), tmp_path))
    assert (pair.source.model, pair.target.model) == (source.model, target.model)


def test_pieces_of_a_language_model_come_back(tmp_path):
    ours = Vocabulary.train(SENTENCES, 300, fill=True)
    second = come_back(Model(words(vocabulary_size=300), ours), tmp_path)
    assert load_vocabulary(second).model == ours.model


def test_words_come_back_under_the_rules_of_fairseq(tmp_path):
    """It looks words up as they are, which is text schema 1."""
    second = come_back(Model(words(), WordVocabulary([*SPECIAL, *"abcde"], text_schema=2)), tmp_path)
    assert load_vocabulary(second).words == (*SPECIAL, *"abcde") and load_vocabulary(second).text_schema == 1


VOCABULARIES = {
    "typed words": (words(), TypedWords([*SPECIAL, *"abcde"]), "no vocabulary of typed words"),
    "other size": (words(), WordVocabulary([*SPECIAL, *"abcd"]), "as many entries as the tables"),
    "a word that is an entry of fairseq's": (words(), WordVocabulary([*SPECIAL, *"abcd", "</s>"]), "Received: '</s>'"),
    "all shared, two dictionaries": (
        lite(),
        VocabularyPair(DictionaryVocabulary(ENTRIES), DictionaryVocabulary(ENTRIES[::-1])),
        "both dictionaries are equal",
    ),
    "other size of one side": (
        lite(embedding_sharing="none"),
        VocabularyPair(DictionaryVocabulary(ENTRIES), DictionaryVocabulary(ENTRIES[:3])),
        r"tables, \[9, 9\]. Received: \[9, 7\]",
    ),
}


@pytest.mark.parametrize("name", VOCABULARIES)
def test_vocabularies_that_are_refused(tmp_path, name):
    config, vocabularies, rule = VOCABULARIES[name]
    first = Model(config, vocabularies).write(tmp_path / "first")
    with pytest.raises(CheckpointError, match=rule):
        export_checkpoint(first, tmp_path / "back", languages=("a", "b"))
    assert [path.name for path in tmp_path.iterdir()] == ["first"]


@pytest.mark.parametrize("languages", [(), ("en",), ("en", "en"), ("en", "../fr")])
def test_dictionaries_need_two_names(tmp_path, languages):
    first = Model(lite()).write(tmp_path / "first")
    with pytest.raises(CheckpointError, match="named by two languages"):
        export_checkpoint(first, tmp_path / "back", languages=languages)


@pytest.mark.parametrize(
    "options, expected",
    [
        ({"beam_size": 5, "length_penalty": 0.6}, {"beam_size": 5, "length_penalty": 0.6}),
        ({"min_length": 55, "no_repeat_ngram": 3}, {"min_length": 55, "no_repeat_ngram": 3}),
        ({"max_length_ratio": 1.5, "max_length_offset": 20}, {"max_length_ratio": 1.5, "max_length_offset": 20}),
        ({"max_length": 140, "max_length_ratio": 1.5}, {"max_length_ratio": 0.0, "max_length_offset": 140}),
        ({"max_length": None, "max_length_ratio": 1.5}, {"max_length_ratio": 1.5, "max_length_offset": 200}),
    ],
)
def test_options_of_decoding_come_back(tmp_path, options, expected):
    found = read_description(come_back(Model(lite(), settings={"decoding": options}), tmp_path)).settings["decoding"]
    assert {name: found[name] for name in expected} == expected
