"""Lexicon entries: the English and the French view of a word, for the two sides of a rule; readers for tables."""

from __future__ import annotations

from typing import Any, NamedTuple

from lite_transformer_tf.data.travel_phrases import english, french


class Entry(NamedTuple):
    """One value of a slot: its view on each side, which formats itself and may have named forms (`{slot.the}`)."""

    en: Any
    fr: Any


class Text(str):
    """A fixed text with named variants: `Text("some bread", any="any bread")`."""

    def __new__(cls, text: str, **variants: str) -> Text:
        self = super().__new__(cls, text)
        self.__dict__.update(variants)
        return self


def nouns(table: str, number: str = "s") -> list[Entry]:
    """Reads a table of nouns, one per line: `english[/plural] = french gender[/plural]`.

    Args:
        table: Words in the singular. For `number="p"` the English is in the plural and the French in the singular,
            because only the plural is used.
        number: "s" (a ticket), "p" (some tickets) or "mass" (some bread).
    """
    return [_noun(line, number) for line in table.strip().splitlines()]


def _noun(line: str, number: str) -> Entry:
    en_side, fr_side = line.strip().split(" = ")
    en, _, en_plural = en_side.partition("/")
    fr_side, _, fr_plural = fr_side.partition("/")
    fr, _, gender = fr_side.rpartition(" ")
    if gender not in ("m", "f") and gender not in ("mp", "fp"):
        raise ValueError(f"A noun's line must read `english[/plural] = french gender[/plural]`. Received: {line!r}")
    fr_number = "p" if len(gender) == 2 else number
    en_plural = en_plural or (en if number == "p" else english.plural(en))
    return Entry(
        english.Noun(en, en_plural, number), french.Noun(fr, fr_plural or french.plural(fr), gender[0], fr_number)
    )


def in_plural(entries: list[Entry]) -> list[Entry]:
    """The same nouns used in the plural: "some tickets", "these tickets"."""
    return [_renumber(entry, "p") for entry in entries if entry.en.number == "s"]


def in_singular(entries: list[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.en.number == "s"]


def _renumber(entry: Entry, number: str) -> Entry:
    en, fr = entry
    singular_fr = fr.bare if fr.number != "p" else fr.pl
    return Entry(
        english.Noun(en.singular, en.pl, number),
        french.Noun(singular_fr, fr.pl, fr.gender, number, adjective_first=fr.adjective_first),
    )


def qualified(entries: list[Entry], adjectives: list[Entry]) -> list[Entry]:
    """All nouns with all adjectives in place and form: "black coat" = "manteau noir", "old hotel" = "vieil hôtel"."""
    return [_qualify(noun, adjective) for noun in entries for adjective in adjectives]


def _qualify(noun: Entry, adjective: Entry) -> Entry:
    en, fr, word = noun.en, noun.fr, adjective.fr
    english_noun = english.Noun(f"{adjective.en} {en.singular}", f"{adjective.en} {en.pl}", en.number)
    gender, number = fr.gender, fr.number
    if word.before:
        singular, many = f"{word.ahead_of(fr.bare, gender + 's')} {fr.bare}", f"{word:{gender + 'p'}} {fr.pl}"
    else:
        singular, many = f"{fr.bare} {word:{gender + 's'}}", f"{fr.pl} {word:{gender + 'p'}}"
    return Entry(
        english_noun,
        french.Noun(many if number == "p" else singular, many, gender, number, adjective_first=word.before),
    )


def phrases(table: str) -> list[Entry]:
    """Reads fixed phrases, one per line: `english = french`."""
    return [Entry(*line.strip().split(" = ")) for line in table.strip().splitlines()]


def objects(entries: list[Entry], form: str) -> list[Entry]:
    """Noun phrases as objects of a verb: `{o}`, and `{o.any}` in a negation ("du pain" -> "de pain").

    Args:
        entries: nouns.
        form: "a" (indefinite or partitive), "the" or "this".
    """
    found = []
    for en, fr in entries:
        en_text, fr_text = getattr(en, form), getattr(fr, form)
        any_en, any_fr = (en.any, fr.any) if form == "a" else (en_text, fr_text)
        found.append(Entry(Text(en_text, any=any_en), Text(fr_text, any=any_fr, les=fr.les, g=fr.g)))
    return found
