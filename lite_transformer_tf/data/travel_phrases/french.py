"""French morphology: elision, articles and contractions, plurals, agreement of adjectives, forms of noun phrases."""

from __future__ import annotations

import re
from functools import cached_property

from lite_transformer_tf.data.travel_phrases.english import capitalize

# Words whose h, or first vowel, allows neither elision nor liaison.
_NO_ELISION = (
    "hall",
    "hamac",
    "hamburger",
    "hanche",
    "hareng",
    "haricot",
    "haut",
    "Havre",
    "héros",
    "hibou",
    "homard",
    "Hongrie",
    "hors",
    "huit",
    "onze",
    "oui",
)
_SOFT_START = rf"(?:(?!(?:{'|'.join(_NO_ELISION)}))[aeiouhàâæéèêëîïôœù]|y\b)"
_ELISION = re.compile(rf"(?<![\w'-])(je|me|te|se|le|la|de|ne|que|jusque) (?={_SOFT_START})", re.IGNORECASE)
_VOWEL_START = re.compile(_SOFT_START, re.IGNORECASE)
_POSSESSIVES = {
    "1s": "m",
    "2s": "t",
    "3s": "s",
    "1p": ("notre", "nos"),
    "2p": ("votre", "vos"),
    "3p": ("leur", "leurs"),
}
_NOUNS_IN_X = ("bijou", "caillou", "chou", "genou", "hibou", "joujou", "pou")
_REGULAR_IN_AL = ("bal", "carnaval", "festival", "récital")


def elides(text: str) -> bool:
    """Whether `le`, `de`, `que` ... lose their vowel before this text."""
    return _VOWEL_START.match(text) is not None


def smooth(text: str) -> str:
    """Applies elision between words ("je ai" -> "j'ai"), and writes a capital at the start of each sentence."""
    return capitalize(_ELISION.sub(lambda match: match.group(1)[:-1] + "'", text))


def plural(word: str) -> str:
    """Plural of a noun or masculine adjective; in a group of words the first changes ("sac à dos" -> "sacs à dos")."""
    first, space, rest = word.partition(" ")
    if first.endswith(("s", "x", "z")):
        return word
    if first.endswith("al") and first not in _REGULAR_IN_AL:
        return first[:-2] + "aux" + space + rest
    if first.endswith(("eau", "eu", "œu")) and first not in ("bleu", "pneu") or first in _NOUNS_IN_X:
        return first + "x" + space + rest
    return first + "s" + space + rest


def contract(preposition: str, phrase: str) -> str:
    """`de` or `à` before a noun phrase: "du", "des", "au", "aux", and elision."""
    short = {"de": ("du", "des"), "à": ("au", "aux")}[preposition]
    for article, contraction in zip(("le ", "les "), short, strict=True):
        if phrase.startswith(article):
            return f"{contraction} {phrase[len(article) :]}"
    return f"d'{phrase}" if preposition == "de" and elides(phrase) else f"{preposition} {phrase}"


class Adjective:
    """`{a:fs}` is the form for a gender and number; `{a}` the masculine singular.

    Args:
        masculine: "beau".
        feminine: "belle"; by default the regular feminine.
        before: whether it comes before its noun.
        liaison: masculine form before a vowel ("bel"), if it has its own.
        masculine_plural: if it is not the regular one; equal to the other two for an invariable adjective ("orange").
    """

    def __init__(
        self,
        masculine: str,
        feminine: str | None = None,
        *,
        before: bool = False,
        liaison: str | None = None,
        masculine_plural: str | None = None,
    ):
        feminine = feminine or regular_feminine(masculine)
        self.before, self._liaison = before, liaison or masculine
        self.forms = {
            "": masculine,
            "ms": masculine,
            "fs": feminine,
            "mp": masculine_plural or plural(masculine),
            "fp": feminine + "s",
        }
        if feminine == masculine and masculine_plural == masculine:
            self.forms["fp"] = masculine

    def __format__(self, agreement: str) -> str:
        return self.forms[agreement]

    def ahead_of(self, noun: str, agreement: str) -> str:
        """The form directly before this noun ("bel" before "hôtel")."""
        return self._liaison if agreement == "ms" and elides(noun) else self.forms[agreement]


def regular_feminine(masculine: str) -> str:
    for ending, feminine in (
        ("e", "e"),
        ("er", "ère"),
        ("eux", "euse"),
        ("if", "ive"),
        ("en", "enne"),
        ("on", "onne"),
        ("el", "elle"),
    ):
        if masculine.endswith(ending):
            return masculine[: -len(ending)] + feminine
    return masculine + "e"


class Noun:
    """Forms of a noun phrase, each with the determiner that a rule names.

    Args:
        singular: "billet"; for a noun used in the plural only, the plural.
        plural: "billets".
        gender: "m" or "f".
        number: "s" (un billet), "p" (des billets) or "mass" (du pain).
        adjective_first: whether an adjective comes first, so that "des" becomes "de" ("de petits sacs").

    `g` is the key of agreement (ms, fs, mp, fp) and `p` the person of its verb (3s, 3p). `{n:1s}` adds the possessive
    of a person before it.
    """

    def __init__(self, singular: str, plural: str, gender: str, number: str, *, adjective_first: bool = False):
        self.pl, self.gender, self.number, self.adjective_first = plural, gender, number, adjective_first
        many = number == "p"
        self.bare = plural if many else singular
        self.soft = elides(self.bare)
        self.g, self.p = gender + ("p" if many else "s"), "3p" if many else "3s"
        self.est, self.etait, self.ent = ("sont", "étaient", "ent") if many else ("est", "était", "e")
        self.ils = {"ms": "il", "fs": "elle", "mp": "ils", "fp": "elles"}[self.g]
        self.ont = "ont" if many else "a"
        self.meme, self.tous = ("mêmes" if many else "même"), ("tous" if gender == "m" else "toutes")
        self.les = "les" if many else "le" if gender == "m" else "la"

    @cached_property
    def the(self) -> str:
        return f"l'{self.bare}" if self.soft and self.number != "p" else f"{self.les} {self.bare}"

    @cached_property
    def a(self) -> str:
        if self.number == "mass":
            return self.of_the
        if self.number == "p":
            return f"{'de' if self.adjective_first else 'des'} {self.bare}"
        return f"{'un' if self.gender == 'm' else 'une'} {self.bare}"

    @cached_property
    def any(self) -> str:
        return contract("de", self.bare)

    @cached_property
    def this(self) -> str:
        word = {"ms": "cet" if self.soft else "ce", "fs": "cette", "mp": "ces", "fp": "ces"}[self.g]
        return f"{word} {self.bare}"

    @cached_property
    def another(self) -> str:
        if self.number != "s":
            return f"d'autres {self.bare}"
        return f"{'un' if self.gender == 'm' else 'une'} autre {self.bare}"

    @cached_property
    def quel(self) -> str:
        return {"ms": "quel", "fs": "quelle", "mp": "quels", "fp": "quelles"}[self.g]

    @cached_property
    def of_the(self) -> str:
        return contract("de", self.the)

    @cached_property
    def to_the(self) -> str:
        return contract("à", self.the)

    @cached_property
    def of_a(self) -> str:
        return contract("de", self.a if self.number == "s" else self.bare)

    @cached_property
    def of_this(self) -> str:
        return contract("de", self.this)

    def __format__(self, person: str) -> str:
        if not person:
            return self.bare
        forms = _POSSESSIVES[person]
        if isinstance(forms, tuple):
            return f"{forms[self.number == 'p']} {self.bare}"
        vowel = "es" if self.number == "p" else "on" if self.gender == "m" or self.soft else "a"
        return f"{forms}{vowel} {self.bare}"


class Subject(str):
    """A subject: its person `p`, its agreement `g`, and the verbs that often follow it."""

    p: str
    g: str
    suis: str
    ai: str
    vais: str
    etais: str
    me: str
    il: str

    def __new__(cls, text: str, person: str, agreement: str) -> Subject:
        self = super().__new__(cls, text)
        index = ("1s", "2s", "3s", "1p", "2p", "3p").index(person)
        self.p, self.g = person, agreement
        self.suis = ("suis", "es", "est", "sommes", "êtes", "sont")[index]
        self.ai = ("ai", "as", "a", "avons", "avez", "ont")[index]
        self.vais = ("vais", "vas", "va", "allons", "allez", "vont")[index]
        self.etais = ("étais", "étais", "était", "étions", "étiez", "étaient")[index]
        self.me = ("me", "te", "se", "nous", "vous", "se")[index]
        self.il = {"ms": "il", "fs": "elle", "mp": "ils", "fp": "elles"}[agreement]
        return self
