"""The beginning of a document, which stands beside every score of a summary as its baseline."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]*[A-Z0-9])|\n+")
_LEAD = re.compile(r"([1-9]\d*) (words?|sentences?)")


def split_sentences(text: str) -> list[str]:
    """Sentences of a text, which is cut at line breaks, and after `.`, `!` or `?` before a capital letter or digit."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


@dataclass(frozen=True)
class Lead:
    """The baseline: the first words, for titles, or sentences, for news.

    Args:
        count: Number of them.
        unit: What is counted.
    """

    count: int = 3
    unit: Literal["words", "sentences"] = "sentences"

    @classmethod
    def parse(cls, text: str) -> Lead:
        """From `"10 words"` or `"3 sentences"`.

        Raises:
            ValueError: another form.
        """
        found = _LEAD.fullmatch(text.strip()) if isinstance(text, str) else None
        if not found:
            raise ValueError(f"A lead must have the form '10 words' or '3 sentences'. Received: {text!r}")
        return cls(int(found[1]), "words" if found[2].startswith("word") else "sentences")

    def __str__(self) -> str:
        return f"{self.count} {self.unit if self.count > 1 else self.unit[:-1]}"

    def __call__(self, document: str) -> str:
        """The beginning of a document; sentences are joined by line breaks."""
        if self.unit == "words":
            return " ".join(document.split()[: self.count])
        return "\n".join(split_sentences(document)[: self.count])
