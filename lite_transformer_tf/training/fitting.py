"""What follows from a corpus' size where a configuration does not say it: an epoch should have several batches."""

from __future__ import annotations

from collections.abc import Iterable

from lite_transformer_tf.data.config import TOKENS_PER_BATCH

BATCHES_PER_EPOCH = 8  # at least, if the corpus is large enough for it
CHARACTERS_PER_TOKEN = 2.5  # of a small vocabulary


def count_tokens(texts: Iterable[str], longest: int, enough: int) -> int:
    """About how many tokens texts have, counted up to `enough`.

    Args:
        texts: Read only as far as needed.
        longest: Tokens of a text that count.
        enough: Where to stop.
    """
    tokens = 0
    for text in texts:
        tokens += min(longest, 1 + round(len(text) / CHARACTERS_PER_TOKEN))
        if tokens >= enough:
            break
    return tokens


def tokens_per_batch(pairs: Iterable[tuple[str, str]], longest: int) -> int:
    """The largest batch for a corpus: 4,096 tokens, or an eighth of its tokens.

    Args:
        pairs: The corpus.
        longest: Tokens of the longest side that training keeps, with `eos`. No batch is too small for it.
    """
    longer = (max(pair, key=len) for pair in pairs)
    tokens = count_tokens(longer, longest, BATCHES_PER_EPOCH * TOKENS_PER_BATCH)
    return min(TOKENS_PER_BATCH, max(longest, tokens // BATCHES_PER_EPOCH))


def rows_per_batch(lines: Iterable[str], block: int, largest: int) -> int:
    """Rows of a language model's batch: `largest`, or an eighth of the text's blocks.

    Args:
        lines: The text.
        block: Tokens per row.
        largest: Rows for a text that is large enough.
    """
    enough = BATCHES_PER_EPOCH * block * largest
    return max(1, min(largest, count_tokens(lines, enough, enough) // (BATCHES_PER_EPOCH * block)))
