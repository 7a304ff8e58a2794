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
        ranges = [
            part
            for sentence in self._splitter.ranges(cells)
            for part in cut(cells, sentence, lambda part: self._tokens(plain_text(part)), self._limit)
        ]
        edges = [0, *(place for part in ranges for place in part), len(cells)]
        first, *inner = [cells[begin:end] for begin, end in zip(edges[::2], edges[1::2], strict=True)]
        gaps = [raw(first), *map(self._adapted, inner[:-1]), *map(raw, inner[-1:])]
        escaped = any(cell.kind is Kind.TEXT and cell.raw != cell.char for cell in cells)
        return Paragraph([Sentence(cells[begin:end]) for begin, end in ranges], gaps, escaped)

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
    """

    def __init__(self, sentences: Sequence[Sentence], gaps: Sequence[str], escaped: bool) -> None:
        self.sentences, self._gaps, self._escaped = tuple(sentences), tuple(gaps), escaped

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
