"""Everyday sentences through a translation model, as a table to judge; and the share that judges found right.

    python benchmarks/everyday_sentences.py MODEL --direction en-fr --to-judge to_judge.tsv
    python benchmarks/everyday_sentences.py MODEL --direction en-fr --judged judged.tsv
    python benchmarks/everyday_sentences.py --seen train.en.gz train.fr.gz

MODEL is a run, a model directory, a bundle or its download. The first form prints the translations and writes those
without a verdict to a file; a judge fills in its columns `verdict` and `reason`. The second counts the verdicts. The
third lists the sentences, and references, that occur in texts for training. docs/everyday_sentences.md has the rules.
"""

from __future__ import annotations

import argparse
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from lite_transformer_tf.boundary.program import run_script
from lite_transformer_tf.data.files import read_lines
from lite_transformer_tf.decoding.options import Hypothesis
from lite_transformer_tf.files import atomic_write_text
from lite_transformer_tf.lines import one_line
from lite_transformer_tf.tasks.sequence_to_sequence import SequenceToSequence
from lite_transformer_tf.tasks.stored_model import find_model

SENTENCES = Path(__file__).resolve().parents[1] / "docs" / "everyday_sentences"
FILES = {"en": "en-fr", "fr": "fr-en", "es": "es-en", "de": "de-en"}
VERDICTS = ("right", "nearly", "wrong")
COLUMNS = ("text", "translation", "verdict", "reason", "reference", "confidence")


class Sentence(NamedTuple):
    """A sentence to translate, its topic, and a reference ("" for a language that has none)."""

    topic: str
    text: str
    reference: str


class Verdict(NamedTuple):
    """What a judge said about a translation."""

    verdict: str
    reason: str


Judgements = dict[tuple[str, str], Verdict]
"""By text and translation, so that a verdict counts for every model that translates in the same way."""


def read_table(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a tab-separated file by the names in its first line.

    Raises:
        ValueError: A row has another number of columns than the first line.
    """
    names: list[str] = []
    for number, line in enumerate(read_lines(path), start=1):
        fields = line.split("\t")
        names = names or fields
        if len(fields) != len(names):
            rule = f"Every row must have the {len(names)} columns of the first line"
            raise ValueError(f"{rule}. Received: {str(path)!r}, line {number}, which has {len(fields)}")
        if number > 1:
            yield dict(zip(names, fields, strict=True))


def read_sentences(direction: str) -> list[Sentence]:
    """The sentences of a direction.

    Args:
        direction: Such as "en-fr". The source must be one of `FILES`; only their directions have references.

    Raises:
        ValueError: There are no sentences in the source language.
    """
    source, _, target = direction.partition("-")
    if source not in FILES or not target:
        known = ", ".join(f"{name}-LANGUAGE" for name in FILES)
        raise ValueError(f"The direction must be one of {known}. Received: {direction!r}")
    rows = read_table(SENTENCES / f"{FILES[source]}.tsv")
    return [Sentence(row["topic"], row["source"], row["reference"] * (FILES[source] == direction)) for row in rows]


def read_judgements(paths: Iterable[Path]) -> Judgements:
    """The verdicts in files as `to_judge` writes them; rows without one are skipped.

    Raises:
        ValueError: A verdict is unknown, has no reason, or contradicts another one of the same translation.
    """
    found: Judgements = {}
    for path in paths:
        for number, row in enumerate(read_table(path), start=2):
            verdict = Verdict(row["verdict"].strip(), row["reason"].strip())
            if not verdict.verdict:
                continue
            place = f"{str(path)!r}, line {number}"
            if verdict.verdict not in VERDICTS:
                raise ValueError(f"A verdict must be one of {VERDICTS}. Received: {verdict.verdict!r} in {place}")
            if verdict.verdict != "right" and not verdict.reason:
                raise ValueError(f"A translation that is not right needs a reason. Received: none in {place}")
            known = found.setdefault((row["text"], row["translation"]), verdict)
            if known.verdict != verdict.verdict:
                received = f"{known.verdict!r} and {verdict.verdict!r} in {place}"
                raise ValueError(f"A translation must have one verdict. Received: {received}")
    return found


def translate(model: Path, texts: list[str]) -> list[Hypothesis]:
    """The best translation of each text, with the options that were saved with the model."""
    stored = find_model(model, "translation")
    task = stored.task
    assert isinstance(task, SequenceToSequence)
    generator = task.open(stored)
    options = task.default_options(stored.settings, generator.beam_limit)
    answers = generator.generate(texts, options)
    return [best[0] if best else Hypothesis("", (), 0.0) for best in answers]


def confidence(answer: Hypothesis) -> str:
    """The confidence with two decimals; "" if the model has none."""
    return "" if answer.confidence is None else f"{answer.confidence:.2f}"


def table(sentences: list[Sentence], answers: list[Hypothesis], judgements: Judgements) -> str:
    """A Markdown table of sentences, translations and verdicts."""
    rows = ["| topic | text | translation | reference | confidence | verdict | reason |", "|" + "---|" * 7]
    for sentence, answer in zip(sentences, answers, strict=True):
        verdict = judgements.get((sentence.text, one_line(answer.text)), Verdict("", ""))
        cells = [sentence.topic, sentence.text, one_line(answer.text), sentence.reference, confidence(answer), *verdict]
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows)


def to_judge(sentences: list[Sentence], answers: list[Hypothesis], judgements: Judgements) -> str:
    """The content of a file with the translations that have no verdict."""
    rows = ["\t".join(COLUMNS)]
    for sentence, answer in zip(sentences, answers, strict=True):
        translation = one_line(answer.text)
        if (sentence.text, translation) not in judgements:
            rows.append("\t".join([sentence.text, translation, "", "", sentence.reference, confidence(answer)]))
    return "\n".join(rows) + "\n"


def shares(sentences: list[Sentence], answers: list[Hypothesis], judgements: Judgements) -> str:
    """How many translations are right, nearly right, wrong and not judged."""
    keys = [(sentence.text, one_line(answer.text)) for sentence, answer in zip(sentences, answers, strict=True)]
    counts = Counter(judgements[key].verdict if key in judgements else "not judged" for key in keys)
    parts = [f"{counts[name]} {name} ({counts[name] / len(keys):.1%})" for name in (*VERDICTS, "not judged")]
    return f"{len(keys)} sentences: {', '.join(parts)}"


def plain(text: str) -> str:
    """The words of a text in lower case, without accents and punctuation."""
    letters = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    return " ".join(re.findall(r"\w+", "".join(letter for letter in letters if not unicodedata.combining(letter))))


def seen(texts: Iterable[str]) -> list[str]:
    """The sentences and references of all files that occur among `texts`, whatever their case and punctuation."""
    rows = [sentence for name in FILES.values() for sentence in read_sentences(name)]
    own = {plain(text): text for sentence in rows for text in (sentence.text, sentence.reference)}
    return sorted({own[key] for text in texts if (key := plain(text)) in own})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, metavar="MODEL", nargs="?", help="a run, a model directory or a bundle")
    parser.add_argument("--direction", default="en-fr", help="languages of the model (default: en-fr)")
    parser.add_argument("--judged", type=Path, nargs="+", default=[], metavar="FILE", help="files with verdicts")
    parser.add_argument("--to-judge", type=Path, metavar="FILE", help="write what has no verdict here")
    parser.add_argument("--seen", type=Path, nargs="+", metavar="FILE", help="list the sentences in these texts")
    arguments = parser.parse_args()
    if (arguments.model is None) == (arguments.seen is None):
        parser.error("Give a MODEL or --seen, not both")
    if arguments.seen:
        found = seen(line for path in arguments.seen for line in read_lines(path))
        print("\n".join(found) or "None of the sentences occurs there.")
        return 1 if found else 0
    try:
        sentences, judgements = read_sentences(arguments.direction), read_judgements(arguments.judged)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    answers = translate(arguments.model, [sentence.text for sentence in sentences])
    print(table(sentences, answers, judgements))
    print(shares(sentences, answers, judgements))
    if arguments.to_judge:
        atomic_write_text(arguments.to_judge, to_judge(sentences, answers, judgements))
    return 0


if __name__ == "__main__":
    run_script("everyday_sentences", main)
