"""The everyday phrases: sizes, splits, what no sentence may contain, and sentences that must be there."""

from __future__ import annotations

import hashlib
import re
from collections import Counter

import pytest

from lite_transformer_tf.data.everyday_phrases import SPLITS, everyday_phrases
from lite_transformer_tf.data.everyday_phrases.corpus import TOPICS, contracted
from lite_transformer_tf.data.travel_phrases import Pair
from lite_transformer_tf.text.items import items_of
from tests.travel_phrases.test_corpus import NEVER_IN_ENGLISH, NEVER_IN_FRENCH, assert_never

pytestmark = pytest.mark.light
CORPUS = "9d03f7cb06d8aae45b603efb6801575dba8eed6ab08c5ac82c4dd4b27d868681"
FORMAL_ONLY = re.compile(r"\b(tu|toi|ton|tes|t')\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def splits() -> dict[str, list[Pair]]:
    return {split: everyday_phrases(split) for split in SPLITS}


@pytest.fixture(scope="module")
def everything(splits: dict[str, list[Pair]]) -> list[Pair]:
    return [pair for split in SPLITS for pair in splits[split]]


def test_sizes_and_the_frozen_digest(splits) -> None:
    assert {split: len(pairs) for split, pairs in splits.items()} == {"train": 10818, "valid": 239, "test": 209}
    text = "\n".join(f"{split}\t{p.topic}\t{p.source}\t{p.target}" for split in SPLITS for p in splits[split])
    assert hashlib.sha256(text.encode()).hexdigest() == CORPUS
    assert set(Counter(pair.topic for pair in splits["train"])) == set(TOPICS)
    with pytest.raises(ValueError, match=r"must be one of \('train', 'valid', 'test'\)\. Received: 'dev'"):
        everyday_phrases("dev")


def test_no_sentence_is_in_two_splits_or_has_two_translations(everything, splits) -> None:
    assert len({pair.source for pair in everything}) == len(everything)
    for side in ("source", "target"):
        texts = {split: {getattr(pair, side) for pair in pairs} for split, pairs in splits.items()}
        assert not texts["train"] & texts["valid"] and not texts["train"] & texts["test"]
        assert not texts["valid"] & texts["test"]


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("Help!", "À l'aide !"),
        ("Call an ambulance!", "Appelez une ambulance !"),
        ("Call the police!", "Appelez la police !"),
        ("I am allergic to peanuts.", "Je suis allergique aux cacahuètes."),
        ("Where are the toilets?", "Où sont les toilettes ?"),
        ("I don't understand.", "Je ne comprends pas."),
        ("How much is it?", "C'est combien ?"),
        ("The bill, please.", "La note, s'il vous plaît."),
        ("Do you speak English?", "Parlez-vous anglais ?"),
        ("I have a headache.", "J'ai mal à la tête."),
    ],
)
def test_what_everybody_says_is_in_training(splits, english: str, french: str) -> None:
    assert (english, french) in {(pair.source, pair.target) for pair in splits["train"]}


def test_numbers_are_the_same_in_both_languages(everything) -> None:
    for pair in everything:
        keys = [
            sorted(item.key for item in items_of(text) if item.key[0] in "ntx") for text in (pair.source, pair.target)
        ]
        assert keys[0] == keys[1], pair


def test_people_are_addressed_in_one_form(everything) -> None:
    familiar = {pair.source for pair in everything if FORMAL_ONLY.search(pair.target)}
    assert familiar == {"I love you.", "I miss you."}


def test_typography(everything) -> None:
    for pair in everything:
        for text in (pair.source, pair.target):
            assert text == " ".join(text.split()) and not re.search("[’`]", text), pair
        assert not re.search(r" [?!.,]", pair.source), pair
        assert not re.search(r" [.,]|[^ ][?!]", pair.target), pair
        for ending in ".!?":
            assert pair.source.endswith(ending) == pair.target.endswith(ending), pair


@pytest.mark.parametrize("pattern", NEVER_IN_FRENCH)
def test_never_in_french(everything, pattern: str) -> None:
    assert_never(pattern, "\n".join(pair.target for pair in everything if pair.target != "Est-ce épicé ?"))


@pytest.mark.parametrize("pattern", NEVER_IN_ENGLISH)
def test_never_in_english(everything, pattern: str) -> None:
    assert_never(pattern, "\n".join(pair.source for pair in everything))


def test_contractions() -> None:
    assert contracted("I am here. It is not far, you cannot miss it.") == "I'm here. It's not far, you can't miss it."
    assert contracted("Yes, I am.") == "Yes, I am."
