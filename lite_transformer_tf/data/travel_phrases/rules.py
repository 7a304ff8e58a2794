"""Rules: pairs of patterns with shared slots, from each of which a fixed number of sentences is drawn.

A rule is one line, `English = French`, in the language of `str.format`. `{item.the}` is a form of the slot's value, and
a form can depend on another slot: in "{item.the} {item.est} {a:{item.g}}" the adjective agrees with the noun.
"""

from __future__ import annotations

import random
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lite_transformer_tf.data.travel_phrases import english, french

Values = Sequence[Any]


@dataclass(frozen=True)
class Rule:
    """One pair of patterns; each slot is the names that it fills together and its values."""

    english: str
    french: str
    slots: tuple[tuple[tuple[str, ...], Values], ...]

    @property
    def size(self) -> int:
        """Number of combinations of slot values."""
        product = 1
        for _, values in self.slots:
            product *= len(values)
        return product

    def render(self, index: int) -> tuple[str, str] | None:
        """The sentences of one combination, or None if two slots have the same entry."""
        english_view: dict[str, object] = {}
        french_view: dict[str, object] = {}
        used = set()
        for names, values in self.slots:
            index, position = divmod(index, len(values))
            value = values[position]
            for name, entry in zip(names, (value,) if len(names) == 1 else value, strict=True):
                if id(entry) in used:
                    return None
                used.add(id(entry))
                english_view[name], french_view[name] = entry
        return english.smooth(self.english.format(**english_view)), french.smooth(self.french.format(**french_view))

    def sample(self, count: int, rng: random.Random) -> Iterator[tuple[str, str]]:
        """Up to `count` distinct combinations. Only `rng.random()` is used, because Python guarantees its sequence."""
        for index in _distinct_indices(self.size, count, rng):
            pair = self.render(index)
            if pair is not None:
                yield pair


def _distinct_indices(size: int, count: int, rng: random.Random) -> list[int]:
    if count >= size:
        return list(range(size))
    if 2 * count > size:
        order = list(range(size))
        for i in range(count):
            j = i + int(rng.random() * (size - i))
            order[i], order[j] = order[j], order[i]
        return order[:count]
    chosen: dict[int, None] = {}
    while len(chosen) < count:
        chosen[int(rng.random() * size)] = None
    return list(chosen)


def rules(table: str, /, **slots: Values) -> list[Rule]:
    """Reads rules, one per line: `English pattern = French pattern`.

    Args:
        table: The lines. A name that ends in a digit uses the list of the name without it ("{item2}" uses `item`).
        slots: The values by name. A key such as `v__o` fills `v` and `o` together with the pairs of its list.

    Raises:
        ValueError: a line does not have two patterns, a slot has no list, or a name is in two lists.
    """
    found = []
    for line in table.strip().splitlines():
        sides = [side.strip() for side in line.split(" = ")]
        if len(sides) != 2:
            raise ValueError(f"A rule must read `English pattern = French pattern`. Received: {line!r}")
        names = sorted(set(_slot_names(sides[0])) | set(_slot_names(sides[1])))
        found.append(Rule(sides[0], sides[1], tuple(_bind(names, slots, line).items())))
    return found


def _slot_names(pattern: str) -> Iterator[str]:
    for _, field, spec, _ in string.Formatter().parse(pattern):
        if field:
            yield field.split(".")[0]
        if spec:
            yield from _slot_names(spec)


def _bind(names: list[str], slots: dict[str, Values], line: str) -> dict[tuple[str, ...], Values]:
    joint: dict[str, tuple[str, ...]] = {}
    for key in slots:
        for name in key.split("__") if "__" in key else ():
            if name in joint or name in slots:
                raise ValueError(f"A name must belong to one list of values. Received: {name!r} in {sorted(slots)}")
            joint[name] = tuple(key.split("__"))
    bound: dict[tuple[str, ...], Values] = {}
    for name in names:
        if name in joint:
            bound[joint[name]] = slots["__".join(joint[name])]
        elif name in slots or name.rstrip("0123456789") in slots:
            bound[(name,)] = slots[name] if name in slots else slots[name.rstrip("0123456789")]
        else:
            raise ValueError(f"Every slot of a rule must have a list of values. Received: {name!r} in {line!r}")
    return bound


def quotas(sizes: Sequence[int], total: int) -> list[int]:
    """Distributes `total` sentences over rules as evenly as their sizes allow."""
    given = [0] * len(sizes)
    left, open_rules = total, [i for i in range(len(sizes)) if sizes[i] > 0]
    while left > 0 and open_rules:
        share = max(1, left // len(open_rules))
        for i in open_rules:
            taken = min(share, sizes[i] - given[i], left)
            given[i] += taken
            left -= taken
        open_rules = [i for i in open_rules if given[i] < sizes[i]]
    return given
