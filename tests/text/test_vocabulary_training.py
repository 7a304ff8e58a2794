"""Nothing of a training text is left out without being counted, and SentencePiece's own messages reach nobody."""

from __future__ import annotations

import random

import pytest

from lite_transformer_tf.text import Vocabulary
from lite_transformer_tf.text.vocabulary_training import LONGEST_SENTENCE, TextReport, cut_text
from tests.text.corpus import ENGLISH, FRENCH, trained

pytestmark = pytest.mark.light

KINDS = pytest.mark.parametrize("kind", ["unigram", "bpe"])
LINES = [text for text in ENGLISH + FRENCH if "\u202f" not in text]


@KINDS
def test_a_text_of_any_length_is_learnt_from_whole(kind: str) -> None:
    """117 kB in one line, which SentencePiece alone skips. Unigram's first candidates see what follows a sentence."""
    sentences = [sentence for _ in range(100) for sentence in LINES]
    text = " ".join(sentences)
    assert len(text.encode()) > 7 * LONGEST_SENTENCE
    whole = Vocabulary.train([text], 420, kind)  # type: ignore[arg-type]
    parts = Vocabulary.train(sentences, 420, kind)  # type: ignore[arg-type]
    assert whole.learnt_from == TextReport(read=1, cut=1) and parts.learnt_from == TextReport(read=3200)
    lengths = [sum(len(vocabulary.encode(line)) for line in LINES) for vocabulary in (whole, parts)]
    assert lengths[0] == pytest.approx(lengths[1], rel={"bpe": 0, "unigram": 0.02}[kind])


def test_a_text_without_spaces_is_cut_between_characters() -> None:
    text = "中文字" * 6000
    assert "".join(cut_text(text)) == text and max(len(part.encode()) for part in cut_text(text)) <= LONGEST_SENTENCE
    vocabulary = Vocabulary.train([text], 270)
    assert vocabulary.learnt_from == TextReport(read=1, cut=1)
    assert len(vocabulary.encode(text)) <= len(text)  # pieces, not bytes


def test_texts_are_cut_at_spaces() -> None:
    assert cut_text("ab cd ef", 5) == ["ab cd", " ef"]
    assert cut_text("ab cd ef", 8) == ["ab cd ef"]
    assert cut_text("abcdefg h", 3) == ["abc", "def", "g h"]
    assert cut_text("ééé", 3) == ["é", "é", "é"] and cut_text("", 3) == [""]
    generator = random.Random(0)
    for _ in range(200):
        text = "".join(generator.choices("ab é中👍", k=generator.randrange(40)))
        parts = cut_text(text, 6)
        assert "".join(parts) == text and all(len(part.encode()) <= 6 for part in parts)


@KINDS
def test_reserved_characters_cost_no_sentence(kind: str) -> None:
    """SentencePiece skips a sentence with U+2585 and cuts one at the names of special pieces."""
    marked = [f"{sentence} \u2585" for sentence in LINES]
    vocabulary = Vocabulary.train(marked, 420, kind)  # type: ignore[arg-type]
    assert vocabulary.learnt_from == TextReport(read=32, reserved=32)
    assert [vocabulary.piece(i) for i in range(420)] == [trained(kind).piece(i) for i in range(420)]
    assert vocabulary.decode(vocabulary.encode("a\u2585b")) == "a\u2585b"
    assert Vocabulary.train([*LINES, "<s> a", "<0x4F>", "<0x4f>"], 420).learnt_from == TextReport(read=35, reserved=2)


def test_what_is_left_out_is_counted() -> None:
    texts = [*LINES, "", " \n", "\u200b\ufeff", "\u2585", "x\x00\u2585y"]
    assert Vocabulary.train(texts, 420).learnt_from == TextReport(read=37, blank=3, reserved=2)
    sampled = Vocabulary.train(LINES * 10, 320, max_sentences=100).learnt_from
    assert sampled == TextReport(read=320, unused=220)
    assert str(sampled) == "320 texts read, 220 beyond max_sentences"
    assert str(TextReport(5, 1, 0, 2, 3)) == (
        "5 texts read, 1 blank, 2 cut into parts of 16,384 bytes, 3 used without U+2585 or names of special pieces"
    )
    assert Vocabulary(trained("unigram").model).learnt_from is None


@KINDS
@pytest.mark.parametrize("texts", [["\u2581"], ["\u2585"], ["\u200b"], ["\u2581 \u2585 \x00", "\t"]])
def test_texts_of_nothing_to_learn_are_refused_with_a_sentence(kind: str, texts: list[str]) -> None:
    """The first of them ended the process, inside SentencePiece."""
    with pytest.raises(ValueError, match=r"at least one sentence with text. Received: none \(\d texts read"):
        Vocabulary.train(texts, 300, kind)  # type: ignore[arg-type]


@KINDS
def test_no_message_of_sentencepiece_reaches_the_user(kind: str) -> None:
    texts = [
        "a",
        "<s>",
        "<0x41>",
        "a\u2585",
        "\u0301",
        "👍" * 9,
        "<unk> \u2581 <pad>",
        "".join(map(chr, range(0x4E00, 0x4F00))),
    ]
    for text in texts:
        for size in (1, 260, 5000):
            with pytest.raises(ValueError) as caught:
                Vocabulary.train([text], size, kind)  # type: ignore[arg-type]
            assert "Received: size=" in str(caught.value) and ".cc" not in str(caught.value)
    with pytest.raises(ValueError, match=r"character_coverage must be in \[0.98, 1\]. Received: 0.5"):
        Vocabulary.train(LINES, 420, kind, character_coverage=0.5)  # type: ignore[arg-type]
