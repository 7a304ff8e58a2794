"""Writes Python's answers for the tests of the Kotlin vocabularies, normalisation and bundles.

    python android_demo/tools/tokenizer_fixtures.py --output android_demo/core/target/fixtures

Into `text/` go four SentencePiece models (unigram, BPE, and both with scores rounded until many pieces tie), a word vocabulary, and JSON Lines in
ASCII: texts with their ids and decoded ids, ids with their texts, and texts with their NFKC form, among them every character that NFKC changes.
Into `bundles/` go tiny bundles of random weights, each as a directory and as a download, and a download that needs every method.
The same arguments give the same text files.

A lone surrogate, which a Kotlin string may hold, is escaped in the texts as it is; Python's answers are those for U+FFFD in its place.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from lite_transformer_tf.data import embedded_splits, python_docs
from lite_transformer_tf.text import Vocabulary, VocabularyPair, WordVocabulary, normalize
from lite_transformer_tf.text.model_file import PIECE, parse_model

KINDS = ("unigram", "bpe")
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
HOSTILE = [
    *(
        "",
        " ",
        "   ",
        "a  b   c",
        "  lead",
        "trail  ",
        "\t\n\r",
        "a\nb",
        "a\tb",
        "\u00a0a\u00a0b",
        "\u3000",
        "\u2028",
        "\x85",
        "\u200b",
        "\ufeff",
        "\ufeffa",
    ),
    *(
        "\u2581",
        "\u2581\u2581",
        "a\u2581b",
        " \u2581 a",
        "a \u2581",
        "\u2581\u2581x",
        "\u2581 ",
        "a \u2581 \u2581",
        "\x00",
        "a\x00b",
        "\x00\x00 a",
        "\x7f\x80",
    ),
    *(
        "<s> </s> <pad> <unk>",
        "<0x41>",
        "<unused_0>",
        "\u2047",
        "\ufffd",
        "\U0010ffff",
        "\ud7ff\ue000",
        "\ufdd0\ufffe\uffff",
        "\U000e0041\U000e007f",
    ),
    *(
        "\ufb01 \ufb02 \u00bd \u2460",
        "e\u0301",
        "\u1112\u1161\u11ab",
        "a\u0323\u0301",
        "a\u0301\u0323",
        "\u1e9b\u0323",
        "\u212a \u212b \u017f",
        "\ufdfa",
    ),
    *(
        "\u2026",
        "\u0344",
        "\u0958",
        "\ufb1d",
        "\U0001d15e",
        "\u2126",
        "\u3131\u314f",
        "\uac00\u11a8",
        "\u1100\uac00\u11a8",
        "\uac01\u11a8",
        "\uff71\uff9e",
    ),
    *(
        "👩\u200d👩\u200d👧\u200d👦 🇫🇷",
        "中文字符",
        "مرحبا \u202eabc\u202c",
        "שָׁלוֹם",
        "नमस्ते",
        "한국어",
        "\u05e9\u05bc\u05c1",
        "ไทย",
        "👍🏽❤️",
    ),
    *("\ud800", "a\udfffb", "\udc00\ud800", "\ud83d", "\ude00\ud83d\ude00", "e\ud800\u0301", "\ud800\ud800\udc00"),
    *(
        "x" * 500,
        "ab" * 300,
        "ZZZZ QQQQ",
        "!" * 20,
        "1234567890" * 3,
        "Zug" * 50,
        "a" + "\u0301\u0323" * 40,
        " a" * 200,
        "\u2581 " * 50,
        "🙂" * 100,
    ),
]
BLOCKS = (
    *(
        (0x00, 0x7F),
        (0xA0, 0x17F),
        (0x300, 0x36F),
        (0x370, 0x52F),
        (0x590, 0x6FF),
        (0x900, 0x97F),
        (0xE00, 0xE7F),
        (0x1100, 0x11FF),
        (0x1E00, 0x1FFF),
    ),
    *(
        (0x2000, 0x21FF),
        (0x2460, 0x24FF),
        (0x3000, 0x33FF),
        (0x4E00, 0x9FFF),
        (0xA960, 0xA97F),
        (0xAC00, 0xD7FF),
        (0xD800, 0xDFFF),
        (0xF900, 0xFFFF),
    ),
    *((0x1D100, 0x1D7FF), (0x1F100, 0x1FAFF), (0x2F800, 0x2FA1F), (0x0, 0x10FFFF)),
)


def as_characters(text: str) -> str:
    """The characters that `text` has in UTF-16, where two surrogates may be a pair, with U+FFFD for each lone one."""
    units = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return LONE_SURROGATE.sub("\ufffd", units)


def write_lines(path: Path, lines: Iterable[Any]) -> int:
    """JSON Lines in ASCII; returns how many."""
    path.parent.mkdir(parents=True, exist_ok=True)
    texts = [json.dumps(line, separators=(",", ":")) for line in lines]
    path.write_text("".join(f"{text}\n" for text in texts), encoding="ascii")
    return len(texts)


def random_text(generator: random.Random, words: Sequence[str]) -> str:
    """Real words, changed at random places, or characters of a few blocks."""
    if generator.random() < 0.5:
        blocks = generator.sample(BLOCKS, generator.randrange(1, 4))
        return "".join(chr(generator.randint(*generator.choice(blocks))) for _ in range(generator.randrange(1, 40)))
    characters = list(" ".join(generator.choices(words, k=generator.randrange(1, 12))))
    for _ in range(generator.randrange(6)):
        place = generator.randrange(len(characters) + 1)
        characters[place : place + generator.randrange(3)] = chr(generator.randint(*generator.choice(BLOCKS)))
    return "".join(characters)


def corpus() -> list[str]:
    """Sentences of the embedded corpora, both languages of the phrases and English documentation."""
    splits = embedded_splits()
    phrases = [text for pair in splits.train for text in pair]
    return list(dict.fromkeys([*phrases, *python_docs().train]))


def tied(vocabulary: Vocabulary) -> Vocabulary:
    """The same pieces with rounded scores, so that ties decide much."""
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
            ids = [models[name]._processor.piece_to_id(f"<0x{byte:02X}>") for byte in random_utf8(generator)]  # noqa: SLF001
        yield {"model": name, "ids": ids, "text": models[name].decode(ids)}


def random_utf8(generator: random.Random) -> bytes:
    """UTF-8 of a few characters, surrogates among them, with a byte missing or changed."""
    data = bytearray(
        "".join(chr(generator.randint(*generator.choice(BLOCKS))) for _ in range(4)).encode("utf-8", "surrogatepass")
    )
    place = generator.randrange(len(data))
    data[place : place + 1] = bytes(generator.randrange(256) for _ in range(generator.randrange(3)))
    return bytes(data)


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


def random_weights(model: Any, seed: int) -> dict[str, np.ndarray]:
    """Weights with which no two tokens are nearly as likely."""
    generator = np.random.default_rng(seed)
    weights = {}
    for name, value in model.named_weights().items():
        noise = generator.standard_normal(value.shape)
        if name.endswith("/kernel"):
            noise /= np.sqrt(value.shape[0])
        elif name.endswith("/table"):
            noise *= 2 / np.sqrt(value.shape[1])
        elif not name.endswith("/taps"):
            noise = 0.1 * noise + name.endswith("/gamma")
        weights[name] = noise.astype(np.float32)
    return weights


def write_bundles(output: Path, seed: int) -> None:
    """Tiny bundles of every kind, with their downloads."""
    from lite_transformer_tf.bundle.archive import pack_bundle
    from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
    from lite_transformer_tf.config.language_model import LanguageModelConfig
    from lite_transformer_tf.exporting.export import export_bundle
    from lite_transformer_tf.exporting.export_job import ExportJob
    from lite_transformer_tf.litert.graph.compiler import GraphOptions
    from lite_transformer_tf.models.language_model import LanguageModel
    from lite_transformer_tf.models.lite_transformer import LiteTransformer

    texts = corpus()[:400]
    joint = VocabularyPair.train(texts[::2], texts[1::2], 420)
    separate = VocabularyPair.train(texts[::2], texts[1::2], 380, "bpe", joint=False, target_size=400)
    words = WordVocabulary.train(texts)
    small: dict[str, Any] = {"embed_dim": 32, "kernel_sizes": (3, 7)}

    def translator(pair: VocabularyPair) -> LiteTransformer:
        sharing = "all" if pair.joint else "none"
        sizes = dict(zip(("source_vocabulary_size", "target_vocabulary_size"), pair.sizes))
        return LiteTransformer(LiteTransformerConfig.lite(**small, **sizes, embedding_sharing=sharing))

    settings = {"max_source_tokens": 20, "decoding": {"beam_size": 2, "length_penalty": 1.0}}
    jobs = [
        *(
            (variant, translator(joint), joint, {"variant": variant, "settings": settings})
            for variant in ("float32", "int8", "int4")
        ),
        ("separate", translator(separate), separate, {"variant": "int8"}),
        (
            "words",
            LanguageModel(LanguageModelConfig.lite(**small, vocabulary_size=words.size)),
            words,
            {"variant": "int8", "task": "language-model"},
        ),
    ]
    for name, model, vocabulary, changes in jobs:
        model.assign_named_weights(random_weights(model, seed))
        graph = GraphOptions((8, 32), 1 if name == "words" else 2)
        export_bundle(model, vocabulary, output / name, ExportJob(texts[:4], graph=graph, **changes), overwrite=True)
        packed = pack_bundle(output / name, output / f"{name}.ltpk")
        print(f"bundle {name}: {packed['unpacked']} bytes, {packed['bytes']} packed")


def write_methods(output: Path, seed: int) -> None:
    """A download that needs every method of docs/download.md, and the directory `methods` with its files; no bundle."""
    from lite_transformer_tf.bundle.codec.segments import METHODS
    from lite_transformer_tf.bundle.container import pack_file, packed_sizes

    generator = np.random.default_rng(seed)
    narrow = np.clip(generator.standard_normal((2, 30_001)) * 1.5 + 8, 0, 15).astype(np.uint8)
    files = {
        "manifest.json": b"{}",
        "empty": b"",
        "one": b"a",
        "zeros": bytes(1 << 20),
        "random": generator.bytes(3001),
        "text": "".join(f"Sentence number {number} of many like it.\n" for number in range(500)).encode(),
        "int8": np.clip(generator.standard_normal(70_001) * 30, -127, 127).astype(np.int8).tobytes(),
        "int4": (narrow[0] | narrow[1] << 4).tobytes(),
        "float32": generator.standard_normal(20_001).astype(np.float32).tobytes(),
    }
    data = pack_file(files)
    used = {method for sizes in packed_sizes(data).values() for method in sizes["methods"]}
    if used != {method.name for method in METHODS}:
        raise AssertionError(f"The download must use every method. Received: {sorted(used)}")
    (output / "methods").mkdir(parents=True, exist_ok=True)
    (output / "methods.ltpk").write_bytes(data)
    for name, content in files.items():
        (output / "methods" / name).write_bytes(content)


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
    parser.add_argument("--seed", type=int, default=0, help="of everything random")
    arguments = parser.parse_args()
    write_text(arguments.output / "text", arguments.vocabulary_size, arguments.sentences, arguments.seed)
    write_methods(arguments.output / "bundles", arguments.seed)
    write_bundles(arguments.output / "bundles", arguments.seed)


if __name__ == "__main__":
    main()
