"""What decoding refuses."""

from __future__ import annotations

_RULE = "A text may have at most {limit} tokens for this file, the final end-of-sentence token included."
PROMPT_RULE = "A prompt may have at most {limit} tokens for this file."


class TextTooLongError(ValueError):
    """A text has more tokens than a compiled file has room for; nothing is cut silently.

    Args:
        tokens, limit: how many there are, and how many may be.
        rule: says so, with `{limit}` in it.
    """

    def __init__(self, tokens: int, limit: int, rule: str = _RULE) -> None:
        super().__init__(f"{rule.format(limit=limit)} Received: {tokens} tokens")
        self.tokens, self.limit = tokens, limit
