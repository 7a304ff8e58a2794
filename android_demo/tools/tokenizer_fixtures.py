"""Writes Python's answers for the tests of the Kotlin vocabularies, normalisation and bundles.

    python android_demo/tools/tokenizer_fixtures.py --output android_demo/core/target/fixtures

OUTPUT/text gets four SentencePiece models (unigram, BPE, and both with scores rounded until many pieces tie), a word
vocabulary, and JSON Lines in ASCII: texts with their ids and decoded ids, ids with their texts, and texts with their
NFKC form, including every character that NFKC changes. OUTPUT/bundles gets the bundles and downloads of
bundle_fixtures.py. The same arguments give the same text files.

Lone surrogates, which Kotlin strings may contain, are escaped in the texts; Python's answers are those for U+FFFD in
their place.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from bundle_fixtures import write_bundles, write_methods
from fixture_texts import HOSTILE, as_characters, corpus, random_text, random_utf8

from lite_transformer_tf.text import Vocabulary, WordVocabulary, normalize
from lite_transformer_tf.text.model_file import PIECE, parse_model

KINDS = ("unigram", "bpe")


def write_lines(path: Path, lines: Iterable[Any]) -> int:
    """Writes JSON Lines in ASCII and returns their number."""
    path.parent.mkdir(parents=True, exist_ok=True)
    texts = [json.dumps(line, separators=(",", ":")) for line in lines]
    path.write_text("".join(f"{text}\n" for text in texts), encoding="ascii")
    return len(texts)


def tied(vocabulary: Vocabulary) -> Vocabulary:
    """The same pieces with rounded scores, so that ties are frequent."""
    proto = parse_model(vocabulary.model, "vocabulary")
    for number, piece in enumerate(proto.pieces):
        if piece.type == PIECE.NORMAL:
            piece.score = float(-(number % 3))
    return Vocabulary(proto.SerializeToString(deterministic=True))


def vocabularies(sentences: Sequence[str], size: int) -> dict[str, Vocabulary]:
    """The four SentencePiece models by name."""
    trained = {kind: Vocabulary.train(sentences, size, kind) for kind in KINDS}  # type: ignore[arg-type]
    return {**trained, **{f"tied_{kind}": tied(vocabulary) for kind, vocabulary in trained.items()}}


def sentence_lines(texts: Iterable[str], models: dict[str, Vocabulary]) -> Iterator[dict[str, Any]]:
    """Each text with its ids by every model and the text that the ids decode to."""
    for text in texts:
        characters = as_characters(text)
        ids = {name: model.encode(characters) for name, model in models.items()}
        decoded = {name: model.decode(ids[name]) for name, model in models.items()}
        if len(set(decoded.values())) != 1:
            raise AssertionError(f"All models must decode to one text. Received: {decoded!r}")
        yield {"text": text, "ids": ids, "decoded": decoded["unigram"]}


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


def normalization_lines(generator: random.Random, count: int) -> Iterator[list[str]]:
    """Every character that NFKC changes, each assigned one between others that compose, and random runs of marks."""
    every = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    yield from ([text, normalize(text)] for text in every if normalize(text) != text)
    marks = [character for character in every if unicodedata.combining(character)]
    touchy = [
        character
        for character in every
        if unicodedata.normalize("NFKD", character) != character and not 0xAC00 <= ord(character) < 0xD7A4
    ]
    jamo = [chr(code) for block in ((0x1100, 0x11FF), (0xAC00, 0xAC40)) for code in range(*block)]
    composing = [*"aeiouAEIOU", "\u0627", "\u0928", "\u09c7", "\u1025", "\u3046", "\U00011131", *marks]
    for text in (f"a{character}\u0323\u0301" for character in [*marks, *touchy]):
        yield [text, normalize(text)]
    for number in range(count):
        pool = (marks, composing, touchy, jamo)[number % 4]
        text = generator.choice("aeo\u00e9\u1100") + "".join(
            generator.choices([*pool, *generator.sample(every, 2)], k=generator.randrange(1, 12))
        )
        yield [text, normalize(text)]


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
    counts["normalization"] = write_lines(output / "normalization.jsonl", normalization_lines(generator, count))
    whole_words = WordVocabulary.train(sentences[:2000], min_count=2)
    whole_words.save(output / "words.txt")
    counts["words"] = write_lines(output / "words.jsonl", word_lines(whole_words, texts[: count // 4]))
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
    write_methods(arguments.output / "bundles", arguments.seed)
    write_bundles(arguments.output / "bundles", arguments.seed)


if __name__ == "__main__":
    main()
