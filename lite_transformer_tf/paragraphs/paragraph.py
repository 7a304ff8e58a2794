"""A text of any length as sentences, and their translations as one text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lite_transformer_tf.paragraphs.cutting import cut
from lite_transformer_tf.paragraphs.markup import Cell, Kind, raw, read_cells
from lite_transformer_tf.paragraphs.sentence import Sentence, plain_text
from lite_transformer_tf.paragraphs.sentences import SentenceSplitter, has_spaces, is_break, skip_spaces, trimmed


class ParagraphReader:
    """Reads texts of one language that are translated to another (docs/paragraphs.md).

    Args:
        source, target: Codes of the languages, such as "en"; empty where they are not known.
        tokens: Counts the tokens of a text, the final `eos` excluded.
        limit: Greatest number of tokens of a sentence; longer ones are cut. None allows any number.
    """

    def __init__(self, source: str, target: str, tokens: Callable[[str], int], limit: int | None) -> None:
        self._splitter, self._spaced = SentenceSplitter(source), has_spaces(target)
        self._tokens, self._limit = tokens, limit

    def read(self, text: str) -> Paragraph:
        """The sentences of a text, and what stands between them in its translation."""
        cells = read_cells(text)
        cells = cells[skip_spaces(cells, 0) : trimmed(cells, 0, len(cells))]
        ranges, too_long = [], []
        for begin, end in self._splitter.ranges(cells):
            parts = list(cut(cells, (begin, end), lambda part: self._tokens(plain_text(part)), self._limit))
            ranges += parts
            if len(parts) > 1 or self._is_unreadable(cells, parts[0]):
                too_long.append(raw(cells[begin:end]))
        edges = [0, *(place for part in ranges for place in part), len(cells)]
        first, *inner = [cells[begin:end] for begin, end in zip(edges[::2], edges[1::2], strict=True)]
        gaps = [raw(first), *map(self._adapted, inner[:-1]), *map(raw, inner[-1:])]
        escaped = any(cell.kind is Kind.TEXT and cell.raw != cell.char for cell in cells)
        sentences = [Sentence(cells[slice(*part)], self._is_unreadable(cells, part)) for part in ranges]
        return Paragraph(sentences, gaps, escaped, too_long)

    def _is_unreadable(self, cells: Sequence[Cell], part: tuple[int, int]) -> bool:
        """Whether a part has too many tokens although it cannot be cut: it is one character."""
        begin, end = part
        return end == begin + 1 and self._limit is not None and self._tokens(plain_text(cells[begin:end])) > self._limit

    def _adapted(self, gap: Sequence[Cell]) -> str:
        """What stands between two sentences: line breaks and tags stay, spaces are those of the target language."""
        if any(is_break(cell) for cell in gap):
            return raw(gap)
        return (raw(gap) or " ") if self._spaced else ""


class Paragraph:
    """A text that was read.

    Args:
        sentences: Its sentences.
        gaps: What stands in front of the first sentence, between them, and behind the last one.
        escaped: Whether the text has entities, so that a translation needs them too.
        too_long: Sentences that had to be cut, as they are written.

    Attributes:
        sentences: As given, a tuple.
        too_long: As given, a tuple.
    """

    def __init__(
        self, sentences: Sequence[Sentence], gaps: Sequence[str], escaped: bool, too_long: Sequence[str] = ()
    ) -> None:
        self.sentences, self._gaps, self._escaped = tuple(sentences), tuple(gaps), escaped
        self.too_long = tuple(too_long)

    @property
    def sources(self) -> list[str]:
        """What a model is asked to translate, in order."""
        return [sentence.plain for sentence in self.sentences if not sentence.is_copied]

    def joined(self, translations: Sequence[str]) -> str:
        """The whole translation.

        Args:
            translations: One text per sentence; that of a copied one is not used.
        """
        written = [
            sentence.raw if sentence.is_copied else sentence.answer(translation, self._escaped)
            for sentence, translation in zip(self.sentences, translations, strict=True)
        ]
        return self._gaps[0] + "".join(text + gap for text, gap in zip(written, self._gaps[1:], strict=True))
