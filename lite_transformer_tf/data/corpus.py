"""What every corpus can do, whatever its items are: pairs of texts, or lines of running text."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")
"""A pair of texts, or a line."""


@dataclass
class LeftOut:
    """Counts what a reader leaves out, by the rule, with the place of the first of each.

    Attributes:
        counts: Number by rule, such as "with U+0000".
        places: Place of the first one by rule.
    """

    counts: Counter[str] = field(default_factory=Counter)
    places: dict[str, str] = field(default_factory=dict)

    def add(self, rule: str, place: str, count: int = 1) -> None:
        """Counts items that a rule leaves out."""
        self.counts[rule] += count
        self.places.setdefault(rule, place)

    def update(self, other: LeftOut) -> None:
        """Adds the counts of another one."""
        for rule, count in other.counts.items():
            self.add(rule, other.places[rule], count)

    @property
    def total(self) -> int:
        return self.counts.total()

    def __str__(self) -> str:
        return "; ".join(f"{count} {rule}, the first in {self.places[rule]}" for rule, count in self.counts.items())


def is_text(value: object) -> bool:
    """Whether it is a string without lone surrogates, which have no UTF-8 form."""
    try:
        return isinstance(value, str) and (value.isascii() or value.encode("utf-8") is not None)
    except UnicodeEncodeError:
        return False


def fault(text: str) -> str | None:
    """Why a text cannot be used, as a rule of `LeftOut`; `None` if it can."""
    if "\0" in text:
        return "with U+0000"
    return None if is_text(text) else "with a lone surrogate"


def usable(numbered: Iterable[tuple[int, Item]], name: str, left_out: LeftOut) -> Iterator[Item]:
    """The items without those that have a faulty text, which are counted.

    Args:
        numbered: Items with the numbers of their lines.
        name: Name of the file or corpus, for places.
        left_out: Where they are counted.
    """
    for number, item in numbered:
        texts = (item,) if isinstance(item, str) else item
        rule = next((rule for rule in map(fault, texts) if rule), None)  # type: ignore[arg-type]
        if rule is None:
            yield item
        else:
            left_out.add(rule, f"{name!r}, line {number}")


class Corpus(ABC, Generic[Item]):
    """Items that can be read again and again, in the same order.

    Attributes:
        name: Name in messages.
    """

    name: str

    @abstractmethod
    def read(self, left_out: LeftOut) -> Iterator[Item]:
        """The items in order; those that cannot be used are counted in `left_out`.

        Raises:
            ValueError: A file is not as it should be; the message names file, line and rule.
        """

    @abstractmethod
    def digest(self) -> str:
        """SHA-256 over the contents, for files as they lie on the disk."""

    @property
    def parts(self) -> tuple[tuple[Corpus[Item], float], ...]:
        """The corpora that it consists of, in order, each with its weight: how often an epoch draws each of its items
        on average."""
        return ((self, 1.0),)

    @property
    def shards(self) -> tuple[Corpus[Item], ...]:
        """The corpora of single files that it consists of, in order; itself where it is no more than one."""
        return (self,)

    def __iter__(self) -> Iterator[Item]:
        return self.read(LeftOut())


def one_error(errors: Sequence[Exception]) -> Exception:
    """One error with the sentences of all of these: a single one as it is, of several the kind of the first."""
    if len(errors) == 1:
        return errors[0]
    kind = FileNotFoundError if isinstance(errors[0], OSError) else ValueError
    return kind("; ".join(dict.fromkeys(map(str, errors))))


@dataclass(frozen=True)
class Mixture(Corpus[Item]):
    """Several corpora, one after the other.

    Args:
        entries: The corpora and their weights.
    """

    entries: tuple[tuple[Corpus[Item], float], ...]

    @property
    def parts(self) -> tuple[tuple[Corpus[Item], float], ...]:
        return self.entries

    @property
    def name(self) -> str:  # type: ignore[override]
        return " and ".join(part.name for part, _ in self.entries)

    def read(self, left_out: LeftOut) -> Iterator[Item]:
        for part, _ in self.entries:
            yield from part.read(left_out)

    def digest(self) -> str:
        """SHA-256 over the parts, of a single one its own; weights are settings, not contents."""
        if len(self.entries) == 1:
            return self.entries[0][0].digest()
        return hashlib.sha256("\n".join(part.digest() for part, _ in self.entries).encode("ascii")).hexdigest()


def mixture(parts: Iterable[tuple[Corpus[Item], float]]) -> Corpus[Item]:
    """Several corpora as one; one of weight 1 as it is."""
    found = tuple(parts)
    return found[0][0] if len(found) == 1 and found[0][1] == 1 else Mixture(found)
