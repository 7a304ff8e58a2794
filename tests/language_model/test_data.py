"""Running text: word vocabulary, streams, batches, files, the embedded corpus."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lite_transformer_tf.data import (
    BatchedStreams,
    PlainText,
    ShuffledBlocks,
    TokenStream,
    find_text,
    find_text_splits,
    python_docs,
)
from lite_transformer_tf.data.python_docs import paragraphs
from lite_transformer_tf.text import WordVocabulary, load_vocabulary, save_vocabulary
from tests.text.corpus import trained

LINES = ["the cat sat", "", "the dog sat on the <unk> mat", "a bird"]


def stream(length: int) -> TokenStream:
    """The ids 4, 5, 6, ..., so that each id occurs once."""
    return TokenStream(np.arange(4, 4 + length), length, length, 4 + length, 1, 2)


def test_words_are_sorted_by_frequency_and_come_back(tmp_path):
    vocabulary = WordVocabulary.train(LINES)
    assert vocabulary.words == ("<s>", "<pad>", "<eos>", "<unk>", "the", "sat", "a", "bird", "cat", "dog", "mat", "on")
    assert vocabulary.encode("  the <unk> zebra\tsat ") == [4, 3, 3, 5]
    assert vocabulary.decode([0, 4, 3, 5, 2, 1]) == "the <unk> sat"
    assert [vocabulary.decode(vocabulary.encode(line)) for line in LINES] == LINES
    assert (
        WordVocabulary.train(LINES, 6).words[4:] == ("the", "sat") == WordVocabulary.train(LINES, min_count=2).words[4:]
    )
    save_vocabulary(vocabulary, tmp_path)
    assert (tmp_path / "vocabulary.txt").read_text() == "\n".join([*vocabulary.words, "text schema 2"]) + "\n"
    assert load_vocabulary(tmp_path) == vocabulary and load_vocabulary(tmp_path).fingerprint == vocabulary.fingerprint
    save_vocabulary(trained("unigram"), tmp_path)
    assert load_vocabulary(tmp_path) == trained("unigram")


@pytest.mark.parametrize(
    "words, message",
    [
        (["a", "b"], "must begin with <s>, <pad>"),
        (["<s>", "<pad>", "<eos>", "<unk>", "a", "a"], "must occur once. Received: 'a'"),
        (["<s>", "<pad>", "<eos>", "<unk>", ""], "must not be empty.*Received: ''"),
        (["<s>", "<pad>", "<eos>", "<unk>", "a b"], "contain white space. Received: 'a b'"),
    ],
)
def test_broken_word_vocabularies(words, message):
    with pytest.raises(ValueError, match=message):
        WordVocabulary(words)


def test_wrong_use_of_word_vocabularies(tmp_path):
    vocabulary = WordVocabulary.train(LINES)
    for call, message in (
        (lambda: vocabulary.decode([12]), r"in \[0, 12\)"),
        (lambda: vocabulary.piece(-1), r"in \[0, 12\)"),
        (lambda: WordVocabulary.train([" "]), "needs a sentence"),
        (lambda: WordVocabulary.train(LINES, 4), "at least 5"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
    with pytest.raises(FileNotFoundError, match="does not exist"):
        WordVocabulary.load(tmp_path / "none.txt")
    (tmp_path / "latin.txt").write_bytes(b"<s>\n\xe9\n")
    with pytest.raises(ValueError, match="must be UTF-8.*byte 4"):
        WordVocabulary.load(tmp_path / "latin.txt")
    with pytest.raises(FileNotFoundError, match=r"'vocabulary.model' or 'vocabulary.txt'"):
        load_vocabulary(tmp_path)


def test_a_stream_counts_words_and_characters():
    words = TokenStream.from_text(LINES, WordVocabulary.train(LINES))
    assert words.ids.tolist() == [4, 8, 5, 2, 2, 4, 9, 5, 11, 4, 3, 10, 2, 6, 7, 2]
    assert (len(words), words.words, words.characters) == (16, 16, sum(map(len, LINES)) + 4)
    pieces = TokenStream.from_text(LINES, trained("unigram"))
    assert (pieces.words, pieces.characters) == (words.words, words.characters) and len(pieces) > len(words)
    with pytest.raises(ValueError, match="at least one line. Received: empty.txt"):
        TokenStream.from_text(PlainText.from_lines([], "empty.txt"), trained("unigram"))


def test_inputs_are_the_labels_before():
    inputs, labels = stream(5).between(-1, 7)
    assert labels.tolist() == [1, 4, 5, 6, 7, 8, 1, 1]
    assert inputs.tolist() == [1, 2, 4, 5, 6, 7, 8, 1]


@pytest.mark.parametrize("kind", [BatchedStreams, ShuffledBlocks])
@given(st.integers(1, 6), st.integers(2, 20), st.integers(0, 60), st.integers(0, 99), st.integers(0, 99))
@settings(deadline=None, max_examples=50)
def test_every_token_is_a_label_once_per_epoch(kind, rows, block, spare, seed, epoch):
    """Its input is the token before it; pads are on the right, and are neither inputs nor labels."""
    length = (rows * block if kind is BatchedStreams else block) + spare
    data = kind(stream(length), batch_size=rows, block=block, seed=seed)
    seen: list[int] = []
    for number in range(data.steps_per_epoch):
        inputs, labels = data.batch(epoch, number)
        assert inputs["ids"].shape == labels.shape == (rows, block)
        real = labels != 1
        assert not (real[:, 1:] > real[:, :-1]).any()
        np.testing.assert_array_equal(inputs["ids"][real], np.where(labels[real] == 4, 2, labels[real] - 1))
        assert (inputs["ids"][~real] == 1).all()
        again, _ = kind(stream(length), batch_size=rows, block=block, seed=seed).batch(epoch, number)
        np.testing.assert_array_equal(again["ids"], inputs["ids"])
        seen += labels[real].tolist()
    assert sorted(seen) == list(range(4, 4 + length))
    assert data.tokens_per_epoch == length


@given(
    st.lists(st.lists(st.sampled_from(["cat", "the", "sat", "zebra", "\u2028"]), max_size=5), min_size=1, max_size=6)
)
@settings(deadline=None, max_examples=50)
def test_a_stream_is_its_lines(lines):
    vocabulary, text = WordVocabulary.train(LINES), [" ".join(words) for words in lines]
    found = TokenStream.from_text(text, vocabulary)
    assert found.ids.tolist() == [i for line in text for i in [*vocabulary.encode(line), vocabulary.eos_id]]
    assert found.words == len(found) and found.characters == sum(len(line) + 1 for line in text)


def test_streams_resume_where_they_ended():
    data = BatchedStreams(stream(24), batch_size=3, block=4)
    rows = np.concatenate([data.batch(0, number)[1] for number in range(2)], 1)
    np.testing.assert_array_equal(rows, 4 + np.arange(24).reshape(3, 8))


def test_shuffled_blocks_differ_by_epoch_and_seed_alone():
    def order(seed: int, epoch: int) -> list[int]:
        data = ShuffledBlocks(stream(100), batch_size=4, block=5, seed=seed)
        return [int(i) for number in range(data.steps_per_epoch) for i in data.batch(epoch, number)[1].ravel()]

    assert order(1, 0) == order(1, 0)
    assert order(1, 0) != order(1, 1) and order(1, 0) != order(2, 0)
    begins = [ShuffledBlocks(stream(100), batch_size=4, block=5).plan(epoch)[:, 0] for epoch in range(40)]
    assert {int(begin) for rows in begins for begin in rows if begin >= 0} == set(range(101)), "the cuts wander"
    assert all(len(set(rows % 5)) == 1 for rows in begins)


@pytest.mark.parametrize("kind", [BatchedStreams, ShuffledBlocks])
def test_an_epoch_can_be_entered_anywhere(kind):
    whole = list(kind(stream(50), batch_size=3, block=4).dataset(epoch=2).as_numpy_iterator())
    fresh = kind(stream(50), batch_size=3, block=4)
    assert len(whole) == fresh.steps_per_epoch
    for (inputs, labels), (expected_inputs, expected) in zip(
        fresh.dataset(epoch=2, skip=2).as_numpy_iterator(), whole[2:], strict=True
    ):
        np.testing.assert_array_equal(inputs["ids"], expected_inputs["ids"])
        np.testing.assert_array_equal(labels, expected)
    assert list(fresh.dataset(2, skip=fresh.steps_per_epoch)) == []
    with pytest.raises(ValueError, match=r"skip must lie in \[0, "):
        fresh.dataset(0, skip=fresh.steps_per_epoch + 1)
    with pytest.raises(ValueError, match="epoch must not be negative"):
        fresh.dataset(-1)


def test_a_text_shorter_than_a_block():
    with pytest.raises(ValueError, match="at least 8 tokens.*Received: text with 7"):
        ShuffledBlocks(stream(7), batch_size=2, block=8)
    with pytest.raises(ValueError, match="at least 16 tokens.*Received: text with 15"):
        BatchedStreams(stream(15), batch_size=2, block=8)
    with pytest.raises(ValueError, match="block must be at least 2. Received: 1"):
        ShuffledBlocks(stream(7), batch_size=2, block=1)


def test_finding_files(tmp_path):
    with gzip.open(tmp_path / "wiki.train.tokens.gz", "wt") as file:
        file.write("one two\nthree\n")
    (tmp_path / "val.txt").write_text("four\n")
    splits = find_text_splits(tmp_path)
    assert list(splits.train) == ["one two", "three"] and list(splits.valid) == ["four"] and splits.test is None
    assert splits.train.digest() != splits.valid.digest()
    (tmp_path / "valid.txt").write_text("five\n")
    with pytest.raises(ValueError, match=r"must be one file. Received: \['val.txt', 'valid.txt'\]"):
        find_text(tmp_path, "valid")
    with pytest.raises(
        FileNotFoundError, match=r"test text must be a file such as test.txt\[.gz\|.zst\].*holds \['val.txt'"
    ):
        find_text(tmp_path, "test")
    with pytest.raises(FileNotFoundError, match="directory must exist"):
        find_text(tmp_path / "none", "test")


def test_records_in_a_directory(tmp_path):
    """Their texts are read, not the JSON around them."""
    (tmp_path / "train.jsonl").write_text('{"text": "one\\ntwo", "id": 1}\n{"text": "three"}\n')
    (tmp_path / "valid.csv").write_text('id,text\n1,"four, five"\n')
    splits = find_text_splits(tmp_path)
    assert list(splits.train) == ["one", "two", "three"] and list(splits.valid) == ["four, five"]


def test_the_documentation_of_python():
    splits = python_docs()
    texts = {name: set(getattr(splits, name)) for name in ("train", "valid", "test")}
    sizes = {name: sum(map(len, lines)) for name, lines in texts.items()}
    assert sizes["train"] > 150_000 and min(sizes["valid"], sizes["test"]) > 3_000
    assert (
        not texts["train"] & texts["valid"]
        and not texts["train"] & texts["test"]
        and not texts["valid"] & texts["test"]
    )
    assert len(texts["train"]) == len(list(splits.train)), "each paragraph once"
    assert python_docs().train.digest() == splits.train.digest()
    assert paragraphs("Title\n*****\n\n  one\n  two  three\n\n\n====\n\nfour") == ["Title", "one two three", "four"]
