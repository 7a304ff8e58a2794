"""What summaries miss: which words of the references they lack, and whether the documents had them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """The words of a text in lower case."""
    return WORD.findall(text.lower())


def missed(hypotheses: Sequence[str], references: Sequence[str], documents: Sequence[str]) -> dict[str, float]:
    """Shares of words over all texts, each word counted as often as it occurs.

    Args:
        hypotheses: Summaries of a model.
        references: Summaries of people.
        documents: What they summarize.

    Returns:
        `precision` and `recall` of words; `length`, words of summaries for each of the references;
        `copied`, the share of the summaries' words that the document has, and `reference_copied` of the references';
        `missed_in_document`, the share of the missing words of the references that the document has;
        `repeated`, the share of the summaries' words that are repetitions within a summary.

    Raises:
        ValueError: The numbers of texts differ or are zero.
    """
    if not hypotheses or not len(hypotheses) == len(references) == len(documents):
        received = f"{len(hypotheses)} summaries, {len(references)} references, {len(documents)} documents"
        raise ValueError(f"There must be one summary, one reference and one document each. Received: {received}")
    total: Counter[str] = Counter()
    for hypothesis, reference, document in zip(hypotheses, references, documents, strict=True):
        ours, theirs, known = Counter(words(hypothesis)), Counter(words(reference)), set(words(document))
        lacking = theirs - ours
        total["ours"] += ours.total()
        total["theirs"] += theirs.total()
        total["common"] += (ours & theirs).total()
        total["copied"] += sum(count for word, count in ours.items() if word in known)
        total["theirs copied"] += sum(count for word, count in theirs.items() if word in known)
        total["lacking"] += lacking.total()
        total["lacking known"] += sum(count for word, count in lacking.items() if word in known)
        total["repeated"] += ours.total() - len(ours)

    def share(part: str, whole: str) -> float:
        return total[part] / max(total[whole], 1)

    return {
        "precision": share("common", "ours"),
        "recall": share("common", "theirs"),
        "length": share("ours", "theirs"),
        "copied": share("copied", "ours"),
        "reference_copied": share("theirs copied", "theirs"),
        "missed_in_document": share("lacking known", "lacking"),
        "repeated": share("repeated", "ours"),
    }
