"""The sentences that people judge, and the counting of their verdicts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.everyday_sentences import (
    COLUMNS,
    SENTENCES,
    Verdict,
    plain,
    read_judgements,
    read_sentences,
    read_table,
    seen,
    shares,
    table,
    to_judge,
)
from lite_transformer_tf.decoding.options import Hypothesis

pytestmark = pytest.mark.light


def answers(*texts: str) -> list[Hypothesis]:
    return [Hypothesis(text, (), -0.5, confidence=0.876) for text in texts]


def write(path: Path, *rows: tuple[str, ...]) -> Path:
    path.write_text("".join("\t".join(row) + "\n" for row in [COLUMNS[:4], *rows]), encoding="utf-8")
    return path


@pytest.mark.parametrize("direction, share", [("en-fr", 6), ("fr-en", 3), ("es-en", 3), ("de-en", 3)])
def test_twenty_topics_with_sentences_of_their_own(direction, share):
    sentences = read_sentences(direction)
    assert set(Counter(sentence.topic for sentence in sentences).values()) == {share} and len(sentences) == 20 * share
    assert len({plain(text) for row in sentences for text in (row.text, row.reference)}) == 2 * len(sentences)
    for row in sentences:
        assert row.text == row.text.strip() and row.reference[-1] in ".!?" and row.text[-1] in ".!?"


def test_other_targets_have_the_same_sentences_without_references():
    assert [row.text for row in read_sentences("en-de")] == [row.text for row in read_sentences("en-fr")]
    assert {row.reference for row in read_sentences("en-de")} == {""}
    for direction in ("it-en", "en", "en-"):
        with pytest.raises(
            ValueError,
            match=f"must be one of en-LANGUAGE, fr-LANGUAGE, es-LANGUAGE, de-LANGUAGE. Received: '{direction}'",
        ):
            read_sentences(direction)


def test_a_sentence_is_found_in_training_texts_whatever_its_marks():
    texts = ["Nothing.", "HI EVERYONE nice to see you all again", "a jeudi alors", "Alors à jeudi !"]
    assert seen(texts) == ["Hi everyone, nice to see you all again!", "À jeudi, alors !"]


def test_verdicts_are_counted_for_the_translation_that_they_were_given_for(tmp_path):
    rows = read_sentences("en-fr")[:4]
    found = answers("Un", "Deux", "Trois\tet plus", "Quatre")
    file = tmp_path / "to_judge.tsv"
    file.write_text(to_judge(rows, found, {}), encoding="utf-8")
    assert [(row["text"], row["translation"]) for row in read_table(file)] == [
        (row.text, translation) for row, translation in zip(rows, ["Un", "Deux", "Trois et plus", "Quatre"])
    ]
    assert read_judgements([file]) == {}, "nobody judged yet"

    first = write(tmp_path / "1.tsv", (rows[0].text, "Un", "right", ""), (rows[1].text, "Zwei", "wrong", "German"))
    second = write(tmp_path / "2.tsv", (rows[2].text, "Trois et plus", "nearly", "article"))
    judgements = read_judgements([first, second])
    assert judgements[rows[2].text, "Trois et plus"] == Verdict("nearly", "article")
    expected = "4 sentences: 1 right (25.0%), 1 nearly (25.0%), 0 wrong (0.0%), 2 not judged (50.0%)"
    assert shares(rows, found, judgements) == expected
    left = to_judge(rows, found, judgements).splitlines()
    assert [line.split("\t")[1] for line in left[1:]] == ["Deux", "Quatre"]
    assert left[1] == f"{rows[1].text}\tDeux\t\t\t{rows[1].reference}\t0.88"
    shown = table(rows, found, judgements).splitlines()
    assert len(shown) == 6 and shown[4].endswith(f"| {rows[2].reference} | 0.88 | nearly | article |")


@pytest.mark.parametrize(
    "rows, rule",
    [
        ([("a", "b", "good", "")], r"must be one of \('right', 'nearly', 'wrong'\). Received: 'good' in .*line 2"),
        ([("a", "b", "wrong", " ")], "not right needs a reason. Received: none in .*line 2"),
        (
            [("a", "b", "right", ""), ("a", "b", "wrong", "no")],
            "one verdict. Received: 'right' and 'wrong' in .*line 3",
        ),
        ([("a", "b", "right")], "the 4 columns of the first line. Received: .*line 2, which has 3"),
    ],
)
def test_careless_judgements_are_refused(tmp_path, rows, rule):
    with pytest.raises(ValueError, match=rule):
        read_judgements([write(tmp_path / "judged.tsv", *rows)])


def test_the_page_tells_the_numbers_of_the_files():
    page = (SENTENCES.parent / "everyday_sentences.md").read_text(encoding="utf-8")
    for direction, language in (("en-fr", "English"), ("fr-en", "French"), ("es-en", "Spanish"), ("de-en", "German")):
        assert f"{len(read_sentences(direction))} {language}" in page
