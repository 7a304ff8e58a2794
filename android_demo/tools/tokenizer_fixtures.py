"""Writes Python's answers for the tests of the Kotlin vocabularies, normalisation and bundles.

    python android_demo/tools/tokenizer_fixtures.py --output android_demo/core/target/fixtures

OUTPUT/text gets five SentencePiece models (unigram, BPE, both with scores rounded until many pieces tie, and unigram
with text schema 1), a word vocabulary of each text schema, and JSON Lines in ASCII: texts with their ids and decoded
ids, ids with their texts, and texts with the normal form of each schema, including every character that it changes.
OUTPUT/dictionaries gets what dictionary_fixtures.py writes.
OUTPUT/bundles gets the bundles and downloads of bundle_fixtures.py. The same arguments give the same text files.

Lone surrogates, which Kotlin strings may contain, are escaped in the texts; Python's answers are those for U+FFFD in
their place.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from bundle_fixtures import write_bundles, write_methods
from dictionary_fixtures import write_dictionaries
from fixture_files import write_lines
from fixture_texts import HOSTILE, as_characters, corpus, random_text, random_utf8

from lite_transformer_tf.text import Vocabulary, WordVocabulary, normalize
from lite_transformer_tf.text.model_file import PIECE, parse_model
from lite_transformer_tf.text.normalization import LATEST, SCHEMAS

KINDS = ("unigram", "bpe")
FLAG_PARTS = [*"\U0001f3f4\U000e0020\U000e0067\U000e007e\U000e007f\U000e007f\u200d\xad", "a"]


def tied(vocabulary: Vocabulary) -> Vocabulary:
    """The same pieces with rounded scores, so that ties are frequent."""
    proto = parse_model(vocabulary.model, "vocabulary")
    for number, piece in enumerate(proto.pieces):
        if piece.type == PIECE.NORMAL:
            piece.score = float(-(number % 3))
    return Vocabulary(proto.SerializeToString(deterministic=True))


def vocabularies(sentences: Sequence[str], size: int) -> dict[str, Vocabulary]:
    """The five SentencePiece models by name."""
    trained = {kind: Vocabulary.train(sentences, size, kind) for kind in KINDS}  # type: ignore[arg-type]
    rounded = {f"tied_{kind}": tied(vocabulary) for kind, vocabulary in trained.items()}
    return {**trained, **rounded, "unigram_schema_1": trained["unigram"].with_text_schema(1)}


def sentence_lines(texts: Iterable[str], models: dict[str, Vocabulary]) -> Iterator[dict[str, Any]]:
    """Each text with its ids by every model and the text that each model's ids decode to."""
    for text in texts:
        characters = as_characters(text)
        ids = {name: model.encode(characters) for name, model in models.items()}
        decoded = {name: model.decode(ids[name]) for name, model in models.items()}
        if len({text for name, text in decoded.items() if models[name].text_schema == LATEST}) != 1:
            raise AssertionError(f"All models of a schema must decode to one text. Received: {decoded!r}")
        yield {"text": text, "ids": ids, "decoded": decoded}


def id_lines(models: dict[str, Vocabulary], generator: random.Random, count: int) -> Iterator[dict[str, Any]]:
    """Random ids, half of them mostly bytes, with their text."""
    for number in range(count):
        name = KINDS[number % 2]
        top = 262 if number % 4 < 2 else models[name].size
        ids = [generator.randrange(top) for _ in range(generator.randrange(12))]
        if number % 8 == 0:
            processor = models[name]._processor  # noqa: SLF001
            ids = [processor.piece_to_id(f"<0x{byte:02X}>") for byte in random_utf8(generator)]
        yield {"model": name, "ids": ids, "text": models[name].decode(ids)}


def normalization_texts(generator: random.Random, count: int) -> Iterator[str]:
    """Every character, each assigned one between others that compose, random runs of marks, and flags."""
    every = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    yield from every
    marks = [character for character in every if unicodedata.combining(character)]
    touchy = [
        character
        for character in every
        if unicodedata.normalize("NFKD", character) != character and not 0xAC00 <= ord(character) < 0xD7A4
    ]
    invisible = [character for character in every if character not in normalize(f"a{character}b")]
    jamo = [chr(code) for block in ((0x1100, 0x11FF), (0xAC00, 0xAC40)) for code in range(*block)]
    composing = [*"aeiouAEIOU", "\u0627", "\u0928", "\u09c7", "\u1025", "\u3046", "\U00011131", *marks]
    yield from (f"a{character}\u0323\u0301" for character in [*marks, *touchy, *invisible])
    for number in range(count):
        pool = (marks, composing, touchy, jamo, invisible)[number % 5]
        yield generator.choice("aeo\u00e9\u1100") + "".join(
            generator.choices([*pool, *generator.sample(every, 2)], k=generator.randrange(1, 12))
        )
    yield from ("\U0001f3f4" + "".join(generator.choices(FLAG_PARTS, k=5)) for _ in range(count))


def normalization_lines(texts: Iterable[str], schema: int) -> Iterator[list[str]]:
    """Texts with their normal form, of single characters only those that change."""
    forms = ([text, normalize(text, schema)] for text in texts)
    return ([text, form] for text, form in forms if len(text) > 1 or text != form)


def word_lines(vocabulary: WordVocabulary, texts: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Texts as whole words; nothing is normalised, so lone surrogates stay."""
    for text in texts:
        ids = vocabulary.encode(text)
        yield {"text": text, "ids": ids, "decoded": vocabulary.decode(ids)}


def write_text(output: Path, size: int, count: int, seed: int) -> None:
    """All of `text/`."""
    generator = random.Random(seed)
    sentences = corpus()
    words = sorted({word for sentence in sentences[:3000] for word in sentence.split()})
    models = vocabularies(sentences, size)
    for name, model in models.items():
        model.save(output / f"{name}.model")
    real = generator.sample(sentences, min(count // 2, len(sentences)))
    texts = [*HOSTILE, *real]
    texts += [random_text(generator, words) for _ in range(count - len(texts))]
    counts = {"sentences": write_lines(output / "sentences.jsonl", sentence_lines(texts, models))}
    counts["ids"] = write_lines(output / "ids.jsonl", id_lines(models, generator, count))
    strings = list(normalization_texts(generator, count))
    whole_words = WordVocabulary.train(sentences[:2000], min_count=2)
    for schema in SCHEMAS:
        lines = normalization_lines(strings, schema)
        counts[f"normal forms of schema {schema}"] = write_lines(output / f"normalization_schema_{schema}.jsonl", lines)
        vocabulary = WordVocabulary(whole_words.words, text_schema=schema)
        vocabulary.save(output / f"words_schema_{schema}.txt")
        lines_of_words = word_lines(vocabulary, texts[: count // 4])
        counts[f"words of schema {schema}"] = write_lines(output / f"words_schema_{schema}.jsonl", lines_of_words)
    write_lines(output / "unicode.jsonl", [unicodedata.unidata_version])
    print(", ".join(f"{number} {name}" for name, number in counts.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes Python's answers for the Kotlin tests of text and bundles.")
    parser.add_argument(
        "--output",
        type=Path,
        default=Path(__file__).parent.parent / "core/target/fixtures",
        help="directory for text/ and bundles/",
    )
    parser.add_argument("--vocabulary-size", type=int, default=3000, help="pieces of the SentencePiece models")
    parser.add_argument("--sentences", type=int, default=10_000, help="texts to encode")
    parser.add_argument("--seed", type=int, default=0, help="seed of all random choices")
    arguments = parser.parse_args()
    write_text(arguments.output / "text", arguments.vocabulary_size, arguments.sentences, arguments.seed)
    write_dictionaries(arguments.output / "dictionaries", arguments.sentences // 4, arguments.seed)
    write_methods(arguments.output / "bundles", arguments.seed)
    write_bundles(arguments.output / "bundles", arguments.seed)


if __name__ == "__main__":
    main()
