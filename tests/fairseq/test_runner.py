"""An imported model in the Python runner, without TensorFlow: the answers of the authors' code where no pads matter."""

from __future__ import annotations

import json

import numpy as np
import pytest

from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.fairseq.importing import read_checkpoint
from lite_transformer_tf.litert.graph.compiler import GraphOptions, compile_model
from lite_transformer_tf.litert.runtime.generator import TFLiteGenerator
from lite_transformer_tf.litert.runtime.runner import Runner
from lite_transformer_tf.text import DictionaryVocabulary
from lite_transformer_tf.text.byte_pairs import BytePairs
from tests.fairseq.files import AUTHORS, MINI, checkpoint, dictionaries

pytestmark = pytest.mark.light


@pytest.mark.parametrize("name", MINI)
def test_answers_of_the_authors_code(name):
    """The longest sentence of their batch has no pads; texts are cut by codes on the way."""
    vectors = np.load(AUTHORS.parent / f"{name}.npz")
    meta = json.loads(str(vectors["meta_json"]))
    found = read_checkpoint(checkpoint(name), dictionaries(name), pads_leak=True)
    runner = Runner(compile_model(found.config, found.weights, GraphOptions((32,), 4)), (32,), 4, 1)
    source = DictionaryVocabulary(found.vocabularies[0].entries[4:], BytePairs([("w", "1"), ("w1", "2</w>")]))
    generator = TFLiteGenerator(runner, source, found.vocabularies[1])
    whole = [sentence for sentence, row in enumerate(vectors["src_tokens"]) if 1 not in row]
    assert whole
    options = DecodingOptions(beam_size=4, n_best=4, length_penalty=meta["lenpen"], max_length=20, copy_check=False)
    for sentence in whole:
        ids = [int(i) for i in vectors["src_tokens"][sentence]]
        answers = generator.translate_ids(ids, options)
        for rank, (answer, score) in enumerate(answers):
            key = f"beam4/s{sentence}/h{rank}"
            assert list(answer) == vectors[f"{key}/tokens"][:-1].tolist()
            np.testing.assert_allclose(score, vectors[f"{key}/score"], rtol=0, atol=1e-4)
        assert len(answers) == 4
    assert generator.generate(["w12"], options)[0][0].ids == generator.translate_ids([16, 2], options)[0][0]
