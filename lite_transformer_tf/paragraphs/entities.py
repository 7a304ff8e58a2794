"""HTML entities: the characters that they stand for, and back."""

from __future__ import annotations

LATIN_1 = (
    "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute "
    "micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig "
    "Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash "
    "Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute "
    "ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc "
    "uuml yacute thorn yuml"
)
"""Names of U+00A0 to U+00FF, in order."""

OTHERS = (
    "amp & lt < gt > quot \" apos ' ndash – mdash — lsquo ‘ rsquo ’ sbquo ‚ ldquo “ rdquo ” bdquo „ lsaquo ‹ rsaquo › "
    "hellip … bull • euro € trade ™ oelig œ OElig Œ"
)
"""Names, each with its character."""

_NAMES = {name: chr(0xA0 + place) for place, name in enumerate(LATIN_1.split())}
_NAMES |= dict(zip(OTHERS.split()[::2], OTHERS.split()[1::2], strict=True))
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\xa0": "&nbsp;"})


def character(entity: str) -> str | None:
    """The character of an entity such as `&amp;`, `&#39;` or `&#x2014;`; None for an unknown one."""
    name = entity[1:-1]
    if not name.startswith("#"):
        return _NAMES.get(name)
    code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code <= 0x10FFFF else None


def escape(text: str) -> str:
    """A translated text for a document with entities."""
    return text.translate(_ESCAPES)
