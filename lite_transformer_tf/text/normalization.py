"""Unicode normalisation, applied to every text before SentencePiece sees it (docs/text.md)."""

from __future__ import annotations

import unicodedata


def normalize(text: str) -> str:
    """The NFKC form of `text`, which equals `tensorflow_text.normalize_utf8(text, "NFKC")`.

    Raises:
        ValueError: `text` contains a lone surrogate, which is not a character and has no UTF-8 form.
    """
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(f"A text must be valid Unicode without lone surrogates. Received: {text!r}") from error
    return unicodedata.normalize("NFKC", text)
