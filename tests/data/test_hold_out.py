"""A validation set is held out by a hash of the text: of a sensible size, stable as a corpus grows, without leaks."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lite_transformer_tf.data import ParallelText, PlainText
from lite_transformer_tf.data.corpus import Mixture
from lite_transformer_tf.data.found import Found
from lite_transformer_tf.data.hold_out import automatic_share, hold_out, position
from lite_transformer_tf.data.plain_text import text_splits
from lite_transformer_tf.data.splits import pair_splits

pytestmark = pytest.mark.light

PAIRS = [(f"source {number}", f"target {number}") for number in range(4000)]


def text(count: int) -> ParallelText:
    return ParallelText.from_pairs(PAIRS[:count])


@pytest.mark.parametrize(
    ("count", "share"),
    [(10, 1 / 4), (99, 1 / 4), (200, 1 / 8), (400, 1 / 16), (2000, 1 / 64), (100_000, 1 / 64), (10**6, 1 / 512)],
)
def test_automatic_share(count: int, share: float) -> None:
    assert automatic_share(count) == share


@given(st.integers(1, 10**9))
def test_a_growing_corpus_gives_back_only(count: int) -> None:
    assert automatic_share(count + 1) <= automatic_share(count) <= 1 / 4
    assert count * automatic_share(count) < 2001 or count < 100


def test_two_hundred_pairs() -> None:
    found = hold_out(text(200))
    assert len(found.valid) == 20
    assert sorted([*found.valid, *found.train]) == sorted(PAIRS[:200])
    assert found.notice == (
        "no validation set: 20 held out for validation, 180 left for training, by a hash of the text, share 0.125"
    )


def test_positions_are_uniform_and_fixed() -> None:
    """The numbers are those of the first version: a change would move the validation sets of all runs."""
    assert position("source 0") == 0.4202474016072014
    assert abs(sum(position(source) < 1 / 8 for source, _ in PAIRS) / len(PAIRS) - 1 / 8) < 0.01


@pytest.mark.parametrize("share", [None, 0.1])
def test_other_lines_do_not_move_it(share: float | None) -> None:
    """Neither their order, nor their number while the share is the same; then some go back to training."""
    held = set(hold_out(text(200), share).valid)
    backwards = ParallelText.from_pairs(reversed(PAIRS[:200]))
    assert set(hold_out(backwards, share).valid) == held
    assert set(hold_out(text(310), share).valid) & set(PAIRS[:200]) == held
    assert set(hold_out(text(4000), share).valid) & set(PAIRS[:200]) <= held


def test_no_duplicate_of_a_held_out_source_is_trained_on() -> None:
    held = hold_out(text(200)).valid
    variants = [(f"  {source.upper()}\u00a0", target) for source, target in held] + [(held[0][0], "another"), held[0]]
    found = hold_out(ParallelText.from_pairs([*PAIRS[:200], *variants]))
    assert set(found.valid) == {*held, *variants} and len(found.valid) == len(set(found.valid))
    assert "(1 duplicates left out)" in found.notice
    assert not {position(source) for source, _ in found.valid} & {position(source) for source, _ in found.train}


def test_blank_texts_stay() -> None:
    lines = ["", "  ", *(source for source, _ in PAIRS[:300]), ""]
    found = hold_out(PlainText.from_lines(lines))
    assert [line for line in found.train if not line.strip()] == ["", "  ", ""] and "" not in found.valid


@given(st.lists(st.sampled_from("abcdefgh"), max_size=12), st.sampled_from([None, 0.3]))
@settings(max_examples=50)
def test_any_lines(lines: list[str], share: float | None) -> None:
    try:
        found = hold_out(PlainText.from_lines(lines), share)
    except ValueError as error:
        assert "name a validation set. Received: text in memory" in str(error)
        return
    assert set(found.valid) | set(found.train) == set(lines) and not set(found.valid) & set(found.train)


def test_splits_with_and_without_a_validation_set() -> None:
    given_set = pair_splits(Found(text(200), text(5)))
    assert (given_set.train, given_set.valid, given_set.notice) == (text(200), text(5), "")
    held = pair_splits(Found(text(200)))
    assert held.valid.pairs == hold_out(text(200)).valid and held.test is None
    assert held.train.digest() != text(200).digest() != pair_splits(Found(text(200)), 0.2).train.digest()
    assert held.train.digest() == pair_splits(Found(text(200))).train.digest()
    lines = text_splits(Found(PlainText.from_lines(source for source, _ in PAIRS)))
    assert len(lines.valid.lines) == 53 and "53 held out" in lines.notice


def test_weights_stay_with_their_corpora(tmp_path: Path) -> None:
    corpora = Mixture(((text(200), 0.5), (ParallelText.from_pairs(PAIRS[200:400]), 3.0)))
    found = hold_out(corpora)
    assert [weight for _, weight in found.train.parts] == [0.5, 3.0]
    assert sorted([*found.valid, *found.train]) == sorted(PAIRS[:400])
