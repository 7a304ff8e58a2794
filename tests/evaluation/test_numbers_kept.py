"""The sentences of the test of numbers, and what counts as kept."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from lite_transformer_tf.data.embedded import EmbeddedText
from lite_transformer_tf.decoding.copying import items_of
from lite_transformer_tf.evaluation.numbers_kept import number_sentences, numbers_kept

pytestmark = pytest.mark.light


def masked(text: str) -> str:
    """A sentence without its numbers and signs."""
    return re.sub("[^a-z]+", " ", text.lower())


def test_a_thousand_sentences_with_the_same_numbers_in_both_languages() -> None:
    sentences = number_sentences()
    assert len({s.english for s in sentences}) == 1000 == len(sentences) and number_sentences() == sentences
    kinds = Counter(s.kind for s in sentences)
    assert (
        set(kinds) == {"price", "time", "room", "date", "year", "phone", "count", "code"} and min(kinds.values()) > 40
    )
    for sentence in sentences:
        keys = [sorted(i.key for i in items_of(t) if i.key[0] in "ntx") for t in (sentence.english, sentence.french)]
        assert keys[0] == keys[1] and keys[0], sentence


@pytest.mark.slow
def test_their_frames_are_in_no_training_phrase() -> None:
    frames = {masked(sentence.english) for sentence in number_sentences()}
    for name in ("travel_phrases", "everyday_phrases"):
        assert not frames & {masked(source) for source, _ in EmbeddedText(name, "train")}


def test_references_keep_their_numbers_in_both_directions() -> None:
    english, french = ([getattr(s, name) for s in number_sentences()] for name in ("english", "french"))
    assert numbers_kept(english, french) == [()] * 1000 == numbers_kept(french, english)
    lost = numbers_kept(["It costs €45.67.", "At 3:45 pm."], ["Ça coûte 45, €.", "À 15 h 45."])
    assert lost == [("45.67",), ()]
    with pytest.raises(ValueError, match="Received: 1 and 0"):
        numbers_kept(["a"], [])


def test_real_sentences_get_other_numbers_and_are_at_most_two_fifths() -> None:
    frames = [(f"He has {n} cats and a dog.", f"Il a {n} chats et un chien.") for n in range(10, 99)]
    found = number_sentences(50, [("No number.", "Aucun nombre."), *frames])
    real = [s for s in found if s.kind == "real"]
    assert len(found) == 50 and 15 <= len(real) <= 20
    assert all(re.findall("[0-9]+", s.english) == re.findall("[0-9]+", s.french) for s in real)
