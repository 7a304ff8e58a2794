"""Byte pair encoding as subword-nmt applies it (Sennrich et al. 2016): the codes of a file cut words into pieces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

END = "</w>"
SEPARATOR = "@@"
VERSIONS = ((0, 1), (0, 2))
CACHED_WORDS = 100_000


class BytePairs:
    """Cuts words into pieces, each but the last of a word followed by `@@`.

    Args:
        merges: Pairs of symbols in the order in which they were learnt; of a pair that comes twice the first counts.
        version: (0, 2), or (0, 1), in which the end of a word is a symbol of its own.

    Raises:
        ValueError: There are no merges, or the version is unknown.

    Example:
        BytePairs([("l", "o"), ("lo", "w</w>")]).pieces("low lower")  # ["low", "lo@@", "w@@", "e@@", "r"]
    """

    def __init__(self, merges: Sequence[tuple[str, str]], version: tuple[int, int] = (0, 2)) -> None:
        if not merges:
            raise ValueError("Codes of byte pairs must hold merges. Received: none")
        if version not in VERSIONS:
            raise ValueError(f"Codes of byte pairs must have version 0.1 or 0.2. Received: {version!r}")
        self.merges, self.version = tuple(merges), version
        self._ranks = {pair: rank for rank, pair in reversed(list(enumerate(self.merges)))}
        self._cut = lru_cache(CACHED_WORDS)(self._cut_word)

    @classmethod
    def from_text(cls, text: str, name: str = "codes") -> BytePairs:
        """The codes of a file: a line `#version: 0.2`, which may be missing, then one pair per line.

        Files of fastBPE, with a count behind each pair, are read too.

        Raises:
            ValueError: It is no such file.
        """
        lines = text.rstrip("\n").split("\n")
        version = (0, 1)
        if lines[0].startswith("#version:"):
            found = re.fullmatch(r"#version: *(\d)\.(\d)(\.0)*\s*", lines.pop(0))
            version = (int(found[1]), int(found[2])) if found else (0, 0)
        pairs = [line.strip("\r\n ").split(" ") for line in lines]
        if all(len(pair) == 3 and pair[2].isdecimal() for pair in pairs):
            pairs, version = [pair[:2] for pair in pairs], (0, 2)
        broken = next((number for number, pair in enumerate(pairs, start=1) if len(pair) != 2 or not all(pair)), None)
        if broken is not None:
            received = " ".join(pairs[broken - 1])[:80]
            raise ValueError(f"{name}: codes of byte pairs must have two symbols per line. Received: {received!r}")
        try:
            return cls([(first, second) for first, second in pairs], version)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error

    @property
    def text(self) -> str:
        """The content of a file with these codes."""
        head = f"#version: {self.version[0]}.{self.version[1]}\n"
        return head + "".join(f"{first} {second}\n" for first, second in self.merges)

    def pieces(self, text: str) -> list[str]:
        """The pieces of a text, whose words stand between spaces.

        Other white space is part of a word until the pieces are read, as in subword-nmt and fairseq.
        """
        return " ".join(piece for word in text.strip("\r\n ").split(" ") if word for piece in self._cut(word)).split()

    def _cut_word(self, word: str) -> tuple[str, ...]:
        symbols = self._merged(word) if len(word) > 1 else [word]
        return (*(symbol + SEPARATOR for symbol in symbols[:-1]), symbols[-1])

    def _merged(self, word: str) -> list[str]:
        symbols = [*word, END] if self.version == (0, 1) else [*word[:-1], word[-1] + END]
        while len(symbols) > 1:
            ranks = [self._ranks.get(pair) for pair in zip(symbols, symbols[1:])]
            best = min((rank for rank in ranks if rank is not None), default=None)
            if best is None:
                break
            joined: list[str] = []
            place = 0
            while place < len(symbols):
                merges = place < len(ranks) and ranks[place] == best
                joined.append(symbols[place] + symbols[place + 1] if merges else symbols[place])
                place += 2 if merges else 1
            symbols = joined
        if symbols[-1] == END:
            return symbols[:-1]
        return [*symbols[:-1], symbols[-1].removesuffix(END)]
