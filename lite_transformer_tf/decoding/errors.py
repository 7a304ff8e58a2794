"""Errors of decoding."""

from __future__ import annotations

_RULE = "A text may have at most {limit} tokens for this file, the final end-of-sentence token included."
PROMPT_RULE = "A prompt may have at most {limit} tokens for this file."


class TextTooLongError(ValueError):
    """A text has more tokens than a compiled file has room for; texts are never cut silently.

    Args:
        tokens: Number of tokens of the text.
        limit: Greatest number of tokens.
        rule: Sentence for the message, with `{limit}` in it.
    """

    def __init__(self, tokens: int, limit: int, rule: str = _RULE) -> None:
        super().__init__(f"{rule.format(limit=limit)} Received: {tokens} tokens")
        self.tokens, self.limit = tokens, limit
