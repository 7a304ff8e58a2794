"""Which answers become training pairs, and what is counted; needs no TensorFlow."""

from __future__ import annotations

import gzip
import json
import math
from pathlib import Path

import pytest
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from lite_transformer_tf.data.cleaning import CleaningRules
from lite_transformer_tf.data.held_out import HeldOutTexts, held_out_files
from lite_transformer_tf.data.parallel_text import ParallelText
from lite_transformer_tf.data.plain_text import PlainText
from lite_transformer_tf.decoding.options import DecodingOptions, Hypothesis
from lite_transformer_tf.distillation.questions import BEYOND, HELD_OUT, Limits, read_questions
from lite_transformer_tf.distillation.selection import Answer, Row, Selection
from lite_transformer_tf.distillation.settings import DistillationSettings

LIMITS = Limits(CleaningRules(max_tokens=12, max_ratio=3.0), reads=9)
NOTHING = HeldOutTexts()
REFERENCE = "the cat sat on the mat"
ANSWERS = [
    Answer("a cat was there", -0.1, 4),
    Answer("the cat sat on a mat", -0.9, 6),
    Answer("the cat sat there", -0.5, 4),
]


def words(text: str) -> int:
    return len(text.split())


def select(answers, references=((0, ""),), held_out=NOTHING, real=(), **settings) -> Selection:
    selection = Selection(DistillationSettings(**settings), LIMITS, held_out, frozenset(real))
    selection.add("le chat est assis", 4, answers, list(references))
    return selection


@pytest.mark.parametrize("similarity, metric", [("chrf", CHRF()), ("bleu", BLEU(effective_order=True))])
@pytest.mark.parametrize("weight", [0.0, 1.0, 30.0])
@pytest.mark.parametrize("penalty", [1.0, 0.6])
def test_interpolation(similarity, metric, weight, penalty):
    """Similarity times the mean token probability to the weight, written out."""
    found = select(
        ANSWERS,
        [(0, REFERENCE)],
        keep="interpolated",
        similarity=similarity,
        score_weight=weight,
        decoding=DecodingOptions(length_penalty=penalty),
    )
    similar = [metric.sentence_score(answer.text, [REFERENCE]).score for answer in ANSWERS]
    totals = [answer.score * (answer.tokens + 1) ** penalty for answer in ANSWERS]
    means = [total / (answer.tokens + 1) for total, answer in zip(totals, ANSWERS)]
    values = [value * math.exp(mean) ** weight for value, mean in zip(similar, means)]
    best = values.index(max(values))
    row = Row("le chat est assis", ANSWERS[best].text, ANSWERS[best].score, None, round(similar[best], 2))
    assert found.rows == [(0, row)]
    assert best == {0.0: 1, 30.0: 0}.get(weight, best)


def test_each_reference_has_its_own_answer_and_none_comes_twice():
    references = [(3, REFERENCE), (5, "a cat was there"), (6, REFERENCE)]
    found = select(ANSWERS, references, keep="interpolated", score_weight=0.0)
    assert [(place, row.target) for place, row in found.rows] == [(3, ANSWERS[1].text), (5, ANSWERS[0].text)]
    assert found.left_out == {"repeated": 1}


def test_an_answer_that_is_a_real_pair_is_not_written_again():
    real = [("le chat est assis", ANSWERS[1].text)]
    found = select(ANSWERS, [(0, REFERENCE)], real=real, keep="interpolated", score_weight=0.0)
    assert found.rows == [] and found.left_out == {"equal to a real pair": 1}


def test_best_and_all():
    assert [row.target for _, row in select(ANSWERS).rows] == [ANSWERS[0].text]
    everything = select([*ANSWERS, Answer("", -1.0, 0)], keep="all")
    assert [row.target for _, row in everything.rows] == [answer.text for answer in ANSWERS]
    assert everything.left_out == {"blank": 1}


@pytest.mark.parametrize(
    "answer, reason, settings",
    [
        (Answer(" ", -0.1, 1), "blank", {}),
        (Answer("x " * 13, -0.1, 13), "too long", {}),
        (Answer("x " * 12, -0.1, 12), None, {}),
        (Answer("ok", -0.1, 1, faults=1), "with faults that the copy check found", {}),
        (Answer("Le chat  est ASSIS", -0.1, 4), "copies of their text", {}),
        (Answer("ok", -0.51, 1), "below --min-score", {"min_score": -0.5}),
        (Answer("ok", -0.5, 1), None, {"min_score": -0.5}),
        (Answer("ok", -0.1, 1, 0, 0.69), "below --min-confidence", {"min_confidence": 0.7}),
        (Answer("ok", -0.1, 1, 0, 0.7), None, {"min_confidence": 0.7}),
        (Answer("  The CAT sat", -0.1, 3), HELD_OUT, {}),
    ],
)
def test_answers_that_are_left_out(answer, reason, settings):
    held_out = HeldOutTexts(frozenset({"the cat sat"}))
    for keep in ("best", "interpolated", "all"):
        found = select([answer], [(0, REFERENCE)], held_out, keep=keep, **settings)
        assert found.left_out == ({reason: 1} if reason else {}), keep
        assert len(found.rows) == (reason is None)


def test_uneven_lengths_are_left_out():
    found = Selection(DistillationSettings(), LIMITS, HeldOutTexts())
    found.add("a b c", 3, [Answer("x " * 10, -0.1, 10)], [(0, "")])
    found.add("a b c d", 4, [Answer("x " * 10, -0.1, 10)], [(1, "")])
    found.add("a", 1, [], [(2, "")])
    assert found.left_out == {"of uneven length": 1, "without an answer": 1} and len(found.rows) == 1


def test_reverse_swaps_the_sides():
    row = select(ANSWERS, reverse=True).rows[0][1]
    assert row.to_dict() == {"source": "a cat was there", "target": "le chat est assis", "score": -0.1}


def test_what_is_stored_of_a_hypothesis():
    found = Hypothesis("ok", (4, 5), -0.123456, ("7",), ("8", "9"), 0.87654)
    assert Answer.of(found) == Answer("ok", -0.1235, 2, 3, 0.8765)


class TestQuestions:
    def read(self, corpus, held_out=NOTHING):
        return read_questions(corpus, held_out, LIMITS, (words, words))

    def test_texts(self):
        texts = ["b b", "a", "b b", "", "x " * 10, "x " * 9, "Held  OUT", "a", "nul\0"]
        found = self.read(PlainText.from_lines(texts), HeldOutTexts(frozenset({"held out"})))
        assert found.texts == ["b b", "a", "x " * 9] and found.lengths == [2, 1, 9] and found.pairs == []
        assert found.left_out == {"repeated": 2, "blank": 1, BEYOND: 1, HELD_OUT: 1}
        assert found.unusable.counts == {"with U+0000": 1}
        assert found.read == len(found.texts) + found.left_out.total()
        assert found.order == [1, 0, 2]

    def test_pairs(self):
        pairs = [
            ("a", "1"),
            ("b", "2"),
            ("a", "3"),
            ("a", "1"),
            ("c", "out"),
            ("d", " "),
            ("out", "5"),
            ("a", "x " * 13),
        ]
        found = self.read(ParallelText.from_pairs(pairs), HeldOutTexts(frozenset({"out"})))
        assert found.texts == ["a", "b"] and found.pairs == [(0, "1"), (1, "2"), (0, "3")]
        assert found.left_out == {"repeated": 1, HELD_OUT: 2, "blank": 1, "too long": 1}
        assert found.read == len(found.pairs) + found.left_out.total() == len(pairs)

    def test_nothing_left(self):
        with pytest.raises(ValueError, match=r"At least one text must be left .* Received: 2 .*: 1 blank; 1 held out"):
            self.read(PlainText.from_lines(["", "a"]), HeldOutTexts(frozenset("a")))


class TestHeldOut:
    def test_all_kinds_of_files(self, tmp_path):
        files = {name: tmp_path / name for name in ("a.en.gz", "b.tsv", "c.jsonl", "d.csv")}
        files["a.en.gz"].write_bytes(gzip.compress(b"One  Two\n\n"))
        files["b.tsv"].write_text("three\tdrei\tCC-BY\n")
        files["c.jsonl"].write_text(json.dumps({"translation": {"en": "four", "de": ["vier"]}, "n": 5}) + "\n")
        files["d.csv"].write_text('"five, six",sieben\n')
        found = HeldOutTexts.read(files.values())
        assert found.keys == {"one two", "three", "drei", "cc-by", "four", "vier", "five, six", "sieben"}
        assert "ONE two" in found and "two" not in found and len(found.digests) == 4
        files["c.jsonl"].write_text("{\n")
        with pytest.raises(ValueError, match=r"must be JSON\. Received: '.*c\.jsonl', line 1"):
            HeldOutTexts.read([files["c.jsonl"]])

    def test_files_of_a_directory(self, tmp_path: Path):
        names = ["train.en", "valid.en", "dev.de.gz", "test_2016.en", "test.tsv", "test.py", "valid.fr"]
        for name in names:
            (tmp_path / name).touch()
        found = [path.name for path in held_out_files(tmp_path, ("en", "de"))]
        assert found == ["dev.de.gz", "test.tsv", "test_2016.en", "valid.en"]
