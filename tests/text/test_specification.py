"""docs/text.md, the sentencepiece package and the keras-nlp tokenizer give the same ids and the same texts."""

from __future__ import annotations

import itertools
import random
import re
import unicodedata

import pytest
import sentencepiece
import tensorflow as tf
import tensorflow_text as tf_text

from lite_transformer_tf.text import Vocabulary, normalize
from lite_transformer_tf.text.model_file import parse_model
from tests.text.corpus import ENGLISH, FRENCH, HOSTILE, random_texts, trained
from tests.text.reference_tokenizer import ReferenceTokenizer

TEXTS = ENGLISH + FRENCH + HOSTILE + random_texts(400)


@pytest.fixture(scope="module", params=["unigram", "bpe"])
def vocabulary(request: pytest.FixtureRequest) -> Vocabulary:
    return trained(request.param)


def test_ids_of_three_implementations_are_equal(vocabulary: Vocabulary) -> None:
    reference = ReferenceTokenizer(vocabulary.model)
    expected = sentencepiece.SentencePieceProcessor(model_proto=vocabulary.model).encode(
        [unicodedata.normalize("NFKC", text) for text in TEXTS]
    )
    assert [vocabulary.encode(text) for text in TEXTS] == expected
    assert [reference.encode(text) for text in TEXTS] == expected
    assert vocabulary.tokenize(tf.constant([text.encode() for text in TEXTS])).to_list() == expected


def test_tokenizer_runs_inside_tf_data(vocabulary: Vocabulary) -> None:
    fresh = Vocabulary(vocabulary.model)  # its graph operation is built while tf.data traces
    ragged = list(tf.data.Dataset.from_tensor_slices(ENGLISH).batch(5).map(fresh.tokenize))
    assert [ids for batch in ragged for ids in batch.to_list()] == [vocabulary.encode(text) for text in ENGLISH]
    assert ragged[0].dtype == tf.int32


def test_no_text_is_unknown(vocabulary: Vocabulary) -> None:
    special = {vocabulary.bos_id, vocabulary.pad_id, vocabulary.eos_id, vocabulary.unk_id}
    assert not any(special & set(vocabulary.encode(text)) for text in TEXTS)


def test_round_trip_is_exact_but_for_spaces(vocabulary: Vocabulary) -> None:
    exact = [
        text
        for text in TEXTS
        if normalize(text) == re.sub(" +", " ", normalize(text)).strip(" ") and "\u2581" not in text
    ]
    assert len(exact) > 100
    assert [vocabulary.decode(vocabulary.encode(text)) for text in exact] == [normalize(text) for text in exact]
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


def test_normalisation_equals_tensorflow_text_on_every_character() -> None:
    characters = [chr(i) for i in range(0x110000) if not 0xD800 <= i < 0xE000]
    texts = [f"a{character}\u0323\u0301" for character in characters]
    theirs = tf_text.normalize_utf8(tf.constant([text.encode() for text in texts]), "NFKC").numpy()
    differing = [
        character for character, text, other in zip(characters, texts, theirs) if normalize(text).encode() != other
    ]
    assert all(
        unicodedata.category(character) == "Cn" for character in differing
    )  # unassigned in this Python's Unicode


def test_lone_surrogates_are_refused() -> None:
    with pytest.raises(ValueError, match="lone surrogates"):
        normalize("a\ud800")
