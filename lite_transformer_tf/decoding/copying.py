"""What an answer must copy from its source: numbers, times, currency signs, codes, addresses (docs/trust.md).

Needs neither a model nor TensorFlow. `CopyCheck.kt` is the same in Kotlin. `text/items.py` finds the items.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from lite_transformer_tf.text.items import PATTERNS, Item, items_of, shape

__all__ = ["PATTERNS", "Item", "items_of", "mended", "missing", "shape", "unsupported"]
_WORDABLE = "n(?:[0-9]|1[0-9]|[1-9]0+)|t[0-9]+:(?:00|15|30|45)"
"""Keys of items that another language may write as words."""


def _keys(items: Sequence[Item], known: Collection[str]) -> list[tuple[str, str]]:
    """Pairs (key, text): an item that the other text has only in another form counts in that form."""
    result = []
    for item in items:
        form = () if item.key in known else next((f for f in item.forms if all(k in known for k in f)), ())
        result += [(key, item.text) for key in form or (item.key,)]
    return result


def _compared(one: Sequence[Item], other: Sequence[Item]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    keys, others = {item.key for item in one}, {item.key for item in other}
    return _keys(one, others), _keys(other, keys)


def missing(source: Sequence[Item], answer: Sequence[Item]) -> tuple[str, ...]:
    """Texts of the source's items that the answer lacks, each as often as it lacks it."""
    wanted, given = _compared(source, answer)
    lacking, added = _without(wanted, given), _without(given, wanted)
    wordable = [place for place, (key, _) in lacking if re.fullmatch(_WORDABLE, key)]
    signs = [place for place, (key, _) in lacking if key[0] == "s"]
    excused = {*wordable, *signs}
    other = [place for place, _ in lacking if place not in excused]
    numbers = sum(key[0] in "nt" for _, (key, _) in added) - sum(wanted[place][0][0] in "nt" for place in other)
    # Words may stand for these, unless other numbers, or other signs, stand in their place.
    wordable = sorted(wordable, key=lambda place: _size(wanted[place][0]))[max(0, len(wordable) - max(0, numbers)) :]
    signs = signs[: sum(key[0] == "s" for _, (key, _) in added)]
    return tuple(wanted[place][1] for place in sorted({*other, *wordable, *signs}))


def mended(source: Sequence[Item], answer: str) -> str:
    """The answer with the one item that it copied wrongly written as in the source; otherwise as it is.

    Args:
        source: Items of the source.
        answer: An answer that lacks something of them.

    Returns:
        A text that lacks nothing, or `answer`. Digits take the places of as many digits, so that `12 354` becomes
        `12 345` for a source of `12,345`; a number of another length is written anew where both are digits only, and a
        code or an address always.
    """
    wanted, given = _compared(source, items_of(answer))
    lacking, added = _without(wanted, given), _without(given, wanted)
    if len(lacking) != 1 or len(added) != 1:
        return answer
    (_, (key, text)), (_, (other, copied)) = *lacking, *added
    if key[0] != other[0] or key[0] not in "nx" or answer.count(copied) != 1:
        return answer
    found = answer.replace(copied, text if key[0] == "x" else _with_digits_of(text, copied))
    return answer if missing(source, items_of(found)) else found


def _with_digits_of(text: str, copied: str) -> str:
    digits = [char for char, form in zip(text, shape(text), strict=True) if form.isdigit()]
    places = [place for place, form in enumerate(shape(copied)) if form.isdigit()]
    if len(digits) == len(places):
        written = dict(zip(places, digits, strict=True))
        return "".join(written.get(place, char) for place, char in enumerate(copied))
    return text if len(digits) == len(text) and len(places) == len(copied) else copied


def unsupported(source: Sequence[Item], answer: Sequence[Item]) -> tuple[str, ...]:
    """Texts of the answer's items that are not in the source; numbers that may have been words there are left out."""
    known, given = _compared(source, answer)
    keys = {key for key, _ in known}
    found = [text for key, text in given if key not in keys and key[0] != "s" and not re.fullmatch(_WORDABLE, key)]
    return tuple(dict.fromkeys(found))


def _without(keys: Sequence[tuple[str, str]], others: Sequence[tuple[str, str]]) -> list[tuple[int, tuple[str, str]]]:
    """The entries of `keys`, with their places, that `others` does not have as often."""
    left = Counter(key for key, _ in others)
    result = []
    for place, entry in enumerate(keys):
        if left[entry[0]] > 0:
            left[entry[0]] -= 1
        else:
            result.append((place, entry))
    return result


def _size(key: str) -> tuple[int, str]:
    """Sorts the keys of numbers and times by value."""
    whole = key[1:].split(":")[0]
    return len(whole), whole
