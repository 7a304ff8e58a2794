"""The corpus: the sentences of every topic without repetition, divided into training, validation and test sets."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from lite_transformer_tf.data.travel_phrases.rules import Rule, quotas
from lite_transformer_tf.data.travel_phrases.topics import TOPICS

SPLITS = ("train", "valid", "test")
HELD_OUT = {"valid": 800, "test": 1000}
TOPIC_SIZE = 5000  # sentences drawn per topic, before repetitions are removed
_LEAST_COUNT = 8  # every word of a held-out sentence occurs at least this often in the whole corpus
_MARKS = '.,?!€«»"'


@dataclass(frozen=True)
class Pair:
    """An English sentence, its French translation and the topic whose rules made it."""

    source: str
    target: str
    topic: str


def words(text: str) -> list[str]:
    """Words of a sentence in lower case, without punctuation; an elided word keeps its apostrophe ("l'", "hôtel")."""
    text = text.lower().replace("'", "' ")
    for mark in _MARKS:
        text = text.replace(mark, " ")
    return text.split()


def travel_phrases(split: str = "train", *, seed: int = 1) -> list[Pair]:
    """English-French phrases for travellers, generated from the lexicon and the grammar of this package.

    The same seed gives the same sentences in the same order, in every process. Neither the English nor the French side
    of a "valid" or "test" sentence occurs in another split, but all its words occur in "train". Every topic has the
    same share of these splits. No English sentence has two translations.

    Args:
        split: "train", "valid" or "test".
        seed: Seed for the choice of word combinations and of held-out sentences.

    Returns:
        The pairs, in random order.

    Raises:
        ValueError: the split is unknown.
    """
    if split not in SPLITS:
        raise ValueError(f"A split of the travel phrases must be one of {SPLITS}. Received: {split!r}")
    return list(_splits(seed)[split])


@lru_cache(maxsize=2)
def _splits(seed: int) -> dict[str, list[Pair]]:
    rng = random.Random(seed)
    pairs = _shuffled(_generate(rng), rng)
    held_out = _hold_out(pairs)
    taken = {pair.source for split in held_out.values() for pair in split}
    return {"train": [pair for pair in pairs if pair.source not in taken], **held_out}


def _generate(rng: random.Random) -> list[Pair]:
    """Draws the sentences of every topic, and keeps the first translation of each English sentence."""
    found: dict[str, Pair] = {}
    for topic, rules in TOPICS.items():
        for source, target in draw(rules, TOPIC_SIZE, rng):
            found.setdefault(source, Pair(source, target, topic))
    return list(found.values())


def draw(rules: list[Rule], total: int, rng: random.Random) -> list[tuple[str, str]]:
    """Draws about `total` sentence pairs from rules, as evenly as their sizes allow."""
    counts = quotas([rule.size for rule in rules], total)
    return [pair for rule, count in zip(rules, counts, strict=True) for pair in rule.sample(count, rng)]


def _shuffled(pairs: list[Pair], rng: random.Random) -> list[Pair]:
    """Fisher-Yates on `rng.random()` only, so that the order does not depend on the version of Python."""
    for i in range(len(pairs) - 1, 0, -1):
        j = int(rng.random() * (i + 1))
        pairs[i], pairs[j] = pairs[j], pairs[i]
    return pairs


def _hold_out(pairs: list[Pair]) -> dict[str, list[Pair]]:
    """Takes the held-out sets from the front of the shuffled pairs, the same number from every topic."""
    english_counts = Counter(words("\n".join(pair.source for pair in pairs)))
    french_counts = Counter(words("\n".join(pair.target for pair in pairs)))
    translations = Counter(pair.target for pair in pairs)
    by_topic: dict[str, list[Pair]] = {topic: [] for topic in TOPICS}
    for pair in pairs:
        by_topic[pair.topic].append(pair)
    held_out: dict[str, list[Pair]] = {split: [] for split in HELD_OUT}
    for split, size in HELD_OUT.items():
        for place, candidates in enumerate(by_topic.values()):
            share = size // len(TOPICS) + (place < size % len(TOPICS))
            while share > 0:
                pair = candidates.pop(0)
                english_words, french_words = words(pair.source), words(pair.target)
                frequent = (
                    min(
                        min(english_counts[word] for word in english_words),
                        min(french_counts[word] for word in french_words),
                    )
                    >= _LEAST_COUNT
                )
                if translations[pair.target] == 1 and frequent and len(english_words) > 2:
                    held_out[split].append(pair)
                    english_counts.subtract(english_words)
                    french_counts.subtract(french_words)
                    share -= 1
    return held_out
