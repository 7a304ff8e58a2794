"""What a task says without a model: options of decoding, shapes of a file, texts to check."""

from __future__ import annotations

import shutil
from argparse import Namespace

import pytest

from lite_transformer_tf.cli.main import main
from lite_transformer_tf.data.parallel_text import ParallelText
from lite_transformer_tf.data.plain_text import PlainText, TextSplits
from lite_transformer_tf.data.splits import TranslationSplits
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.tasks.language_model import LANGUAGE_MODEL
from lite_transformer_tf.tasks.language_model_config import LanguageDataConfig
from lite_transformer_tf.tasks.options import Option, OptionError, at_least_one, refuse
from lite_transformer_tf.tasks.stored_model import find_model
from lite_transformer_tf.tasks.summarization import SUMMARIZATION
from lite_transformer_tf.tasks.translation import TRANSLATION
from lite_transformer_tf.training.config import DataConfig
from tests.cli.models import make, write_test_sets

PAIRS = [("one", "eins"), ("", "nichts"), ("two", "zwei"), ("three", "drei")]


def test_options_of_decoding_come_from_the_model_then_from_the_task():
    assert TRANSLATION.default_options({}) == DecodingOptions()
    assert SUMMARIZATION.default_options({}) == DecodingOptions(no_repeat_ngram=3)
    saved = {"decoding": {"beam_size": 6, "n_best": 2, "no_repeat_ngram": 0}}
    assert SUMMARIZATION.default_options(saved) == DecodingOptions(beam_size=6, n_best=2)
    assert SUMMARIZATION.default_options(saved, beam_limit=4) == DecodingOptions(beam_size=4, n_best=2)
    assert SUMMARIZATION.default_options(saved, beam_limit=1) == DecodingOptions(beam_size=1)


@pytest.mark.parametrize("saved", [3, None, [], {"beams": 2}, {"beam_size": "4"}, {"beam_size": 0}])
def test_saved_options_that_are_wrong(saved):
    with pytest.raises(ValueError, match="Received: "):
        TRANSLATION.default_options({"decoding": saved})


def test_data_are_loaded_for_the_section_of_the_task_only():
    with pytest.raises(TypeError, match="section data must be a DataConfig. Received: LanguageDataConfig"):
        TRANSLATION.load(LanguageDataConfig(), None)
    with pytest.raises(TypeError, match="section data must be a SummaryDataConfig. Received: DataConfig"):
        SUMMARIZATION.load(DataConfig(source="en", target="fr"), None)


def test_shapes():
    assert TRANSLATION.default_graph({}).buckets == (32, 64, 128)
    graph = TRANSLATION.default_graph({}, 1, (16, 40))
    assert (graph.buckets, graph.beam_size) == ((16, 40), 1)
    assert SUMMARIZATION.default_graph({"max_source_tokens": 400}).buckets == (32, 64, 128, 256, 416)
    assert LANGUAGE_MODEL.default_graph({}).buckets == (64, 256)
    assert LANGUAGE_MODEL.default_graph({}, buckets=(8,)).buckets == (8,)


def test_texts_to_check_and_to_calibrate_with():
    text = ParallelText.from_pairs(PAIRS)
    splits = TranslationSplits(text, text, None)
    assert TRANSLATION.check_set(splits, 2) == (["one", "two"], ["eins", "zwei"])
    assert TRANSLATION.calibration_texts(splits) == ["one", "", "two", "three"]
    long = PlainText.from_lines([" ".join(map(str, range(100))), "too short", " ".join("abcdefghijklmnopqrstuvwxyz")])
    check = [" ".join(map(str, range(80))), " ".join("abcdefghijklmnopqrstuvwxyz")]
    assert LANGUAGE_MODEL.check_set(TextSplits(long, long, None)) == (check, [])
    assert LANGUAGE_MODEL.check_set(TextSplits(long, long, long), 1) == (check[:1], [])
    assert LANGUAGE_MODEL.calibration_texts(TextSplits(long, long, None)) == check


def test_options():
    option = Option("--some-name", "", int, ("A", "B"))
    assert option.destination == "some_name" and option.settings["nargs"] == 2
    refuse([option], Namespace(some_name=None), "is wrong")
    with pytest.raises(OptionError, match=r"^--some-name is wrong\. Received: --some-name 1 2$"):
        refuse([option], Namespace(some_name=[1, 2]), "is wrong")
    assert at_least_one(option, Namespace(some_name=1)) == 1 and at_least_one(option, Namespace()) is None
    with pytest.raises(OptionError, match="--some-name must be at least 1. Received: 0"):
        at_least_one(option, Namespace(some_name=0))


def test_a_damaged_card_matters_only_where_it_is_read(tmp_path, capsys):
    """Languages come from it, when files are looked for by them, and when a text is split into sentences."""
    forms = make("translation", tmp_path / "models")
    write_test_sets(tmp_path)
    shutil.copytree(forms.model, tmp_path / "damaged")
    (tmp_path / "damaged" / "card.json").write_text("[]")
    assert find_model(tmp_path / "damaged").task is TRANSLATION
    for command in (["translate", "DIR", "one"], ["evaluate", "DIR", "--data-dir", str(tmp_path)]):
        assert main([str(tmp_path / "damaged") if word == "DIR" else word for word in command]) == 2
        assert "card.json must be a JSON object" in capsys.readouterr().err
    files = ["--source", str(tmp_path / "test.en"), "--target", str(tmp_path / "test.de")]
    assert main(["evaluate", str(tmp_path / "damaged"), *files, "--sentences", "1", "--max-length", "3"]) == 0
