"""English morphology: forms of nouns, verbs and subjects, which rules name, and the article before a vowel sound."""

from __future__ import annotations

import re
from functools import cached_property

_IRREGULAR_PLURALS = {
    "child": "children",
    "foot": "feet",
    "knife": "knives",
    "loaf": "loaves",
    "man": "men",
    "scarf": "scarves",
    "shelf": "shelves",
    "tooth": "teeth",
    "woman": "women",
}
_VOWEL_SOUND = re.compile(r"\b(a) (?=(?:[aeiou](?!uro|ni[vf]|se[df]|ne-)|hour|honest))", re.IGNORECASE)
_NEXT_SENTENCE = re.compile(r"(?<=[.?!] )[a-zà-ÿ]")


def smooth(text: str) -> str:
    """Writes `an` before a vowel sound, and a capital at the start of each sentence."""
    return capitalize(_VOWEL_SOUND.sub(r"\1n ", text))


def capitalize(text: str) -> str:
    """Writes a capital at the start of each sentence."""
    text = text[0].upper() + text[1:]
    if text.find(". ") + text.find("? ") + text.find("! ") == -3:
        return text
    return _NEXT_SENTENCE.sub(lambda match: match.group().upper(), text)


def plural(noun: str) -> str:
    """Plural of a singular noun; in a group of words the last one changes ("bus stop" -> "bus stops")."""
    first, space, last = noun.rpartition(" ")
    if last in _IRREGULAR_PLURALS:
        last = _IRREGULAR_PLURALS[last]
    elif last.endswith(("s", "x", "ch", "sh")) or last in ("potato", "tomato"):
        last += "es"
    elif last.endswith("y") and last[-2] not in "aeiou":
        last = last[:-1] + "ies"
    else:
        last += "s"
    return first + space + last


class Noun:
    """Forms of a noun phrase without its determiner.

    Args:
        singular: "ticket"; for a noun used in the plural only, the plural.
        plural: "tickets".
        number: "s" (a ticket), "p" (some tickets) or "mass" (some bread).
    """

    def __init__(self, singular: str, plural: str, number: str):
        self.singular, self.pl, self.number = singular, plural, number
        self.bare = plural if number == "p" else singular
        many = number == "p"
        self.be, self.was, self.has, self.do = ("are", "were", "have", "do") if many else ("is", "was", "has", "does")
        self.it, self.them, self.s = ("they", "them", "") if many else ("it", "it", "s")
        self.there = "there are" if many else "there is"

    @cached_property
    def a(self) -> str:
        return f"a {self.bare}" if self.number == "s" else f"some {self.bare}"

    @cached_property
    def plain(self) -> str:
        return f"a {self.bare}" if self.number == "s" else self.bare

    @cached_property
    def any(self) -> str:
        return f"a {self.bare}" if self.number == "s" else f"any {self.bare}"

    @cached_property
    def the(self) -> str:
        return f"the {self.bare}"

    @cached_property
    def this(self) -> str:
        return f"these {self.bare}" if self.number == "p" else f"this {self.bare}"


class Verb:
    """Forms of a verb: `{v:3s}` (present of a person), `{v.base}`, `{v.past}`, `{v.pp}` (participle) and `{v.ing}`.

    Only the first word changes: "look for" -> "looks for", "looked for", "looking for".
    """

    def __init__(self, base: str, past: str | None = None, pp: str | None = None, ing: str | None = None):
        first, space, rest = base.partition(" ")
        self.base = base
        self._third = _third_person(first) + space + rest
        self.past = (past or _regular_past(first)) + space + rest
        self.pp = (pp or past or _regular_past(first)) + space + rest
        self.ing = (ing or _regular_ing(first)) + space + rest

    def __format__(self, person: str) -> str:
        return self._third if person == "3s" else self.base


def _third_person(verb: str) -> str:
    if verb == "have":
        return "has"
    if verb.endswith(("s", "x", "ch", "sh", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"


def _regular_past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ied"
    return verb + "ed"


def _regular_ing(verb: str) -> str:
    return (verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else verb) + "ing"


class Subject(str):
    """A subject with the auxiliaries that agree with it; `p` is its person, one of 1s 2s 3s 1p 2p 3p."""

    p: str
    be: str
    was: str
    have: str
    do: str
    my: str

    def __new__(cls, text: str, person: str, possessive: str) -> Subject:
        self = super().__new__(cls, text)
        third = person == "3s"
        self.p = person
        self.be = "am" if person == "1s" else "is" if third else "are"
        self.was = "was" if person in ("1s", "3s") else "were"
        self.have, self.do = ("has", "does") if third else ("have", "do")
        self.my = possessive
        return self
