"""The corpus as a whole: sizes, splits, determinism, and what no sentence may contain."""

from __future__ import annotations

import hashlib
import os
import random
import re
import subprocess
import sys
from collections import Counter

import pytest

from benchmarks.everyday_sentences import seen
from lite_transformer_tf.data.travel_phrases import SPLITS, Pair, travel_phrases
from lite_transformer_tf.data.travel_phrases.corpus import draw, words
from lite_transformer_tf.data.travel_phrases.topics import TOPICS

pytestmark = pytest.mark.light

CORPUS_SHA256 = "63ad8a03627b0428a7a5b9a830d66f9b3761ecb36c3daf700629ecaa8252b85a"


def digest() -> str:
    text = "\n".join(
        f"{split}\t{pair.topic}\t{pair.source}\t{pair.target}" for split in SPLITS for pair in travel_phrases(split)
    )
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture(scope="module")
def splits() -> dict[str, list[Pair]]:
    return {split: travel_phrases(split) for split in SPLITS}


@pytest.fixture(scope="module")
def everything(splits: dict[str, list[Pair]]) -> list[Pair]:
    return [pair for split in SPLITS for pair in splits[split]]


def test_sizes(splits):
    assert {split: len(pairs) for split, pairs in splits.items()} == {"train": 130929, "valid": 800, "test": 1000}


def test_the_everyday_sentences_that_people_judge_are_not_in_it(everything):
    assert seen(text for pair in everything for text in (pair.source, pair.target)) == []


def test_default_split_is_train(splits):
    assert travel_phrases() == splits["train"]


def test_unknown_split():
    with pytest.raises(ValueError, match=r"must be one of \('train', 'valid', 'test'\)\. Received: 'dev'"):
        travel_phrases("dev")


def test_a_caller_cannot_change_the_corpus(splits):
    travel_phrases("valid").clear()
    assert travel_phrases("valid") == splits["valid"]


def test_frozen_digest():
    assert digest() == CORPUS_SHA256


def test_same_corpus_in_another_process_with_another_hash_seed():
    code = "import sys; sys.path.insert(0, sys.argv[1]); from test_corpus import digest; print(digest())"
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "PYTHONPATH": os.pathsep.join(sys.path)}
    output = subprocess.run(
        [sys.executable, "-c", code, os.path.dirname(__file__)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert output.strip() == CORPUS_SHA256


def test_another_seed_draws_other_sentences():
    first, again, other = (draw(TOPICS["transport"], 1000, random.Random(seed)) for seed in (1, 1, 2))
    assert first == again
    assert len(set(first) & set(other)) < len(first) / 2


def test_no_english_sentence_occurs_twice(everything):
    assert len({pair.source for pair in everything}) == len(everything)


def test_held_out_sentences_are_in_no_other_split(splits):
    for side in ("source", "target"):
        counts = Counter(sentence for pairs in splits.values() for sentence in {getattr(pair, side) for pair in pairs})
        for split in ("valid", "test"):
            assert [pair for pair in splits[split] if counts[getattr(pair, side)] != 1] == []


def test_every_held_out_word_is_in_train(splits):
    for side in ("source", "target"):
        known = Counter(words("\n".join(getattr(pair, side) for pair in splits["train"])))
        unknown = {
            word
            for split in ("valid", "test")
            for pair in splits[split]
            for word in words(getattr(pair, side))
            if known[word] < 3
        }
        assert unknown == set()


def test_topics_are_balanced(splits):
    train = Counter(pair.topic for pair in splits["train"])
    assert set(train) == set(TOPICS)
    assert min(train.values()) >= 4400 and max(train.values()) <= 5000
    for split in ("valid", "test"):
        held_out = Counter(pair.topic for pair in splits[split])
        assert set(held_out) == set(TOPICS)
        assert max(held_out.values()) - min(held_out.values()) <= 1


def test_sentence_lengths(everything):
    for side in ("source", "target"):
        lengths = [len(getattr(pair, side).split()) for pair in everything]
        assert min(lengths) >= 2
        assert max(lengths) <= 22
        assert 7 <= sum(lengths) / len(lengths) <= 9


def test_characters(everything):
    english = {character for pair in everything for character in pair.source}
    french = {character for pair in everything for character in pair.target}
    letters = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 '.,!?-€")
    assert english <= letters | set(':"é')
    assert french <= letters | set("«»àâæçèéêëîïôùûœÀÂÇÉÊŒ")
    assert set("àâçèéêëîôùûœÀÉ«»") <= french


@pytest.mark.parametrize("ending", [".", "!", "?"])
def test_both_sides_end_alike(everything, ending):
    for pair in everything:
        assert pair.source.endswith(ending) == pair.target.endswith(ending), pair


def test_typography(everything):
    for pair in everything:
        for text in (pair.source, pair.target):
            assert text == " ".join(text.split()) and (text[0].isupper() or text[0].isdigit()), pair
        assert not re.search(r" [?!.,]", pair.source), pair
        assert not re.search(r" [.,]|[^ ][?!]|[’`]", pair.target), pair


NEVER_IN_FRENCH = [
    r"\bde les?\b",
    r"\bà les?\b",
    r"\bdes? (un|une) ",
    r"(?<![\w'-])(je|me|te|se|le|la|de|ne|que|jusque) [aeiouàâéèêîôœ](?!nze|ui\b)",
    r"\b(je|me|te|se|le|la|de|ne|que) h(?!all|am|anche|aricot|aut|avre|éros|ibou|omard|ongrie|ors|uit\b)",
    r"\bsi ils?\b",
    r"\bce [aeiouéèêh](?!amburger|omard|ibou|aricot)",
    r"\b(ma|ta|sa) [aeiouéèêœ]",
    r"\b(un|le|ce) (beau|nouveau|vieux) [aeiouéèêhœ](?!ibou|amburger|omard)",
    r"\bpas ((du|de la|des|un|une) (?!piano|guitare)|de l')",
    r"\bplus (du|de la) ",
    r"\b(un|le|du|au|ce|cet|mon|ton|son) \w+e?s\b(?<!s|x|z)",
    r"(?<![\w'-])([^\W\d]+) \1\b(?<!nous nous)(?<!vous vous)",
    r"\bles? (le|la|les)\b",
    r"\bà le |\bde le ",
    r"'[^aeiouyhàâæéèêëîïôœùAEIOUYHÉÀÂ]",
    r"\beuros? €|€ euros?",
    r"\{|\}|None|= ",
]
NEVER_IN_ENGLISH = [
    r"\b[Aa] (?=[aeiouAEIOU])(?!uni|eur|one)",
    r"\b[Aa]n (?![aeiouAEIOUhH])",
    r"^(She|He|Paul|Marie) (are|have|do|want|go|were)\b"
    r"|^(They|We|You) (is|has|does|was|wants|goes)\b|^I (is|are|has|does|were)\b",
    r"\b([a-z]+) \1\b",
    r"\b(is|there is) (some|any) \w+s\b(?<!ss)",
    r"\bsome a\b|\ba some\b",
    r"\b(two|three|four|five|six|seven|eight|nine|ten|twelve) \w*(child|man|woman|knife|foot|tooth)\b",
    r"\{|\}|None|= ",
]


@pytest.mark.parametrize("pattern", NEVER_IN_FRENCH)
def test_never_in_french(everything, pattern):
    assert_never(pattern, "\n".join(pair.target for pair in everything))


@pytest.mark.parametrize("pattern", NEVER_IN_ENGLISH)
def test_never_in_english(everything, pattern):
    assert_never(pattern, "\n".join(pair.source for pair in everything))


def assert_never(pattern: str, text: str) -> None:
    match = re.search(pattern, text, re.MULTILINE)
    assert match is None, text[max(0, match.start() - 60) : match.end() + 60]
