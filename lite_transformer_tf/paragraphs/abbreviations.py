"""Words behind which a full stop ends no sentence."""

from __future__ import annotations

COMMON = "cf vs dr prof st"
BY_LANGUAGE = {
    "en": "mr mrs ms messrs mx jr sr rev hon gen col lt sgt capt gov sen rep e.g i.e u.s u.k inc ltd co corp",
    "fr": "mm mme mmes mlle mlles mgr p.ex c.-à-d av bd",
    "de": "z.b d.h u.a u.ä o.ä bzw evtl ggf hr fr str s.o s.u v.a mio mrd",
    "es": "sr sra srta d dña ud uds p.ej av ee.uu",
    "it": "sig sig.ra dott dott.ssa ing avv p.es",
    "pt": "sr sra dra exmo p.ex av",
    "nl": "dhr mevr mw drs ir bijv d.w.z",
}
"""Language -> words in small letters, without their last full stop."""

NUMBERED = "no nr fig abb vol p pp pag pág ca approx art ch chap sec tel tél §"
"""Abbreviations only before a digit; so are the months."""

MONTHS = {
    "en": "jan feb mar apr jun jul aug sep sept oct nov dec",
    "de": "jan feb apr aug sept okt nov dez",
    "fr": "janv févr avr juil sept oct nov déc",
}
ORDINALS = frozenset("bs cs da de et fi fo hr hu is lb lv nb nn no pl sk sl sr tr".split())
"""Languages that write ordinal numbers with a full stop."""


class Abbreviations:
    """Those of a language.

    Args:
        language: Two letters; a language without words of its own has the common ones.
    """

    def __init__(self, language: str) -> None:
        self._words = frozenset(f"{COMMON} {BY_LANGUAGE.get(language, '')}".split())
        self._numbered = frozenset(f"{NUMBERED} {MONTHS.get(language, '')}".split())
        self.has_ordinals = language in ORDINALS

    def has(self, word: str, before_digit: bool) -> bool:
        """Whether a word in small letters is one."""
        return word in self._words or (before_digit and word in self._numbered)
