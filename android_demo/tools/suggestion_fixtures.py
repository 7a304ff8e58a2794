"""Writes Python's answers for the tests of the Kotlin suggestions (docs/suggestions.md).

    python android_demo/tools/suggestion_fixtures.py --output android_demo/core/target/fixtures

Trains a small language model of typed words on the English travel phrases, exports it, and writes

    OUTPUT/suggestions/vocabulary.txt   its vocabulary
    OUTPUT/suggestions/texts.jsonl      texts with their ids, and with what each ends in
    OUTPUT/suggestions/NAME/bundle/     the bundle of each variant
    OUTPUT/suggestions/NAME/keys.jsonl  texts as they grow key by key, with the words for each; `unsure` where a
                                        rounding error decides their order

The trained model stays in OUTPUT/suggestions/model and is reused.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from fixture_files import write_lines
from fixture_models import export
from fixture_texts import HOSTILE

from lite_transformer_tf.data import PlainText, TextSplits
from lite_transformer_tf.data.corpus import is_text
from lite_transformer_tf.data.travel_phrases import travel_phrases
from lite_transformer_tf.decoding.completion import Completer
from lite_transformer_tf.decoding.suggestions import Suggester, accept
from lite_transformer_tf.litert.runtime.open import open_bundle
from lite_transformer_tf.settings import load_settings
from lite_transformer_tf.tasks.language_model import LANGUAGE_MODEL
from lite_transformer_tf.tasks.task import RECIPES
from lite_transformer_tf.text import TypedWords
from lite_transformer_tf.text.typed_words import fold, sentences, typed

FIXTURES = Path(__file__).resolve().parents[1] / "core" / "target" / "fixtures"
SETTINGS = [
    "data={order: lines, block: 16, batch_size: 32}",
    "vocabulary={kind: typed, size: 600}",
    "model={embed_dim: 32, kernel_sizes: [3, 5], cutoffs: [200], adaptive_factor: 2.0}",
    "evaluation={block: 16, context_window: 0}",
    "training.epochs=1",
    "training.towers=1",
    "training.average=1",
    "training.max_updates=60",
]
LINES = 4000
TIE = 1e-5
PARTS = (
    "I I'm i'm don’t don' Mr. mr. MRS. Dr p.m. P.M. e.g. U.S. Tom's well-known café naïve Straße ΟΔΟΣ ÷ × 日本 "
    "İstanbul 5 3.50 1:30 3rd B2 5pm 2020-05-17 ... . ! ? !? , ; : - – \" “ ” ( ) ' ‘ ’ € & hello WHERE Is tHe station"
).split()
BETWEEN = (" ", " ", " ", "", "\n", "\t", "\u00a0", ". ", ", ", "\r\n")


def texts(count: int, seed: int) -> Iterator[str]:
    """Hostile texts without lone surrogates, which Python refuses, every part, and mixtures of parts."""
    generator = random.Random(seed)
    yield from ("", *filter(is_text, HOSTILE), *PARTS)
    for _ in range(count):
        chosen = generator.choices(PARTS, k=generator.randint(1, 8))
        yield "".join(part + generator.choice(BETWEEN) for part in chosen).rstrip(generator.choice((" ", "x")))


def split(vocabulary: TypedWords) -> Iterator[dict[str, Any]]:
    """What becomes of each text."""
    for text in texts(300, 1):
        context, begun = typed(text)
        yield {
            "text": text,
            "sentences": sentences(text),
            "ids": vocabulary.encode(text),
            "context": list(context),
            "begun": begun,
            "accepted": accept(text, "word"),
        }


def unsure(completer: Completer, text: str, count: int) -> bool:
    """Whether two of the likeliest candidates are equally likely but for rounding errors."""
    vocabulary, (context, begun) = completer.vocabulary, typed(text)
    assert isinstance(vocabulary, TypedWords)
    ids = [i for i, word in enumerate(vocabulary.words) if i > 3 and fold(word).startswith(fold(begun or ""))]
    row = completer.start([vocabulary.eos_id, *vocabulary.ids_of(context)]).log_probabilities[ids]
    ranked = np.sort(row)[::-1][: count + 2]
    return bool((np.diff(-ranked) < TIE).any())


def keys(completer: Completer, phrases: list[str]) -> Iterator[dict[str, Any]]:
    """The suggestions while phrases are typed into one field."""
    suggester = Suggester(completer)
    mixed = [text for text in texts(20, 2) if len(typed(text).context) < 40]
    for phrase in [*phrases, "Where is the " * 20]:
        for end in range(len(phrase) + 1):
            mixed.append(phrase[:end])
    for number, text in enumerate(mixed):
        count = 3 if number % 7 else 1 + number % 5
        words = suggester.suggest(text, count)
        close = len(typed(text).context) < 40 and typed(text).begun is not None and unsure(completer, text, count)
        yield {"text": text, "count": count, "words": words, "unsure": close}


def train(directory: Path) -> Path:
    """Directory of the trained model."""
    parts = {
        name: PlainText.from_lines((pair.source for pair in islice(travel_phrases(name), LINES)), f"phrases ({name})")
        for name in ("train", "valid", "test")
    }
    config = load_settings(LANGUAGE_MODEL.config, RECIPES / f"{LANGUAGE_MODEL.files_recipe}.yaml", SETTINGS)
    splits = TextSplits(parts["train"], parts["valid"], parts["test"])
    return LANGUAGE_MODEL.run(config, None, directory, data=splits).model_directory


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=FIXTURES, metavar="DIR", help="default: %(default)s")
    parser.add_argument("--variants", nargs="+", default=("float32", "int8"), help="default: %(default)s")
    arguments = parser.parse_args()
    output = arguments.output / "suggestions"
    model = train(output / "model")
    phrases = [pair.source for pair in islice(travel_phrases("test"), 12)]
    for variant in arguments.variants:
        folder = output / variant
        completer = open_bundle(export(model, folder / "bundle", variant))
        assert isinstance(completer, Completer)
        write_lines(folder / "keys.jsonl", keys(completer, phrases))
    vocabulary = completer.vocabulary
    assert isinstance(vocabulary, TypedWords)
    vocabulary.save(output / "vocabulary.txt")
    write_lines(output / "texts.jsonl", split(vocabulary))
    return 0


if __name__ == "__main__":
    sys.exit(main())
