"""Ragged arrays equal lists of lists."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lite_transformer_tf.data.ragged import RaggedIds, RaggedWriter, id_dtype

pytestmark = pytest.mark.light

IDS = st.integers(0, 2**16 - 1)
ROWS = st.lists(st.lists(IDS, max_size=9), max_size=12)
NARROW = np.dtype("<u2")


def ragged(rows: list[list[int]]) -> RaggedIds:
    splits = np.cumsum([0, *map(len, rows)], dtype=np.int64)
    return RaggedIds(np.array([i for row in rows for i in row], np.int64), splits)


def rows_of(ids: RaggedIds) -> list[list[int]]:
    return [ids[row].tolist() for row in range(len(ids))]


@given(ROWS)
@settings(deadline=None, max_examples=50)
def test_rows_and_lengths(rows):
    ids = ragged(rows)
    assert rows_of(ids) == rows and ids.lengths.tolist() == [len(row) for row in rows]


@given(ROWS, st.none() | st.integers(0, 10))
@settings(deadline=None, max_examples=50)
def test_truncation(rows, longest):
    cut = ragged(rows).truncated(longest)
    assert rows_of(cut) == [row[:longest] for row in rows]
    assert rows_of(cut.truncated(longest)) == rows_of(cut)


@given(ROWS.filter(bool), st.data(), st.none() | IDS, st.none() | IDS)
@settings(deadline=None, max_examples=50)
def test_padding(rows, data, before, after):
    chosen = data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=1, max_size=6))
    padded = ragged(rows).padded(np.array(chosen), -1, before=before, after=after)
    front, behind = ([] if extra is None else [extra] for extra in (before, after))
    expected = [[*front, *rows[row], *behind] for row in chosen]
    width = max(map(len, expected))
    assert padded.dtype == np.int32 and padded.tolist() == [row + [-1] * (width - len(row)) for row in expected]


@given(st.lists(st.tuples(ROWS, st.data()), max_size=4))
@settings(deadline=None, max_examples=50)
def test_what_a_writer_is_given_is_read_back(parts):
    expected: list[list[int]] = []
    writer = RaggedWriter(NARROW)
    for rows, data in parts:
        keep = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
        writer.append(ragged(rows), np.array(keep, bool))
        expected += [row for row, kept in zip(rows, keep, strict=True) if kept]
    found = writer.finish()
    assert rows_of(found) == expected and found.values.dtype == NARROW


@given(st.integers(1, 2**20))
@settings(deadline=None, max_examples=50)
def test_the_id_type_holds_every_id(size):
    assert np.array(size - 1).astype(id_dtype(size)) == size - 1
    assert (id_dtype(size).itemsize == 2) == (size <= 2**16)
