"""docs/text.md, the sentencepiece package and the keras-nlp tokenizer give the same ids and the same texts."""

from __future__ import annotations

import itertools
import random
import re
import unicodedata

import pytest
import sentencepiece
import tensorflow as tf

from lite_transformer_tf.text import Vocabulary, normalize
from lite_transformer_tf.text.model_file import parse_model
from lite_transformer_tf.text.normalization import SCHEMAS
from tests.text.corpus import ENGLISH, FRENCH, HOSTILE, random_texts, trained
from tests.text.reference_tokenizer import ReferenceTokenizer, readable

TEXTS = ENGLISH + FRENCH + HOSTILE + random_texts(400)
EVERY = [chr(i) for i in range(0x110000) if not 0xD800 <= i < 0xE000]


@pytest.fixture(scope="module", params=[("unigram", 2), ("bpe", 2), ("unigram", 1), ("bpe", 1)])
def vocabulary(request: pytest.FixtureRequest) -> Vocabulary:
    kind, schema = request.param
    return trained(kind).with_text_schema(schema)


def test_ids_of_three_implementations_are_equal(vocabulary: Vocabulary) -> None:
    reference = ReferenceTokenizer(vocabulary.model)
    expected = sentencepiece.SentencePieceProcessor(model_proto=vocabulary.model).encode(
        [unicodedata.normalize("NFKC", text if vocabulary.text_schema == 1 else readable(text)) for text in TEXTS]
    )
    assert [vocabulary.encode(text) for text in TEXTS] == expected
    assert [reference.encode(text) for text in TEXTS] == expected
    assert vocabulary.tokenize(tf.constant([text.encode() for text in TEXTS])).to_list() == expected


def test_tokenizer_runs_inside_tf_data(vocabulary: Vocabulary, capfd: pytest.CaptureFixture[str]) -> None:
    fresh = Vocabulary(vocabulary.model)  # its graph operation is built while tf.data traces
    ragged = list(tf.data.Dataset.from_tensor_slices(ENGLISH).batch(5).map(fresh.tokenize))
    assert [ids for batch in ragged for ids in batch.to_list()] == [vocabulary.encode(text) for text in ENGLISH]
    assert ragged[0].dtype == tf.int32
    assert "charsmap" not in capfd.readouterr().err  # a log line of tensorflow-text about every model that it opens


def test_no_text_is_unknown(vocabulary: Vocabulary) -> None:
    special = {vocabulary.bos_id, vocabulary.pad_id, vocabulary.eos_id, vocabulary.unk_id}
    assert not any(special & set(vocabulary.encode(text)) for text in TEXTS)


def test_round_trip_is_exact_but_for_spaces(vocabulary: Vocabulary) -> None:
    kept = {text: normalize(text, vocabulary.text_schema) for text in TEXTS}
    exact = [text for text in TEXTS if kept[text] == re.sub(" +", " ", kept[text]).strip(" ") and "\u2581" not in text]
    assert len(exact) > 100
    assert [vocabulary.decode(vocabulary.encode(text)) for text in exact] == [kept[text] for text in exact]
    assert vocabulary.decode(vocabulary.encode("  a   b ")) == "a b"
    assert vocabulary.decode(vocabulary.encode("a\u2581b")) == "a b"


def test_decoding_of_any_ids_follows_the_specification(vocabulary: Vocabulary) -> None:
    reference = ReferenceTokenizer(vocabulary.model)
    generator = random.Random(0)
    for _ in range(5000):
        top = vocabulary.size if generator.random() < 0.5 else 260
        ids = [generator.randrange(top) for _ in range(generator.randrange(9))]
        assert vocabulary.decode(ids) == reference.decode(ids)


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
def test_ties_are_broken_as_specified(kind: str) -> None:
    proto = parse_model(trained(kind).model, "tied")
    del proto.pieces[260:]
    for piece in ("\u2581", "a", "aa", "aaa", "b", "ab", "ba", "\u2581a"):
        proto.pieces.add(piece=piece, score=0.0)
    proto.trainer_spec.vocab_size = len(proto.pieces)
    tied = Vocabulary(proto.SerializeToString())
    reference = ReferenceTokenizer(tied.model)
    texts = ["".join(letters) for length in range(1, 8) for letters in itertools.product("ab ", repeat=length)]
    expected = [tied.encode(text) for text in texts]
    assert [reference.encode(text) for text in texts] == expected
    assert tied.tokenize(tf.constant(texts)).to_list() == expected
    assert tied.pieces("baa") == {"unigram": ["\u2581", "b", "aa"], "bpe": ["\u2581", "ba", "a"]}[kind]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_normalisation_in_a_graph_is_equal_on_every_character(schema: int) -> None:
    """In chunks that Python's Unicode does not leave unassigned; marks behind show what composes, or is in between."""
    known = [c for c in EVERY if unicodedata.category(c) != "Cn" or "\U000e0000" <= c <= "\U000e0fff"]
    texts = ["|".join(f"a{c}\u0323\u0301" for c in known[i : i + 256]) for i in range(0, len(known), 256)]
    found = SCHEMAS[schema].normalize_tensor(tf.constant([text.encode() for text in texts])).numpy()
    assert [text.decode() for text in found] == [normalize(text, schema) for text in texts]
    again = [normalize(text, schema) for text in texts]
    assert [normalize(text, schema) for text in again] == again
    if schema == 2:
        assert again == [unicodedata.normalize("NFKC", readable(text)) for text in texts]


def test_invalid_bytes_in_a_graph_are_read_as_python_replaces_them() -> None:
    vocabulary, generator = trained("unigram"), random.Random(0)
    alphabet = [*b"A \x80\x9f\xa0\xad\xbf\xc0\xc2\xc3\xe2\xed\xef\xf0\xf4\xff"]
    texts = [bytes(generator.choices(alphabet, k=generator.randrange(1, 9))) for _ in range(2000)]
    texts += [b"\xc2\xc2\xad\xa9", b"\xe2\x80", b"\xed\xa0\x80", "\ud83d\xad\ude00".encode("utf-8", "surrogatepass")]
    expected = [vocabulary.encode(text.decode("utf-8", "replace")) for text in texts]
    assert vocabulary.tokenize(tf.constant(texts)).to_list() == expected


def test_lone_surrogates_are_refused() -> None:
    with pytest.raises(ValueError, match="lone surrogates"):
        normalize("a\ud800")
