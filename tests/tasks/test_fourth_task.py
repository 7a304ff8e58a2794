"""A fourth task, defined in this file only: it trains, evaluates, exports and answers through the same programs."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
import yaml

from export.__main__ import main as export_main
from lite_transformer_tf.bundle.directory import read_manifest
from lite_transformer_tf.cli.main import main
from lite_transformer_tf.data.parallel_text import ParallelText
from lite_transformer_tf.data.plain_text import find_text
from lite_transformer_tf.data.splits import TranslationSplits
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.lines import as_lines
from lite_transformer_tf.tasks.options import DATA_DIR, SPLIT, Option, OptionError
from lite_transformer_tf.tasks.registry import TASKS, find_task, register
from lite_transformer_tf.tasks.sequence_to_sequence import SequenceToSequence
from lite_transformer_tf.tasks.stored_model import open_model
from lite_transformer_tf.training.score import Score
from train.__main__ import main as train_main


class Reversal(SequenceToSequence):
    """The words of a text in reverse order."""

    name, model, verb = "reversal", "model that reverses", "reverse"
    answer, source = "reversed text", "text"
    score = Score("exact", "Exact answers")
    bar = Option("--min-exact", "exit with code 1 when fewer than X percent are exact", float, "X")
    recipe = example = "reversal.yaml"
    files = "the files train.txt and valid.txt"
    default_data = "lines of text"
    decoding_defaults = {"beam_size": 2}
    evaluation_options = (*SequenceToSequence.evaluation_options, bar)

    def load(self, settings, directory, *, download=False):
        train, valid = (self._pairs_of(directory, split) for split in ("train", "valid"))
        return TranslationSplits(train, valid, valid)

    def _pairs_of(self, directory, split):
        return ParallelText.from_pairs((line, " ".join(line.split()[::-1])) for line in find_text(directory, split))

    def measure(self, hypotheses, pairs, settings):
        exact = sum(text == target for text, (_, target) in zip(hypotheses, pairs, strict=True))
        return {"exact": {"score": 100 * exact / len(pairs), "signature": "whole texts"}}

    def title(self, config):
        return "reversal"

    def facts(self, config, count, scores):
        return {"data": f"{count} reversed lines", "scores": scores}

    def test_set(self, model, arguments):
        if DATA_DIR.value(arguments) is None:
            raise OptionError("Give --data-dir DIR.")
        return self._pairs_of(DATA_DIR.value(arguments), SPLIT.value(arguments) or "valid")


TINY = {
    "data": {"source": "text", "target": "reversed", "tokens_per_batch": 400},
    "vocabulary": {"size": 278},
    "model": {"embed_dim": 32, "kernel_sizes": [3], "heads": 2, "cross_attention_heads": 2, "dropout": 0.0},
    "training": {"epochs": 1, "max_updates": 3, "towers": 1, "average": 0, "schedule": {"warmup_steps": 2}},
    "decoding": {"beam_size": 2, "max_length": 8},
}


@pytest.fixture(scope="module", autouse=True)
def reversal():
    register(Reversal())
    yield
    del TASKS["reversal"]


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    folder, words, draw = tmp_path_factory.mktemp("reversal"), "red green blue dark light".split(), random.Random(1)
    for split, count in (("train", 120), ("valid", 6)):
        lines = [" ".join(draw.choices(words, k=draw.randint(2, 4))) for _ in range(count)]
        (folder / f"{split}.txt").write_text(as_lines(lines))
    (folder / "reversal.yaml").write_text(yaml.safe_dump(TINY))
    return folder


@pytest.fixture(scope="module")
def run(data, tmp_path_factory) -> Path:
    output = tmp_path_factory.mktemp("runs") / "run"
    call = ["reversal", "--config", data / "reversal.yaml", "--data-dir", data, "--output", output, "--quiet"]
    assert train_main(list(map(str, call))) == 0
    return output


@pytest.fixture(scope="module")
def bundle(run, tmp_path_factory) -> Path:
    output = tmp_path_factory.mktemp("bundles") / "bundle"
    call = ["tflite", run, "--output", output, "--variant", "float32", "--buckets", "32", "--beam-size", "2"]
    assert export_main(list(map(str, call))) == 0
    return output


def test_training(run):
    report = json.loads((run / "report.json").read_text())
    assert (report["task"], report["training"]["updates"]) == ("reversal", 3)
    assert 0 <= report["test"]["exact"] <= 100
    card = json.loads((run / "model" / "card.json").read_text())
    assert card["training_command"].startswith("python -m train reversal --config")
    assert card["data"] == "120 reversed lines"


def test_the_bundle_is_of_the_task(bundle):
    assert read_manifest(bundle).task == "reversal"
    card = (bundle / "README.md").read_text()
    assert "bundle: reversal" in card and "A reversed text has at most 31 tokens." in card


def test_answers(run, bundle, capfd):
    options = DecodingOptions(beam_size=2, max_length=8)
    texts = ["red green", "dark blue red"]
    expected = [answer[0].text for answer in open_model(run, "reversal").generate(texts, options)]
    for path in (run, bundle):
        assert main(["reverse", str(path), *texts, "--max-length", "8"]) == 0
        assert capfd.readouterr().out.split("\n")[:-1] == expected


def test_evaluation(run, bundle, data, tmp_path, capsys):
    for path in (run, bundle):
        call = ["evaluate", str(path), "--data-dir", str(data), "--max-length", "8", "--output", str(tmp_path)]
        assert main([*call, "--min-exact", "0"]) == 0
        assert main([*call, "--min-exact", "101"]) == 1
        assert "is below --min-exact 101" in capsys.readouterr().err
        report = json.loads((tmp_path / "report.json").read_text())
        assert (report["task"], report["options"]["beam_size"], report["passed"]) == ("reversal", 2, False)
        assert main([*call, "--min-bleu", "0"]) == 2
        assert "--min-bleu is an option for models for translation. Received: --min-bleu 0.0" in capsys.readouterr().err


def test_verification_and_profile(run, bundle, capsys):
    assert main(["verify", str(bundle), "--model", str(run)]) == 0
    assert "beam 2: 6 of 6 texts as the model" in capsys.readouterr().out
    assert main(["profile", str(bundle), "--source", "5", "--target", "5"]) == 0


def test_programs_are_built_from_the_registry(run, capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["train", "reversal", "--help"])
    assert "directory of the files train.txt and valid.txt" in capsys.readouterr().out
    assert main(["translate", str(run), "red"]) == 2
    assert "A model for translation is needed. Received:" in capsys.readouterr().err
    with pytest.raises(ValueError, match="a name and a verb of its own. Received: 'reversal' with 'reverse'"):
        register(Reversal())
    with pytest.raises(ValueError, match="A task must be one of .*'reversal'.*Received: 'chess'"):
        find_task("chess")
