"""Round trips of both kinds of vocabularies, for any text."""

from __future__ import annotations

import functools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lite_transformer_tf.text import Vocabulary, WordVocabulary, normalize
from lite_transformer_tf.text.normalization import SCHEMAS, without_invisible
from tests.text.corpus import ENGLISH, FRENCH, trained
from tests.text.reference_tokenizer import SPACE, ReferenceTokenizer

pytestmark = pytest.mark.light

TROUBLE = st.text(
    "ab e\u0301\t\n\x00\x1f\x85\xa0\xad\u200b\u200d\u2028\u2581\u2585\ufeff\ufe0f👍\U0001f3f4\U000e0067\U000e007f"
)
ANY = st.text(max_size=40) | TROUBLE  # hypothesis makes no lone surrogates
FAMILIAR = st.text("abcdehilnorst éàù.?'  ", max_size=40)
TEXTS = ANY | FAMILIAR
KINDS = pytest.mark.parametrize("kind", ["unigram", "bpe"])
SCHEMA = st.sampled_from(sorted(SCHEMAS))


@functools.cache
def both(kind: str, schema: int = 2) -> tuple[Vocabulary, ReferenceTokenizer]:
    vocabulary = trained(kind).with_text_schema(schema)
    return vocabulary, ReferenceTokenizer(vocabulary.model)


@KINDS
@given(TEXTS, SCHEMA)
@settings(deadline=None, max_examples=80)
def test_a_text_comes_back(kind, text, schema):
    """Normalised, with runs of spaces as one and none at the ends; in schema 1 U+2581 is the third exception."""
    vocabulary, reference = both(kind, schema)
    text = text if schema == 2 else text.replace(SPACE, "_")
    ids = vocabulary.encode(text)
    assert ids == reference.encode(text)
    normal = normalize(text, schema)
    assert vocabulary.decode(ids) == re.sub(" +", " ", normal.replace(SPACE, " ")).strip(" ")
    assert vocabulary.encode(vocabulary.decode(ids)) == ids or SPACE in normal
    assert not {vocabulary.bos_id, vocabulary.pad_id, vocabulary.eos_id, vocabulary.unk_id} & set(ids)


@KINDS
@given(ANY)
@settings(deadline=None, max_examples=50)
def test_a_second_round_trip_changes_nothing(kind, text):
    vocabulary, _ = both(kind)
    once = vocabulary.decode(vocabulary.encode(text))
    assert vocabulary.decode(vocabulary.encode(once)) == once


@KINDS
@given(st.lists(st.integers(0, 419), max_size=12))
@settings(deadline=None, max_examples=50)
def test_any_ids_have_a_text(kind, ids):
    vocabulary, reference = both(kind)
    assert vocabulary.decode(ids) == reference.decode(ids)


@given(ANY, SCHEMA)
@settings(deadline=None, max_examples=200)
def test_normalisation_is_idempotent(text, schema):
    assert normalize(normalize(text, schema), schema) == normalize(text, schema)


WORDS = st.lists(st.sampled_from(sorted({word for line in ENGLISH + FRENCH for word in line.split()})), max_size=8)


@given(WORDS, st.lists(st.sampled_from([" ", "\t", "\n ", "\u2028"]), min_size=9, max_size=9))
@settings(deadline=None, max_examples=50)
def test_known_words_come_back_with_single_spaces(words, gaps):
    vocabulary = WordVocabulary.train(ENGLISH + FRENCH)
    text = gaps[0] + "".join(word + gap for word, gap in zip(words, gaps[1:]))
    assert vocabulary.decode(vocabulary.encode(text)) == " ".join(words)


@given(ANY)
@settings(deadline=None, max_examples=50)
def test_unknown_words_become_the_unknown_token(text):
    vocabulary = WordVocabulary.train(ENGLISH + FRENCH)
    visible = [word if word in vocabulary.words else without_invisible(word) for word in text.split()]
    expected = [word if word in vocabulary.words else "<unk>" for word in visible if word]
    assert vocabulary.decode(vocabulary.encode(text)) == " ".join(expected)
    expected = [word if word in vocabulary.words else "<unk>" for word in text.split()]
    old = WordVocabulary(vocabulary.words, text_schema=1)
    assert old.decode(old.encode(text)) == " ".join(expected)
