"""Answers of imported models: those of the authors' code with its batches; a bundle answers as Keras does."""

from __future__ import annotations

import json

import numpy as np
import pytest

import lite_transformer_tf as lt
from lite_transformer_tf.cli.main import main
from lite_transformer_tf.decoding.fairseq_batches import FairseqBatches
from lite_transformer_tf.fairseq.importing import import_checkpoint
from lite_transformer_tf.litert.graph.compiler import GraphOptions
from lite_transformer_tf.litert.runtime.open import open_bundle
from lite_transformer_tf.models.saving import load_model, load_task
from lite_transformer_tf.text import DictionaryVocabulary, VocabularyPair
from lite_transformer_tf.text.byte_pairs import BytePairs
from tests.decoding.test_parity import reference_hypotheses
from tests.fairseq.files import AUTHORS, MINI, checkpoint, dictionaries

TEXTS = ["w3 w1 w4 w1 w5", "w9 w2 w6", "w5 w3 w5 w8 w9 w7 w9 w3 w2", "w3 w8 w4 w6", "w2 w6 w4", "new w1"]


@pytest.fixture(scope="module", params=MINI)
def imported(request, tmp_path_factory):
    """The model directory of a checkpoint, with the leak of pads."""
    folder = tmp_path_factory.mktemp(request.param) / "model"
    import_checkpoint(
        checkpoint(request.param), dictionaries(request.param), folder, pads_leak=True, languages=("a", "b")
    )
    return request.param, folder


def texts_of(pair: VocabularyPair, hypotheses: list) -> list[str]:
    return [pair.target.decode(ids) for ids, _ in hypotheses]


def test_answers_in_the_authors_batches(imported):
    """The authors' code searched the three sentences as one batch, padded on the left."""
    name, folder = imported
    vectors = np.load(AUTHORS.parent / f"{name}.npz")
    meta = json.loads(str(vectors["meta_json"]))
    model, pair = load_model(folder)
    generator = lt.KerasGenerator(model, pair.source, pair.target, fairseq_batches=FairseqBatches(128))
    sources = [[int(i) for i in row if i not in (1, 2)] for row in vectors["src_tokens"]]
    options = {"length_penalty": meta["lenpen"], "max_length": meta["max_len_b"], "copy_check": False}
    for beam in (4, 1):
        found = generator.generate_ids(sources, lt.DecodingOptions(beam_size=beam, n_best=beam, **options))
        for sentence, hypotheses in enumerate(found):
            expected = reference_hypotheses(vectors, beam, sentence)
            assert [ids for ids, _ in hypotheses] == [ids for ids, _ in expected]
            np.testing.assert_allclose([s for _, s in hypotheses], [s for _, s in expected], rtol=0, atol=1e-4)


def test_without_these_batches_no_answer_depends_on_others(imported):
    _, folder = imported
    model, pair = load_model(folder)
    generator = lt.KerasGenerator(model, pair.source, pair.target)
    options = lt.DecodingOptions(beam_size=2, max_length=12)
    together = generator.generate(TEXTS, options)
    alone = [generator.generate([text], options)[0] for text in TEXTS]
    assert [[entry.ids for entry in found] for found in together] == [[entry.ids for entry in found] for found in alone]
    kept = lt.KerasGenerator(type(model)(model.config.replace(pads_leak=False)), pair.source, pair.target)
    kept.model.assign_named_weights(model.named_weights())
    assert [found[0].ids for found in kept.generate(TEXTS, options)] == [found[0].ids for found in together]


def test_evaluate(tmp_path, imported, capsys):
    name, folder = imported
    (tmp_path / "source").write_text("".join(f"{text}\n" for text in TEXTS))
    (tmp_path / "target").write_text("".join(f"{text}\n" for text in reversed(TEXTS)))
    files = ["--source", str(tmp_path / "source"), "--target", str(tmp_path / "target"), "--max-length", "12"]
    call = ["evaluate", str(folder), *files, "--fairseq-batch-size", "8", "--output", str(tmp_path / "out")]
    assert main(call) == 0
    model, pair = load_model(folder)
    references = tuple(len(text.split()) + 1 for text in reversed(TEXTS))
    generator = lt.KerasGenerator(
        model, pair.source, pair.target, fairseq_batches=FairseqBatches(8, references=references)
    )
    penalty = 0.6 if name == MINI[1] else 1.0
    options = lt.DecodingOptions(beam_size=4, max_length=12, length_penalty=penalty, copy_check=False)
    expected = [found[0].text for found in generator.generate(TEXTS, options)]
    assert (tmp_path / "out" / "hypotheses.txt").read_text().splitlines() == expected
    if name == MINI[0]:
        plain = [str(checkpoint(name)), "--dict", str(AUTHORS / name / "dict.src.txt")]
        plain += ["--target-dict", str(AUTHORS / name / "dict.tgt.txt"), "--output", str(tmp_path / "plain")]
        assert main(["import-fairseq", *plain]) == 0
        assert "parameters, dictionary of 40, 36 entries" in capsys.readouterr().out
        assert main(["evaluate", str(tmp_path / "plain"), *files, "--fairseq-batch-size", "8"]) == 2
        assert "is for a model directory whose pads leak" in capsys.readouterr().err
        assert main(["export-fairseq", str(tmp_path / "plain"), "--output", str(tmp_path / "back")]) == 0
        assert (tmp_path / "back" / "checkpoint_best.pt").is_file()
        assert main(["import-fairseq", *plain]) == 2
        assert "must be new or empty" in capsys.readouterr().err
        assert main(["import-fairseq", str(tmp_path / "source"), *plain[1:-1], str(tmp_path / "new")]) == 2
        error = capsys.readouterr().err
        assert "must be a file that torch.save wrote" in error and len(error.splitlines()) == 1


def test_a_bundle(tmp_path, imported):
    """Dictionaries and codes travel with the bundle, which answers as the Keras model does."""
    name, folder = imported
    model, pair = load_model(folder)
    cut = BytePairs([("w", "1"), ("w1", "2</w>")])
    source = DictionaryVocabulary(pair.source.entries[4:], cut)
    pair = VocabularyPair(source, source if pair.joint else pair.target)
    graph, settings = GraphOptions(buckets=(32,), beam_size=2), load_task(folder)[1]
    job = lt.ExportJob(TEXTS, variant="float32", graph=graph, settings={**settings, "decoding": {"max_length": 10}})
    lt.export_bundle(model, pair, tmp_path / "bundle", job)
    opened = open_bundle(tmp_path / "bundle")
    assert (opened.source_vocabulary, opened.target_vocabulary) == (pair.source, pair.target)
    options = lt.DecodingOptions(beam_size=2, max_length=10)
    keras = lt.KerasGenerator(model, pair.source, pair.target)
    texts = ["w1 w12", *TEXTS]
    assert [found[0].ids for found in opened.generate(texts, options)] == [
        found[0].ids for found in keras.generate(texts, options)
    ]
    assert not isinstance(lt.open_bundle(tmp_path / "bundle"), lt.Translator)
    again = load_model(tmp_path / "bundle")  # a model directory, made again from the bundle
    assert again[1] == pair


def test_tokenizing_in_a_graph():
    import tensorflow as tf

    vocabulary = DictionaryVocabulary(["a@@", "b", "c"], BytePairs([("x", "y")]))
    texts = ["ab b", "", "c ab q"]
    dataset = tf.data.Dataset.from_tensors(texts).map(lambda rows: vocabulary.tokenize(rows).to_tensor(-1))
    assert next(iter(dataset)).numpy().tolist() == [[4, 5, 5, -1], [-1] * 4, [6, 4, 5, 3]]
    assert [vocabulary.encode(text) for text in texts] == [[4, 5, 5], [], [6, 4, 5, 3]]
