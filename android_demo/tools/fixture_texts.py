"""Texts that break tokenizers, and random ones like them."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from lite_transformer_tf.data import embedded_splits, python_docs

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


def random_utf8(generator: random.Random) -> bytes:
    """UTF-8 of a few characters, surrogates among them, with a byte missing or changed."""
    data = bytearray(
        "".join(chr(generator.randint(*generator.choice(BLOCKS))) for _ in range(4)).encode("utf-8", "surrogatepass")
    )
    place = generator.randrange(len(data))
    data[place : place + 1] = bytes(generator.randrange(256) for _ in range(generator.randrange(3)))
    return bytes(data)
