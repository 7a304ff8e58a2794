"""Other numbers: each in the form of the old one, the same in both texts, and which pairs stay as they are."""

from __future__ import annotations

import random
import re

import pytest

from lite_transformer_tf.data.embedded import EmbeddedText
from lite_transformer_tf.data.numbers import common_numbers, with_other_numbers
from lite_transformer_tf.decoding.copying import items_of, missing
from lite_transformer_tf.text.items import Figures, figures, placed_items

pytestmark = pytest.mark.light


@pytest.mark.parametrize(
    ("source", "target", "form", "other"),
    [
        ("Room 12 costs €45.67.", "La chambre 12 coûte 45,67 €.", r"Room (\d+) costs €(\d+)\.(\d\d)\.",
         "La chambre {} coûte {},{} €."),
        ("I have $1,200.", "J'ai 1 200 $.", r"I have \$(\d+),(\d{3})\.", "J'ai {} {} $."),
        ("It is 3:45 pm.", "Il est 15 h 45.", r"It is (\d+):(\d\d) pm\.", None),
        ("At 2:30.", "Um 2.30 Uhr.", r"At (\d+):(\d\d)\.", "Um {}.{} Uhr."),
        ("May 5, 2012.", "Le 5 mai 2012.", r"May (\d+), (\d{4})\.", "Le {} mai {}."),
        ("It has 3,500 books.", "Tiene 3.500 libros.", r"It has (\d+),(\d{3}) books\.", "Tiene {}.{} libros."),
        ("Call 06 12 34 56 78.", "Appelez le 06 12 34 56 78.", r"Call (0\d) (\d\d) (\d\d) (\d\d) (\d\d)\.",
         "Appelez le {} {} {} {} {}."),
        ("Call +44 20 79-46.", "Llame al +44 20 79-46.", r"Call \+44 (\d\d) (\d\d)-(\d\d)\.", "Llame al +44 {} {}-{}."),
        ("On 17/05/2020.", "Le 17/05/2020.", r"On (\d\d)/(0\d)/(\d{4})\.", "Le {}/{}/{}."),
        ("He is 30 years old.", "Il a 30 ans.", r"He is (\d+) years old\.", "Il a {} ans."),
    ],
)  # fmt: skip
def test_numbers_keep_their_form(source: str, target: str, form: str, other: str | None) -> None:
    rng = random.Random(1)
    for _ in range(200):
        found = with_other_numbers(source, target, rng)
        assert found is not None
        read = re.fullmatch(form, found[0])
        assert read, found
        if other is None:
            assert found[1] == f"Il est {int(read[1]) + 12} h {read[2]}."
        else:
            assert found[1] == other.format(*read.groups())
        assert missing(items_of(found[0]), items_of(found[1])) == ()


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("It costs 30 dollars.", "Ça coûte trente dollars."),
        ("The 5th of May.", "Le 5e jour de mai."),
        ("1 day", "1 jour"),
        ("Ten miles are 16 km.", "10 miles font 16 km."),
        ("PG-13", "PG-13"),
        ("No number.", "Aucun nombre."),
        ("It costs $10.00.", "Ça coûte 10 dollars."),
        ("The concert starts at 2:30.", "Le concert commence à 14 h 30."),
        ("Er kommt um 14:30 Uhr.", "He comes at 2:30 in the afternoon."),
    ],
)
def test_what_does_not_correspond_stays(source: str, target: str) -> None:
    assert with_other_numbers(source, target, random.Random(1)) is None


def test_equal_numbers_stay_equal_and_other_items_stay() -> None:
    source, target = "Room 7 or 7? Ask at a@b.com, 1 day, 12.", "Chambre 7 ou 7 ? a@b.com, 1 jour, 12."
    found = with_other_numbers(source, target, random.Random(3))
    assert found is not None
    read = re.fullmatch(r"Room (\d+) or (\d+)\? Ask at a@b\.com, 1 day, (\d+)\.", found[0])
    assert read is not None and read[1] == read[2]
    assert found[1] == f"Chambre {read[1]} ou {read[1]} ? a@b.com, 1 jour, {read[3]}."
    assert set(common_numbers(("a 7 b 7", "7 7"))) == {"n7"} and common_numbers(("7", "7 7")) == {}


def test_the_copy_check_finds_nothing_missing_in_any_replaced_phrase() -> None:
    rng, replaced = random.Random(1), 0
    for name in ("travel_phrases", "everyday_phrases"):
        for source, target in EmbeddedText(name, "test"):
            found = with_other_numbers(source, target, rng)
            if found is not None:
                replaced += 1
                assert missing(*map(items_of, found)) == () == missing(*map(items_of, found[::-1])), found
    assert replaced > 200


def test_figures() -> None:
    assert figures("1,200.50") == Figures(("1", "200"), ",", ".", "50")
    assert figures("1 200") == Figures(("1", "200"), " ")
    assert figures("45,67") == Figures(("45",), "", ",", "67")
    assert figures("007") == Figures(("007",)) and figures("17.05.2020") is None
    text = "At 3:45 pm, €1,200.50."
    places = [[text[slice(*span)] for span in placed.digits] for placed in placed_items(text)]
    assert places == [["3", "45"], [], ["1,200.50"]]
