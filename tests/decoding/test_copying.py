"""What an answer must copy: docs/trust.md, case by case."""

from __future__ import annotations

from pathlib import Path

import pytest

from lite_transformer_tf.data.splits import embedded_splits
from lite_transformer_tf.decoding.copying import PATTERNS, items_of, mended, missing, shape, unsupported

PAGE = (Path(__file__).parents[2] / "docs" / "trust.md").read_text(encoding="utf-8")


def keys(text: str) -> list[str]:
    return [item.key for item in items_of(text)]


def lacks(source: str, answer: str) -> tuple[str, ...]:
    return missing(items_of(source), items_of(answer))


def test_the_page_has_the_patterns() -> None:
    listed = PAGE.split("is an item, and the scan continues behind it.\n\n")[1].split("\n\n")[0].split("\n")
    assert listed == [f"    {kind:7s} {pattern}" for kind, pattern in PATTERNS.items()]


def test_the_shape_has_a_character_for_each() -> None:
    assert shape("Aé\u00a07\u202f٣３Ünï’–−-€\n五🙂½") == "Ax 7 33Xnx'\x01--$\n\x01\x01\x01"


@pytest.mark.parametrize(
    "text, expected",
    [
        ("1,200.50 1.200,50 1200.5 1'200.5", ["n1200.5"] * 4),
        ("1 200,50", ["n1200.5"]),
        ("1\u202f200\u00a0300", ["n1200300"]),
        ("1,234 1.234 1234", ["n1234"] * 3),
        ("0.125 1.50 3.0 30.20 1,5", ["n0.125", "n1.5", "n3", "n30.2", "n1.5"]),
        ("1.2.3 17.05.2020 2020-05-17", ["n1.2.3", "n17.05.2020", "n2020", "n5", "n17"]),
        ("05 007 0", ["n5", "n007", "n0"]),
        ("1st 21st 1er 2e 20-year-old 5km 50% 1950s", ["n1", "n21", "n1", "n2", "n20", "n5", "n50", "n1950"]),
        ("7:45 7h45 19:45 19 h 45", ["t7:45"] * 4),
        ("19h 7 pm 7p.m. 7:00", ["t7:00"] * 4),
        ("10:15:30 7:60 25:00", ["t10:15:30", "n7", "n60", "n25", "n0"]),
        ("$5 5 € £7", ["s$", "n5", "n5", "s€", "s£", "n7"]),
        ("AB-1234 R2-D2 12A 4x4 3D v1.2", ["xab-1234", "xr2-d2", "x12a", "x4x4", "x3d", "xv1.2"]),
        ("MP3-Player mid-1990s AB-12-XY", ["xmp3", "xmid-1990s", "xab-12-xy"]),
        ("See https://a.org/b?c=1. Or www.b.de, or c.com/d!", ["xhttps://a.org/b?c=1", "xwww.b.de", "xc.com/d"]),
        ("Me@Example.org, a.b+c@d-e.co.uk.", ["xme@example.org", "xa.b+c@d-e.co.uk"]),
        ("06 12 34 56 78, 06.12.34.56.78, +33 6 12 34 56", ["x0612345678", "x0612345678", "x+336123456"]),
        ("0171/1234567, 020 7946 0958. +1-555-010-9999!", ["x01711234567", "x02079460958", "x+15550109999"]),
        (
            "05.06.2020 05/06/20 06 12, 2005 10 20",
            ["n05.06.2020", "n5", "n6", "n20", "n6", "n12", "n2005", "n10", "n20"],
        ),
        ("The end.Then, e.g. this: z.B. km/h, well-known", []),
        ("五12個 ٣", ["n12", "n3"]),
    ],
)
def test_items(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


@pytest.mark.parametrize(
    "source, answer",
    [
        ("It costs €1,200.50.", "Ça coûte 1\u202f200,50 €."),
        ("It costs €30.20.", "Ça coûte 30 euros 20."),
        ("The train leaves at 7:45 p.m.", "Le train part à 19h45."),
        ("At 7 o'clock", "À 7h"),
        ("At 19:30", "Um 7.30 Uhr abends"),
        ("At 7 pm", "À 19 heures"),
        ("May 1st, 2020", "1er mai 2020"),
        ("05/17/2020", "17.05.2020"),
        ("AB-1234", "AB 1234"),
        ("Five bags of 100 g", "5 sachets de 100 g"),
        ("5 100 g", "100 g, 5 fois"),
        ("Mail Me@Example.org", "Écrivez à me@example.org"),
        ("I have 3 tickets for 20 friends and 500 others.", "J'ai trois billets pour vingt amis et cinq cents autres."),
        ("At 7:30", "À sept heures et demie"),
        ("$5", "cinq dollars"),
        ("06 12 34 56 78", "le 06, puis 12, 34, 56 et 78"),
        ("06 12 34 56 78", "06.12.34.56.78"),
    ],
)
def test_what_is_kept_in_another_form(source: str, answer: str) -> None:
    assert lacks(source, answer) == lacks(answer, answer) == ()


@pytest.mark.parametrize(
    "source, answer, expected",
    [
        ("It costs 878 euros.", "Ça coûte 87 euros.", ("878",)),
        ("Room 221 costs 31 euros.", "La chambre 221 coûte des euros.", ("31",)),
        ("3 tickets at 8", "trois billets à 9", ("8",)),  # a number stands in the place of the greatest one
        ("At 7", "À 8h", ("7",)),
        ("1.5 mg", "15 mg", ("1.5",)),
        ("At 7:45", "À 7h54", ("7:45",)),
        ("$5", "5 €", ("$",)),
        ("Flight 12A", "Vol 12B", ("12A",)),
        ("20 45 64 45", "20 45 64", ("45",)),
        ("See https://a.org/b", "Voir https://a.org/c", ("https://a.org/b",)),
        ("Call 0800", "Appelez 800", ("0800",)),
        ("A 878, B 87 and 12", "A 87", ("878",)),
        ("06 12 34 56 78", "06 12 34 78", ("06 12 34 56 78",)),
    ],
)
def test_what_a_translation_lacks(source: str, answer: str, expected: tuple[str, ...]) -> None:
    assert lacks(source, answer) == expected


@pytest.mark.parametrize(
    "source, answer, expected",
    [
        ("It costs 878 euros.", "Ça coûte 87 euros.", "Ça coûte 878 euros."),
        ("It costs 12,345 euros.", "Ça coûte 12 354 euros.", "Ça coûte 12 345 euros."),
        ("€45.67, room 12", "45,76 €, chambre 12", "45,67 €, chambre 12"),
        ("My number is 06 12 34 56 78.", "Mon numéro est 06 12 43 56 78.", "Mon numéro est 06 12 34 56 78."),
        ("My number is 06 12 34 56 78.", "C'est le 06 12 34 78.", "C'est le 06 12 34 56 78."),
        ("Call +44 20 7946 0958 at 7.", "Appelez le +44 20 7946 0985 à 7h.", "Appelez le +44 20 7946 0958 à 7h."),
        ("Flight BA1234", "Vol BA1243", "Vol BA1234"),
        ("See https://a.org/b.", "Voir https://a.org/c.", "Voir https://a.org/b."),
        ("Born in 1984, he is 35.", "Né en 1985, il a 35 ans.", "Né en 1984, il a 35 ans."),
        ("٤٥٦, ٣", "٤٥, ٣", "٤٥٦, ٣"),
    ],
)
def test_what_was_copied_wrongly_is_mended(source: str, answer: str, expected: str) -> None:
    assert mended(items_of(source), answer) == expected


@pytest.mark.parametrize(
    "source, answer",
    [
        ("It costs 878 euros.", "Ça coûte des euros."),  # nothing stands in its place
        ("It costs 878 euros.", "Ça coûte 87 ou 88 euros."),  # which one?
        ("It costs 878 euros.", "Ça coûte 87 euros, 87 !"),
        ("878 and 12 of 32", "879 et 13 sur 32"),  # two are wrong
        ("At 7:45", "À 7h54"),  # a time is written in two ways
        ("1,234.56 euros", "1 234,5 euros"),  # and so is a number with marks
        ("Flight BA1234", "Vol 1235"),
        ("In the 1950s", "Dans les années 50"),
        ("It costs $5.", "Ça coûte 5 €."),
        ("It costs 878 euros.", "Ça coûte 878 euros."),
        ("Nothing.", "87"),
    ],
)
def test_what_is_not_clear_is_not_mended(source: str, answer: str) -> None:
    assert mended(items_of(source), answer) == answer


def test_what_a_summary_adds() -> None:
    document = "In 2019 three firms paid $1,200 at 7:45. See https://a.org or AB-12."
    assert unsupported(items_of(document), items_of("3 firms paid €1.200 in 2019 at 19h45; a code AB 12")) == ()
    found = unsupported(items_of(document), items_of("In 2018 firms paid 1,300 in 2018, see https://b.org, AB-13."))
    assert found == ("2018", "1,300", "https://b.org", "AB-13")


@pytest.mark.parametrize("part, count", [("a-", 0), ("a.", 0), ("@a.", 0), ("1 234 ", 20_000), ("9x ", 20_000)])
def test_a_long_text_takes_no_longer_than_its_length_allows(part: str, count: int) -> None:
    items = items_of(part * 20_000)
    assert len(items) == count
    assert len(missing(items, [])) == (count if part[0] == "1" else 0)


def test_human_translations_raise_no_alarm() -> None:
    test = embedded_splits().test
    assert test is not None
    pairs = [(items_of(source), items_of(target)) for source, target in test]
    assert sum(bool(source) for source, _ in pairs) == 100
    assert [pair for pair in pairs if missing(*pair) or missing(*reversed(pair))] == []
