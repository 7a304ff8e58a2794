"""The corpus: fixed sentences and drawn ones of every topic, once each, with contractions as people write them."""

from __future__ import annotations

import hashlib
import random
import re
from functools import lru_cache

from lite_transformer_tf.data.everyday_phrases import emergencies, feelings, numbers, replies, town, travelling
from lite_transformer_tf.data.travel_phrases.corpus import SPLITS, Pair
from lite_transformer_tf.data.travel_phrases.rules import Rule

TOPICS: dict[str, list[Rule]] = {
    "greetings": replies.GREETINGS,
    "thanks": replies.THANKS,
    "answers": replies.ANSWERS,
    "feelings": feelings.FEELINGS,
    "help": emergencies.HELP,
    "allergies": emergencies.ALLERGIES,
    "health": emergencies.HEALTH,
    "tickets": travelling.TICKETS,
    "rooms": travelling.ROOMS,
    "directions": travelling.DIRECTIONS,
    "eating": town.EATING,
    "shopping": town.SHOPPING,
    "daily life": town.DAILY,
    "prices": numbers.PRICES,
    "times": numbers.TIMES,
    "numbers": numbers.OTHERS,
}
PER_RULE, PER_NUMBERED_RULE = 90, 45
"""Most sentences of one rule; of one around numbers fewer, since `data.numbers` draws others in every epoch."""
NUMBERED = ("prices", "times", "numbers")
HELD_OUT = 40
"""One in so many drawn sentences is for validation, and one for the test; fixed ones are all for training."""
_CONTRACTED = (
    (r"\bI am (?=\w)", "I'm "),
    (r"\b(You|We|They) are (?=\w)", r"\1're "),
    (r"\b(It|He|She|That|There|Where|What) is (?=\w)", r"\1's "),
    (r"\bI would like\b", "I'd like"),
    (r"\bWe would like\b", "We'd like"),
    (r"\b(do|does|did|is|are|was|has|have) not\b", r"\1n't"),
    (r"\bcannot\b", "can't"),
    (r"\b(I|We) have (?=lost|booked|missed|forgotten|hurt|had|never|been|run\b)", r"\1've "),
    (r"\b(I|He|She|We|It|You) will (?=\w)", r"\1'll "),
)


def contracted(text: str) -> str:
    """An English sentence with the contractions of speech: "I'm", "don't", "I'd like"."""
    for pattern, replacement in _CONTRACTED:
        text = re.sub(pattern, replacement, text)
    return text


def position(text: str) -> int:
    """A number that is the same for a text everywhere."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8"), digest_size=8).digest(), "big")


@lru_cache(maxsize=1)
def _splits() -> dict[str, tuple[Pair, ...]]:
    rng = random.Random(1)
    found: dict[str, tuple[Pair, bool]] = {}
    for topic, rules in TOPICS.items():
        most = PER_NUMBERED_RULE if topic in NUMBERED else PER_RULE
        for rule in rules:
            for source, target in rule.sample(most, rng):
                if rule.size > 1 and position(source) % 2:
                    source = contracted(source)
                found.setdefault(source, (Pair(source, target, topic), rule.size >= HELD_OUT))
    splits: dict[str, list[Pair]] = {split: [] for split in SPLITS}
    trained = {pair.target for pair, drawn in found.values() if not drawn}
    for pair, drawn in found.values():
        # By the French sentence, so that all pairs with the same one are in one split.
        place = position(pair.target) // 2 % HELD_OUT if drawn and pair.target not in trained else HELD_OUT
        splits[{0: "valid", 1: "test"}.get(place, "train")].append(pair)
    return {split: tuple(sorted(pairs, key=lambda pair: position(pair.source))) for split, pairs in splits.items()}


def everyday_phrases(split: str = "train") -> list[Pair]:
    """English-French sentences of every day; the same ones in the same order in every process.

    Neither the English nor the French side of a "valid" or "test" sentence occurs in another split. No English sentence
    has two translations. People are addressed as "vous", but where only "tu" is said.

    Args:
        split: "train", "valid" or "test".

    Returns:
        The pairs, in mixed order.

    Raises:
        ValueError: the split is unknown.
    """
    if split not in SPLITS:
        raise ValueError(f"A split of the everyday phrases must be one of {SPLITS}. Received: {split!r}")
    return list(_splits()[split])
