"""Batches of whole lines, and texts that occur once."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from lite_transformer_tf.data.config import LanguageDataConfig
from lite_transformer_tf.data.corpus import LeftOut
from lite_transformer_tf.data.found import Found
from lite_transformer_tf.data.language_modeling import TokenStream
from lite_transformer_tf.data.line_batches import LineBatches
from lite_transformer_tf.data.plain_text import PlainText
from lite_transformer_tf.data.unique import key, unique
from lite_transformer_tf.settings import SettingsError, from_mapping
from lite_transformer_tf.tasks.language_model import LANGUAGE_MODEL

EOS, PAD = 2, 1


def stream(lengths: list[int], parts: tuple[tuple[int, float], ...] = ()) -> TokenStream:
    """Lines of so many tokens before `eos`, all tokens different."""
    ids, number = [], 4
    for length in lengths:
        ids += [*range(number, number + length), EOS]
        number += length
    return TokenStream(np.array(ids), 0, 0, number, PAD, EOS, parts=parts)


def rows(batches: LineBatches, epoch: int) -> list[tuple[list[int], list[int]]]:
    found = []
    for number in range(batches.steps_per_epoch):
        inputs, labels = batches.batch(epoch, number)
        assert inputs["ids"].shape == labels.shape == (batches.batch_size, batches.block)
        for ids, row in zip(inputs["ids"].tolist(), labels.tolist(), strict=True):
            length = len(row) - row[::-1].index(next(x for x in row[::-1] if x != PAD)) if set(row) != {PAD} else 0
            assert set(row[length:]) | set(ids[length:]) <= {PAD}
            found.append((ids[:length], row[:length]))
    return [row for row in found if row[0]]


LENGTHS = [0, 1, 2, 3, 5, 7, 3, 3, 2, 9, 1, 4, 4, 25]


def test_every_line_is_whole_and_occurs_once() -> None:
    data = stream(LENGTHS)
    batches = LineBatches(data, batch_size=3, block=10, seed=7)
    for epoch in range(3):
        found = rows(batches, epoch)
        assert Counter(token for _, row in found for token in row) == Counter(data.ids.tolist())
        for ids, row in found:
            assert ids[1:] == row[:-1]
            assert ids[0] == EOS or ids[0] + 1 == row[0]  # a later piece of the line of 25 tokens
    assert batches.tokens_per_epoch == len(data) and len(rows(batches, 0)) == len(rows(batches, 1))


def test_epochs_put_other_lines_together() -> None:
    batches = LineBatches(stream([3] * 50), batch_size=2, block=9, seed=1)
    together = [{tuple(sorted(row)) for _, row in rows(batches, epoch)} for epoch in (0, 1, 0)]
    assert len(together[0]) == 25 and together[0] == together[2]
    assert len(together[0] & together[1]) < 5
    assert {len(row) for _, row in rows(batches, 0)} == {8}


def test_weights_draw_rows() -> None:
    data = stream([3] * 40, ((80, 1.0), (160, 0.5)))
    batches = LineBatches(data, batch_size=4, block=8, seed=1)
    for epoch in range(3):
        tokens = [token for _, row in rows(batches, epoch) for token in row if token != EOS]
        assert sum(token < 64 for token in tokens) == 60 and sum(token >= 64 for token in tokens) == 30
    assert batches.tokens_per_epoch == 120


def test_a_stream_needs_a_token() -> None:
    with pytest.raises(ValueError, match="at least 1 token"):
        LineBatches(stream([]), batch_size=1, block=4)


def test_texts_that_occur_once() -> None:
    train = PlainText.from_lines(["Help!", "help", "I'm here.", "No.", "?", "?", "Yes, Tom"], "train")
    found = unique(Found(train, PlainText.from_lines(["no"]), PlainText.from_lines(["YES TOM!"])))
    left_out = LeftOut()
    assert list(found.train.read(left_out)) == ["Help!", "I'm here.", "?"]
    assert left_out.counts == {"that occur before": 2, "of the validation or test set": 2}
    assert left_out.places["that occur before"] == "'train', usable line 2"
    assert found.train.digest() != train.digest() == unique(Found(train)).train.parts[0][0].corpus.digest()
    assert key(" It’s  FINE!") == "it s fine" and key("...") == "..." and key(" ?  ! ") == "? !"


def test_a_section_of_data_asks_for_texts_that_occur_once(tmp_path) -> None:
    texts_of = {"a": "Hi.\nYes!\nhi\nNo.\n", "b": "yes\nSo?\nWhy?\nGo.\n", "valid": "so\n", "test": "why?\n"}
    for name, text in texts_of.items():
        (tmp_path / f"{name}.txt").write_text(text)
    a, b, valid, test = ({"path": str(tmp_path / f"{name}.txt")} for name in texts_of)
    files = {"train": [a, {**b, "weight": 0.5}], "validation": [valid], "test": [test]}
    settings = from_mapping(LanguageDataConfig, {"files": files, "order": "lines", "unique": True})
    splits = LANGUAGE_MODEL.load(settings, None)
    texts = [list(part) for part, _ in splits.train.parts]
    assert texts == [["Hi.", "Yes!", "No."], ["Go."]] and [list(splits.valid), list(splits.test)] == [["so"], ["why?"]]
    assert [weight for _, weight in splits.train.parts] == [1.0, 0.5]
    with pytest.raises(SettingsError, match="unique needs corpus: files"):
        LanguageDataConfig(corpus="python_docs", unique=True)
