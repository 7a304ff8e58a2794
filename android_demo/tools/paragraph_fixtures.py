"""Writes Python's answers for the tests of the Kotlin paragraphs: sentences, markup and whole translations.

    python android_demo/tools/paragraph_fixtures.py --output android_demo/core/target/fixtures

OUTPUT/paragraphs gets JSON Lines in ASCII (docs/paragraphs.md):

    characters.jsonl    the regular expression of spans, and the code points of each class that Unicode decides
    splits.jsonl        texts with their sentences
    joined.jsonl        texts with what a model reads of them, made-up translations of that, and the joined text
    answers/NAME.jsonl  what a `Translator` says with each translation bundle in OUTPUT/decoding

The bundles are those of decoding_fixtures.py, which runs first. The same arguments give the same files.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import random
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from fixture_files import write_lines
from fixture_texts import HOSTILE, as_characters

from lite_transformer_tf.data import embedded_splits, python_docs
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.decoding.translator import Translator
from lite_transformer_tf.litert.runtime.generator import TFLiteGenerator
from lite_transformer_tf.litert.runtime.open import open_bundle
from lite_transformer_tf.paragraphs import capitals, characters, markup
from lite_transformer_tf.paragraphs.paragraph import ParagraphReader
from lite_transformer_tf.paragraphs.sentences import SentenceSplitter

FIXTURES = Path(__file__).resolve().parents[1] / "core" / "target" / "fixtures"
LANGUAGES = ("en", "fr", "de-AT", "es", "it", "pt_BR", "nl", "pl", "zh", "ja", "th", "hi", "ar", "")
CLASSES = {
    "small": characters.is_small,
    "letters": characters.is_letter,
    "capitals": capitals.is_capital,
    "digits": characters.is_digit,
}
LIMITS = (None, 1, 2, 5, 12, 40)
FRAGMENTS = [
    *(
        "a",
        "The dog",
        "runs",
        "I",
        "J",
        "Mr",
        "Dr",
        "e.g",
        "z.B",
        "No",
        "Fig",
        "vol",
        "3",
        "12",
        "2020",
        "3.50",
        "v1.2",
    ),
    *(
        "Ünïcödé",
        "été",
        "Москва",
        "ὁ",
        "ԱԲ",
        "日本語",
        "你好",
        "ไทย",
        "한국어",
        "हिन्दी",
        "مرحبا",
        "👩\u200d👧",
        "👍🏽",
        "e\u0301",
        "I’m",
    ),
    *(
        ".",
        ".",
        ".",
        "!",
        "?",
        "…",
        "...",
        "?!",
        "。",
        "！",
        "।",
        "؟",
        "։",
        "‼",
        ",",
        ";",
        ":",
        "，",
        "、",
        "–",
        "-",
        "/",
    ),
    *(" ", " ", " ", " ", " ", " ", "  ", "\n", "\r\n", "\n\n", "\t", "\xa0", "\u202f", "\u2028", "\u3000", "\x85"),
    *(
        "“",
        "”",
        "„",
        "«",
        "»",
        "'",
        '"',
        "(",
        ")",
        "[",
        "]",
        "「",
        "」",
        "（",
        "）",
        "¿",
        "¡",
        "\u200b",
        "\xad",
        "\ufeff",
        "\u202e",
    ),
    *("<b>", "</b>", "<i class='x y'>", "</i>", "<br/>", "<p>", "</p>", '<img src="a.png">', "<x id=1/>", "<!-- c -->"),
    *("<!DOCTYPE html>", "<?xml v='1'?>", "<", ">", "</", '<a href="https://x.y/?q=1&amp;r=2">', "</a>", "a<b", "<LI>"),
    *(
        "https://example.com/a_(b)?c=d#e.",
        "http://x.y",
        "www.example.org/ü",
        "HTTPS://A.B/)",
        "x.y+z@mail.example.org",
        "a@b",
    ),
    *(
        "{name}",
        "{}",
        "{{ count }}",
        "${x}",
        "%{y}",
        "%s",
        "%1$d",
        "%.2f",
        "%(n)s",
        "%%",
        "100%",
        "{a b}",
        "%d'",
        "50 %",
    ),
    *(
        "&amp;",
        "&lt;",
        "&nbsp;",
        "&#39;",
        "&#x2014;",
        "&eacute;",
        "&hellip;",
        "&unknown;",
        "&#0;",
        "&#xD800;",
        "&",
        "&;",
    ),
    *("word" * 30, "word " * 30, "一" * 60, "\u0301" * 8, " \u0301", "\ufdfa", "\ufdfa."),
]
WRITTEN = [
    "Mr. Smith met Dr. J. R. Jones. “Go!” he said. (They went.) So am I. And you? 1. First. 2. Second",
    "« Il part. » Puis rien. Il a dit : « Va ! » et il est parti. M. Dupont habite 3, av. Foch. Fin.",
    "Er sagte: „Geh.“ Dann ging er. »Komm!« Ja. Am 3. Oktober 2020. Danach z.B. Brot. Gut.",
    "你好。再见！好「行。」是。 请看https://example.com/路。谢谢，我们走吧；再见。",
    "See https://example.com/a?b=c. Mail me: x@example.org! Visit www.example.com, please. https://example.com",
    "Hello, {name}! You have %d new messages (%1$s). <b>{count}</b> left. {a}{b} done: \"{x}\".",
    "<p>Click <a href=\"https://x.y\">here</a>.</p>\n<ul><li>One.</li> <li>Two &amp; three</li></ul><br/> End &nbsp;",
    "un<b>believ</b>able <i>x</i><b></b> <b>All of it.</b> <i>a <b>b</b> c</i> d",
    "R&amp;D costs &lt; 3 &euro;. caf&eacute; &quot;Go.&quot; &unknown; & more.",
    "[text](https://example.com/a_(b)) and <https://example.com>, 'www.example.com'.",
    "WHERE IS THE BAR? I AM COLD, AND SO AM I. HELP! NO! I'M IN THE USA; <b>{name}</b> TOO. GATE B12.",
    "2º PISO. HAUPTSTRAßE. C'EST <i>À</i> MOI",
    "ΠΟΥ ΕΙΝΑΙ ΤΟ ΣΠΙΤΙ; ГДЕ ВОКЗАЛ? 我爱NASA的. İSTANBUL I. 12 EUROS. ǅUNGLA. HALF of IT.",
    "One.  Two.\r\n\r\n\tThree\u2028four.\n \n", "  \n ", " <br> ", "<b> </b>", "!!!", "", "https://example.com",
    "".join(filter(capitals.is_capital, map(chr, range(0x2000)))),
    "A man, a plan, a canal; and then: nothing – but a very long sentence that goes on and on, without any end " * 4,
]  # fmt: skip


def random_text(generator: random.Random) -> str:
    """Fragments that touch every rule of the page, in random order; every sixth text in capitals."""
    text = as_characters("".join(generator.choices(FRAGMENTS, k=generator.randrange(1, 24))))
    return text if generator.randrange(6) else text.upper()


def paragraph_texts(generator: random.Random, count: int) -> list[str]:
    """Written ones, hostile ones, real ones and random ones."""
    docs = list(islice((line for line in python_docs().train if len(line) > 80), count // 4))
    phrases = [source for source, _ in islice(embedded_splits().train, 2000)]
    joined = [generator.choice(" \n").join(generator.choices(phrases, k=5)) for _ in range(count // 10)]
    hostile = [". ".join(map(as_characters, generator.choices(HOSTILE, k=3))) for _ in range(count // 10)]
    texts = [*WRITTEN, *map(as_characters, HOSTILE), *docs, *joined, *hostile]
    return texts + [random_text(generator) for _ in range(count - len(texts))]


def character_lines() -> Iterator[Any]:
    yield markup.SPAN
    for name, belongs in CLASSES.items():
        yield {"class": name, "codes": [code for code in range(sys.maxunicode + 1) if belongs(chr(code))]}


def split_lines(generator: random.Random, texts: Sequence[str]) -> Iterator[dict[str, Any]]:
    for text in texts:
        language = generator.choice(LANGUAGES)
        yield {"language": language, "text": text, "pieces": list(map(list, SentenceSplitter(language).split(text)))}


def joined_lines(generator: random.Random, texts: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Translations are the words that the model reads in another order, fewer or more of them."""
    for text in texts:
        source, target, limit = (generator.choice(choices) for choices in (LANGUAGES, LANGUAGES, LIMITS))
        reader = ParagraphReader(source, target, made_up_tokens, limit)
        paragraph = reader.read(text)
        translations = [made_up(generator, sentence.plain) for sentence in paragraph.sentences]
        yield {
            **{"source": source, "target": target, "limit": limit, "text": text, "read": paragraph.sources},
            **{"translations": translations, "joined": paragraph.joined(translations)},
            "too_long": list(paragraph.too_long),
        }


def made_up_tokens(plain: str) -> int:
    """A quarter per character, and many for one that normal forms spell out."""
    return -(-len(plain) // 4) + 18 * plain.count("\ufdfa")


def made_up(generator: random.Random, plain: str) -> str:
    words = plain.split() + generator.choices(["mot", "l'ami", "字", "&", "<", ".", "!"], k=generator.randrange(3))
    generator.shuffle(words)
    return " ".join(words[: generator.randrange(len(words) + 1) if generator.random() < 0.3 else None])


def answer_lines(bundle: Path, texts: Sequence[str]) -> Iterator[dict[str, Any]]:
    opened = open_bundle(bundle)
    assert isinstance(opened, TFLiteGenerator) and opened.manifest is not None
    translator = Translator(opened, opened.manifest.languages[0], opened.manifest.languages[-1])
    for options in (DecodingOptions(beam_size=1), DecodingOptions(beam_size=4, n_best=3)):
        for text, answers in zip(texts, translator.generate(texts, options), strict=True):
            found = [
                {
                    **{"text": entry.text, "ids": list(entry.ids), "score": entry.score},
                    "too_long": list(entry.too_long),
                }
                for entry in answers
            ]
            yield {"options": dataclasses.asdict(options), "text": text, "answers": found}


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes Python's answers for the Kotlin tests of paragraphs.")
    parser.add_argument("--output", type=Path, default=FIXTURES, metavar="DIR", help="default: %(default)s")
    parser.add_argument("--texts", type=int, default=4000, help="texts to split and to join")
    parser.add_argument("--seed", type=int, default=0, help="seed of all random choices")
    arguments = parser.parse_args()
    generator, output = random.Random(arguments.seed), arguments.output / "paragraphs"
    texts = paragraph_texts(generator, arguments.texts)
    write_lines(output / "characters.jsonl", character_lines())
    counts = {"splits": write_lines(output / "splits.jsonl", split_lines(generator, texts))}
    counts["joined texts"] = write_lines(output / "joined.jsonl", joined_lines(generator, texts))
    asked = [*WRITTEN, *(random_text(generator) for _ in range(10))]
    for bundle in sorted((arguments.output / "decoding").glob("translation*/bundle")):
        name = bundle.parent.name
        counts[f"answers of {name}"] = write_lines(output / "answers" / f"{name}.jsonl", answer_lines(bundle, asked))
    print(", ".join(f"{number} {name}" for name, number in counts.items()))


if __name__ == "__main__":
    main()
