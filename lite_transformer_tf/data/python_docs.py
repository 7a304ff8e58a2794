"""The documentation text in every CPython (`pydoc_data.topics`), as a small corpus without a download.

It differs a little from one Python version to the next. Licence: Python Software Foundation License; nothing of it is
copied here.
"""

from __future__ import annotations

import hashlib
import re

from lite_transformer_tf.data.plain_text import PlainText, TextSplits

_UNDERLINE = re.compile(r"[*=\-^~\"#]{3,}")
SALT = "split 45: "  # chosen so that no split gets most of the text
SHARES = {
    "test": 8,
    "valid": 16,
}  # of 100: a topic whose hash is below the first is test text, below the second validation text


def _split_of(topic: str) -> str:
    """A topic's split, which depends only on its name, so that other Python versions split alike."""
    number = int.from_bytes(hashlib.sha256(f"{SALT}{topic}".encode()).digest()[:4], "big") % 100
    return next((split for split, below in SHARES.items() if number < below), "train")


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a topic, one line each, with single spaces and without underlines of headings."""
    found = []
    for block in re.split(r"\n[ \t]*\n", text):
        words = " ".join(line for line in block.splitlines() if not _UNDERLINE.fullmatch(line.strip())).split()
        if words:
            found.append(" ".join(words))
    return found


def python_docs() -> TextSplits:
    """Training, validation and test text, split by topics, one paragraph per line.

    Topics repeat parts of others. A paragraph of several splits stays only in the test text, or else the validation
    text, so that neither is trained on; within a split it is kept once.
    """
    from pydoc_data.topics import topics

    seen: set[str] = set()
    texts = {}
    for split in ("test", "valid", "train"):
        lines = []
        for topic in sorted(topics):
            if _split_of(topic) == split:
                for paragraph in paragraphs(topics[topic]):
                    if paragraph not in seen:
                        seen.add(paragraph)
                        lines.append(paragraph)
        texts[split] = PlainText.from_lines(lines, f"Python's documentation ({split})")
    return TextSplits(texts["train"], texts["valid"], texts["test"])
