"""What a text becomes before a vocabulary splits it: the text schemas of docs/text.md."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tensorflow as tf

Ranges = tuple[tuple[int, int], ...]
"""First and last code point of each range."""

SPACES: Ranges = (
    *((0x09, 0x0D), (0x1C, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A)),
    *((0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000)),
)
"""White space: what `str.split` and `str.strip` take for it."""

PIECE_SPACE = 0x2581
"""`▁`, which stands for a space in pieces, so that a text cannot have one of its own."""

CONTROLS: Ranges = ((0x00, 0x08), (0x0E, 0x1B), (0x7F, 0x84), (0x86, 0x9F))
"""Control characters that are not white space."""

IGNORABLE: Ranges = (
    *((0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x17B4, 0x17B5), (0x200B, 0x200B), (0x200E, 0x200F)),
    *((0x202A, 0x202E), (0x2060, 0x206F), (0xFE00, 0xFE0D), (0xFEFF, 0xFEFF), (0xFFF0, 0xFFFB)),
    *((0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)),
)
"""Characters without a glyph that say nothing: docs/text.md has the list, and why others stay."""


def _class(*ranges: Ranges) -> str:
    """A character class in the syntax that Python's `re` shares with RE2."""

    def literal(code: int) -> str:
        return f"\\x{code:02x}" if code < 0x100 else chr(code)

    return f"[{''.join(f'{literal(first)}-{literal(last)}' for part in ranges for first, last in part)}]"


FLAG = "\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"
"""The flag of a region, such as England's: a black flag and tags, which have no meaning anywhere else."""

INVISIBLE = f"({FLAG})|{_class(CONTROLS, IGNORABLE)}"


@dataclass(frozen=True)
class TextSchema:
    r"""A version of the rules by which a text is normalised.

    Args:
        version: Number of the schema.
        rule: `normalizer_spec.name` of a SentencePiece model of this schema.
        replacements: Regular expressions, in the syntax that Python shares with RE2, and what takes the place of their
            matches (`\1` is a group); applied in this order, before NFKC.
    """

    version: int
    rule: str
    replacements: tuple[tuple[str, str], ...] = ()

    @cached_property
    def _compiled(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        return tuple((re.compile(pattern), replacement) for pattern, replacement in self.replacements)

    def normalize(self, text: str) -> str:
        """The normalised text.

        Raises:
            ValueError: `text` contains a lone surrogate, which is not a character and has no UTF-8 form.
        """
        if text.isascii() and (text.isprintable() or not self.replacements):
            return text
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise ValueError(f"A text must be valid Unicode without lone surrogates. Received: {text!r}") from error
        for pattern, replacement in self._compiled:
            text = pattern.sub(replacement, text)
        return unicodedata.normalize("NFKC", text)

    def normalize_tensor(self, texts: tf.Tensor) -> tf.Tensor:
        """The same inside a TensorFlow graph.

        Args:
            texts: (B,) strings in UTF-8; schema 2 reads invalid bytes as U+FFFD, like `bytes.decode(errors="replace")`.

        Returns:
            (B,) strings in UTF-8.
        """
        import tensorflow as tf
        import tensorflow_text as tf_text

        if (
            self.replacements
        ):  # otherwise two invalid bytes could become a character when what separates them is dropped
            texts = tf.strings.unicode_transcode(texts, "UTF-8", "UTF-8", errors="replace", replacement_char=0xFFFD)
        for pattern, replacement in self.replacements:
            texts = tf.strings.regex_replace(texts, pattern, replacement)
        return tf_text.normalize_utf8(texts, "NFKC")


SCHEMAS = {
    schema.version: schema
    for schema in (
        TextSchema(1, "identity"),
        TextSchema(
            2,
            "lite-transformer-text-2",
            ((INVISIBLE, r"\1"), (_class(SPACES, ((PIECE_SPACE, PIECE_SPACE),)), " ")),
        ),
    )
}
"""Text schemas by version. Files keep their schema for ever, so an entry never changes."""

LATEST = max(SCHEMAS)
"""The schema of new vocabularies."""


def normalize(text: str, schema: int = LATEST) -> str:
    """The form in which a vocabulary of this text schema reads `text`.

    Raises:
        KeyError: there is no such schema.
        ValueError: see `TextSchema.normalize`.
    """
    return SCHEMAS[schema].normalize(text)


_INVISIBLE = re.compile(INVISIBLE)


def without_invisible(text: str) -> str:
    """The text without the characters that schema 2 drops."""
    return text if text.isascii() and text.isprintable() else _INVISIBLE.sub(r"\1", text)


def is_blank(text: str) -> bool:
    """Whether `text` consists of white space and invisible characters."""
    return not without_invisible(text).strip()
