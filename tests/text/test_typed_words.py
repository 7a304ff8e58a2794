"""Words as people type them: sentences, what a text ends in, the vocabulary."""

from __future__ import annotations

import pytest

from lite_transformer_tf.text import TypedWords, WordVocabulary, load_vocabulary, save_vocabulary
from lite_transformer_tf.text.single_vocabulary import read_vocabulary
from lite_transformer_tf.text.typed_words import LAST_LINE, Typed, fold, is_word, sentences, typed

SENTENCES = {
    "I met Mr. Smith at 5 p.m. today.": [["I", "met", "Mr.", "Smith", "at", "0", "p.m.", "today", "."]],
    '"How are you?" he asked... OK!': [["How", "are", "you", "?"], ["he", "asked", "..."], ["OK", "!"]],
    "Wait!? No; yes: so, 3.50 or 1:30, B2 and 3rd": [
        ["Wait", "?"],
        ["No", ";", "yes", ":", "so", ",", "0", "or", "0", ",", "B2", "and", "0"],
    ],
    "it’s well-known - café, naïve": [["it’s", "well-known", "café", ",", "naïve"]],
    "one\ntwo\r\n\nthree": [["one"], ["two"], ["three"]],
    "a\u00a0b\tc\u200bd €%&": [["a", "b", "cd"]],
    "cafe\u0301 Straße ÷ × Ελλάδα 日本 😀": [["café", "Straße", "Ελλάδα", "日本"]],
    " \n.": [["."]],
    "": [],
}

ENDS = {
    "": Typed((), ""),
    "How are ": Typed(("how", "are"), ""),
    "How are y": Typed(("how", "are"), "y"),
    "Fine. ": Typed((), ""),
    "Fine. An": Typed((), "An"),
    "Fine.": Typed((), None),
    "well, ": Typed(("well", ","), ""),
    "well,": Typed(("well", ","), None),
    "I don'": Typed(("i",), "don'"),
    "I DON’T": Typed(("i",), "DON’T"),
    'He said "': Typed(("he", "said"), ""),
    'He said "he': Typed(("he", "said"), "he"),
    "at 5": Typed(("at", "0"), None),
    "at 5 ": Typed(("at", "0"), ""),
    "Mr. ": Typed(("mr.",), ""),
    "one\ntwo ": Typed(("two",), ""),
    "one two\n": Typed((), ""),
    "well-kn": Typed((), "well-kn"),
}


@pytest.mark.parametrize("text", SENTENCES)
def test_sentences(text: str) -> None:
    assert sentences(text) == SENTENCES[text]


@pytest.mark.parametrize("text", ENDS)
def test_what_a_text_ends_in(text: str) -> None:
    assert typed(text) == ENDS[text]


def test_the_context_of_a_text_begins_that_of_a_longer_one() -> None:
    """So a model that has read a sentence reads each new word once."""
    text = 'Well, Mr. Smith: "I don’t know 3.5 of the well-known ones".'
    whole = [fold(token) for token in sentences(text)[0]]
    for end in range(len(text)):
        context = list(typed(text[:end]).context)
        assert context == whole[: len(context)], text[:end]


def test_words_fold_to_their_own_length() -> None:
    assert fold("I’M") == "i'm" and is_word("Tom's") and not any(map(is_word, ("0", ".", ",", "<unk>")))


def test_the_vocabulary_has_the_spelling_within_sentences() -> None:
    texts = ["Tom saw the dog.", "The dog saw Tom!", "I am Tom. I’m here.", "Here I am.", "Why? The TV. A TV"]
    vocabulary = TypedWords.train(texts)
    assert vocabulary.words[:4] == ("<s>", "<pad>", "<eos>", "<unk>")
    assert set(vocabulary.words[4:]) == set(". ! ? Tom saw the dog I am i'm here why TV a".split())
    assert [fold(word) for word in vocabulary.words[4:8]] == [".", "the", "tom", "am"]  # 4, 3, 3 and 2 times
    ids = {word: i for i, word in enumerate(vocabulary.words)}
    expected = [ids["the"], ids["TV"], ids["saw"], ids["?"], vocabulary.eos_id, vocabulary.unk_id, ids["."]]
    assert vocabulary.encode("THE tv saw? Unheard.") == expected
    assert vocabulary.decode(expected) == "the TV saw? <unk>."
    assert vocabulary.encode("") == []
    assert TypedWords.train(texts, 6).size == 6 and "here" not in TypedWords.train(texts, min_count=3).words


def test_the_file_says_what_it_is(tmp_path) -> None:
    vocabulary = TypedWords.train(["Tom saw the dog.", "I saw Tom"])
    save_vocabulary(vocabulary, tmp_path)
    assert (tmp_path / "vocabulary.txt").read_text().splitlines()[-1] == LAST_LINE == "typed words, text schema 2"
    loaded = load_vocabulary(tmp_path)
    assert (
        type(loaded) is TypedWords and loaded == vocabulary and loaded.encode("SAW tom") == vocabulary.encode("saw Tom")
    )
    assert TypedWords.load(tmp_path / "vocabulary.txt") == vocabulary
    plain = WordVocabulary(vocabulary.words)
    with pytest.raises(ValueError, match="last line of a vocabulary of typed words must be 'typed words"):
        TypedWords.from_bytes(plain.content)
    assert type(read_vocabulary(plain.content, "vocabulary.txt")) is WordVocabulary
    with pytest.raises(ValueError, match="must not be empty or contain white space.*typed words"):
        WordVocabulary.from_bytes(vocabulary.content)  # what a version without typed words says
    with pytest.raises(ValueError, match="no two words may differ only in case. Received: 'tom' twice"):
        TypedWords([*vocabulary.words[:4], "tom", "Tom"])
    with pytest.raises(ValueError, match="lone surrogates"):
        vocabulary.encode("a\ud800")
