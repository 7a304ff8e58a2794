"""What the two text schemas make of white space and invisible characters, and where a vocabulary says its schema."""

from __future__ import annotations

import hashlib
import unicodedata

import pytest
import sentencepiece

from lite_transformer_tf.paragraphs import characters as paragraphs
from lite_transformer_tf.text import Vocabulary, WordVocabulary, is_blank, load_vocabulary, normalize, save_vocabulary
from lite_transformer_tf.text.model_file import parse_model
from lite_transformer_tf.text.normalization import SCHEMAS, SPACES
from tests.text.corpus import ENGLISH, FRENCH, HOSTILE, trained

pytestmark = pytest.mark.light

PHRASE = "Is there a pharmacy near here?"
LEADING, SPACE, WITHIN = "Is", " a ", "mac"
WHITE = "\t \n \r\n \v \f \x1c \x1d \x1e \x1f \x85 \u1680 \u2028 \u2029 \u2581".split(" ")
"""White space that NFKC leaves as it is."""
UNSEEN = (
    "\x00 \x07 \x1b \x7f \x80 \x9f \xad \u034f \u061c \u17b4 \u200b \u200e \u200f \u202a \u202e \u2060 \u2064 "
    "\u2065 \u2066 \u2069 \u206f \ufe00 \ufe0d \ufeff \ufff0 \ufff9 \ufffb \U0001bca0 \U0001d173 "
    "\U000e0001 \U000e0041 \U000e0100"
).split(" ")
STAYING = (
    "\u200c \u200d \ufe0e \ufe0f \u115f \u1160 \u180b \u180e \u2800 \ufffc \ufffd \u0600 \u06dd \U000110bd \ue000"
).split(" ")
FLAGS = [f"\U0001f3f4{tags}\U000e007f" for tags in ("\U000e0067\U000e0062\U000e0065", "\U000e0075\U000e0073")]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return trained("unigram")


def disturbed() -> list[str]:
    """The phrase with one of these characters, or some of them, at each kind of place."""
    texts = [
        PHRASE.replace(SPACE, f"{before}{white}{after}a{white}")
        for white in WHITE
        for before, after in ((" ", " "), ("", ""))
    ]
    texts += [PHRASE + white for white in WHITE] + [white + PHRASE for white in WHITE]
    for unseen in UNSEEN:
        texts += [unseen + PHRASE, PHRASE + unseen, PHRASE.replace(WITHIN, f"m{unseen}ac")]
        texts += [PHRASE.replace(SPACE, f" {unseen}{unseen} a{unseen} ")]
    return texts


def test_white_space_and_invisible_characters_change_no_ids(vocabulary: Vocabulary) -> None:
    plain, old = vocabulary.encode(PHRASE), vocabulary.with_text_schema(1)
    assert [vocabulary.encode(text) for text in disturbed()] == [plain] * len(disturbed())
    assert old.encode(PHRASE) == plain
    assert sum(old.encode(text) != plain for text in disturbed()) >= 0.95 * len(disturbed())


def test_schema_1_is_nfkc_and_nothing_else(vocabulary: Vocabulary) -> None:
    texts = ENGLISH + FRENCH + HOSTILE + disturbed()
    normal = [unicodedata.normalize("NFKC", text) for text in texts]
    old = vocabulary.with_text_schema(1)
    assert [normalize(text, 1) for text in texts] == normal
    assert [old.encode(text) for text in texts] == sentencepiece.SentencePieceProcessor(model_proto=old.model).encode(
        normal
    )


def test_characters_with_a_meaning_stay() -> None:
    for text in (*STAYING, *FLAGS):
        assert normalize(f"a{text}b") == f"a{text}b"
    family = "👩\u200d👩\u200d👧 ❤\ufe0f می\u200cخواهم"
    assert normalize(family) == family
    assert (
        normalize(f"{FLAGS[0][:-1]} {FLAGS[0]}\U000e0041") == f"\U0001f3f4 {FLAGS[0]}"
    )  # without its end it is no flag
    assert normalize(f"\U0001f3f4\xad{FLAGS[0][1:]}") == "\U0001f3f4"


def test_what_separates_a_mark_from_its_letter_is_dropped_before_they_compose() -> None:
    assert normalize("e\xad\u0301") == "é" == normalize("é")
    assert normalize("\u1100\u200b\u1161") == "\uac00"


def test_white_space_is_that_of_str_split() -> None:
    """So whoever splits or strips with Python's methods follows the page."""
    listed = {chr(code) for first, last in SPACES for code in range(first, last + 1)}
    assert {chr(code) for code in range(0x110000) if chr(code).isspace()} == listed
    assert listed == paragraphs.SPACES  # where sentences are split
    assert all(f"a{space}b".split() == ["a", "b"] and not space.strip() for space in listed)
    assert [is_blank(text) for text in ("", "\u3000\n", "\ufeff \u200e", "\x00", "\u2581", "\u200d", "a")] == [
        True
    ] * 4 + [False] * 3


def test_the_file_says_its_schema(vocabulary: Vocabulary) -> None:
    old = vocabulary.with_text_schema(1)
    assert (vocabulary.text_schema, old.text_schema) == (2, 1) and old != vocabulary
    assert old.fingerprint == hashlib.sha256(old.model).hexdigest() != vocabulary.fingerprint
    assert [parse_model(v.model, "v").normalizer_spec.name for v in (old, vocabulary)] == [
        s.rule for s in SCHEMAS.values()
    ]
    assert old.with_text_schema(2) == vocabulary and vocabulary.with_text_schema(2).model is vocabulary.model
    assert (old.padded(500).text_schema, vocabulary.padded(500).text_schema) == (1, 2)
    with pytest.raises(ValueError, match=r"one of \[1, 2\]. Received: 3"):
        vocabulary.with_text_schema(3)


def test_a_later_schema_is_refused(vocabulary: Vocabulary) -> None:
    proto = parse_model(vocabulary.model, "v")
    proto.normalizer_spec.name = "lite-transformer-text-3"
    with pytest.raises(ValueError, match="newer version of this library. Received: 'lite-transformer-text-3'"):
        Vocabulary(proto.SerializeToString(), "later.model")
    words = b"<s>\n<pad>\n<eos>\n<unk>\na\ntext schema %d\n"
    assert WordVocabulary.from_bytes(words % 2).words == ("<s>", "<pad>", "<eos>", "<unk>", "a")
    with pytest.raises(ValueError, match="later.txt: its text schema must be one of .* Received: 3"):
        WordVocabulary.from_bytes(words % 3, "later.txt")


def test_words_are_looked_up_without_invisible_characters_in_schema_2_only(tmp_path) -> None:
    new = WordVocabulary([*WordVocabulary.train(["the cat sat"]).words, "soft\xad"])
    old = WordVocabulary.from_bytes("".join(f"{word}\n" for word in new.words).encode())
    assert (new.text_schema, old.text_schema) == (2, 1) and old != new and old.words == new.words
    ids = {word: i for i, word in enumerate(new.words)}
    text = "\ufeffthe\u2028c\xadat \u200b soft\xad soft dog\x00"
    assert new.encode(text) == [ids["the"], ids["cat"], ids["soft\xad"], 3, 3]
    assert old.encode(text) == [3, 3, 3, ids["soft\xad"], 3, 3]
    for vocabulary in (new, old):
        save_vocabulary(vocabulary, tmp_path)
        assert load_vocabulary(tmp_path) == vocabulary
