"""Round trips of both kinds of vocabularies, for any text."""

from __future__ import annotations

import functools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lite_transformer_tf.text import Vocabulary, WordVocabulary, normalize
from tests.text.corpus import ENGLISH, FRENCH, trained
from tests.text.reference_tokenizer import SPACE, ReferenceTokenizer

pytestmark = pytest.mark.light

ANY = st.text(max_size=40)  # hypothesis makes no lone surrogates
FAMILIAR = st.text("abcdehilnorst éàù.?'  ", max_size=40)
TEXTS = (ANY | FAMILIAR).map(lambda text: text.replace(SPACE, "_"))
KINDS = pytest.mark.parametrize("kind", ["unigram", "bpe"])


@functools.cache
def both(kind: str) -> tuple[Vocabulary, ReferenceTokenizer]:
    vocabulary = trained(kind)
    return vocabulary, ReferenceTokenizer(vocabulary.model)


@KINDS
@given(TEXTS)
@settings(deadline=None, max_examples=50)
def test_a_text_comes_back(kind, text):
    """In NFKC, with runs of spaces as one and none at the ends; U+2581, the third exception, does not occur here."""
    vocabulary, reference = both(kind)
    ids = vocabulary.encode(text)
    assert ids == reference.encode(text)
    assert vocabulary.decode(ids) == re.sub(" +", " ", normalize(text).replace(SPACE, " ")).strip(" ")
    assert vocabulary.encode(vocabulary.decode(ids)) == ids or SPACE in normalize(text)
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


@given(st.text(max_size=40))
@settings(deadline=None, max_examples=50)
def test_normalisation_is_idempotent(text):
    assert normalize(normalize(text)) == normalize(text)


WORDS = st.lists(st.sampled_from(sorted({word for line in ENGLISH + FRENCH for word in line.split()})), max_size=8)


@given(WORDS, st.lists(st.sampled_from([" ", "\t", "\n ", "\u2028"]), min_size=9, max_size=9))
@settings(deadline=None, max_examples=50)
def test_known_words_come_back_with_single_spaces(words, gaps):
    vocabulary = WordVocabulary.train(ENGLISH + FRENCH)
    text = gaps[0] + "".join(word + gap for word, gap in zip(words, gaps[1:]))
    assert vocabulary.decode(vocabulary.encode(text)) == " ".join(words)


@given(st.text(max_size=40))
@settings(deadline=None, max_examples=50)
def test_unknown_words_become_the_unknown_token(text):
    vocabulary = WordVocabulary.train(ENGLISH + FRENCH)
    expected = [word if word in vocabulary.words else "<unk>" for word in text.split()]
    assert vocabulary.decode(vocabulary.encode(text)) == " ".join(expected)
