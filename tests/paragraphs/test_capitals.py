"""Sentences all in capitals: what a model reads of them (docs/paragraphs.md)."""

from __future__ import annotations

import pytest
from hypothesis import given

from lite_transformer_tf.paragraphs.capitals import in_sentence_case, is_capital
from lite_transformer_tf.paragraphs.paragraph import ParagraphReader
from tests.paragraphs.texts import texts

pytestmark = pytest.mark.light

EXAMPLES = {
    "WHERE IS THE BAR?": "Where is the bar?",
    "SO AM I, AND I'M COLD.": "So am I, and I'm cold.",
    "“¿DÓNDE ESTÁ EL BAÑO?”": "“¿Dónde está el baño?”",
    "2º PISO, HAUPTSTRAßE": "2º piso, hauptstraße",
    "GATE B12 OR BA1234, 3 EUROS": "Gate B12 or BA1234, 3 euros",
    "ΠΟΥ ΕΙΝΑΙ; ГДЕ?": "Που ειναι; где?",
    "İSTANBUL, ISLAND": "İstanbul, island",
    "HELP": "Help",
    "NO! USA?": "No! usa?",
    "NO": "NO",
    "USA": "USA",
    "A 4 €": "A 4 €",
    "我爱NASA的": "我爱NASA的",
    "나는 NASA에서 일합니다": "나는 NASA에서 일합니다",
    "HALF of IT": "HALF of IT",
    "": "",
}


@pytest.mark.parametrize("text", EXAMPLES)
def test_examples(text: str) -> None:
    assert in_sentence_case(text) == EXAMPLES[text]


@given(texts())
def test_only_letters_change_and_once_is_enough(text: str) -> None:
    """For every text: the same letters, another case at most; and what a model reads stays as it is."""
    found = in_sentence_case(text)
    assert len(found) == len(text)
    assert [char.lower() for char in found] == [char.lower() for char in text]
    assert all(old == new or is_capital(old) for old, new in zip(text, found))
    assert in_sentence_case(found) == found


def test_a_model_reads_small_letters_and_each_sentence_by_itself() -> None:
    paragraph = ParagraphReader("en", "fr", len, None).read("STOP <b>HERE</b>, {NAME}. It is open. GO IN!")
    assert [sentence.plain for sentence in paragraph.sentences] == ["Stop here,.", "It is open.", "Go in!"]
    assert paragraph.joined(["Arrêtez ici.", "C'est ouvert.", "Entrez !"]) == (
        "Arrêtez <b>ici</b> {NAME}. C'est ouvert. Entrez !"
    )
