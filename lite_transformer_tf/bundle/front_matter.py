"""What model hubs read at the beginning of a model card, and the card's lines that a later program may write anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from lite_transformer_tf.bundle.manifest import Manifest

FENCE = "---"
LICENCE, ATTRIBUTION, SCORES = "Licence: ", "Attribution: ", "## Scores"
MEASURED = "this bundle, test set"
PIPELINES = {"language-model": "text-generation"}
"""What model hubs call a task, where it is not its name here."""
METRICS = ("bleu", "chrf", "rouge", "perplexity")
"""What model hubs call metrics; names of scores begin with them."""


def front_matter(
    manifest: Manifest, languages: Iterable[str], licence: str, datasets: Iterable[str], scores: Iterable[str]
) -> str:
    """Language, licence, tags, data sets and metrics as YAML between two lines of dashes.

    Args:
        manifest: Manifest of the bundle.
        languages: Language codes.
        licence: Licence of the model; "CC BY 2.0" becomes "cc-by-2.0".
        datasets: Names of the training data.
        scores: Names of the scores.
    """
    names = list(scores)
    fields = {
        "language": list(languages),
        "license": "-".join(licence.lower().split()),
        "library_name": "lite-transformer-tf",
        "pipeline_tag": PIPELINES.get(manifest.task, manifest.task),
        "tags": ["lite-transformer", "tflite", "litert", "on-device", manifest.variant],
        "datasets": list(datasets),
        "metrics": [metric for metric in METRICS if any(name.lower().startswith(metric) for name in names)],
    }
    given = {name: value for name, value in fields.items() if value}
    text = yaml.safe_dump(given, sort_keys=False, allow_unicode=True, default_flow_style=None)
    return f"{FENCE}\n{text}{FENCE}\n"


def without_front_matter(card: str) -> str:
    """The card for people."""
    if not card.startswith(f"{FENCE}\n"):
        return card
    return card.partition(f"\n{FENCE}\n")[2].lstrip("\n")


def rights(licence: str, attribution: str) -> list[str]:
    """The last lines of a card."""
    return [f"{LICENCE}{licence or 'not stated.'}", "", *([f"{ATTRIBUTION}{attribution}", ""] if attribution else [])]


def score_rows(of: str, scores: Mapping[str, Any]) -> list[str]:
    """Rows of the table of scores; each entry is a number, or has a `score` and a `signature`."""
    rows = []
    for name, entry in scores.items():
        found = entry if isinstance(entry, Mapping) else {"score": entry}
        signature = found.get("signature", "")
        rows.append(f"| {name} | {of} | {found['score']:.2f} | {f'`{signature}`' if signature else ''} |")
    return rows


def rewritten(card: str, manifest: Manifest, datasets: Iterable[str], scores: Mapping[str, Any]) -> str:
    """A card of any version with the licence and the attribution of `manifest` and more, or newer, rows of scores.

    Args:
        card: The card; its front matter, if it has any, is replaced.
        manifest: Manifest of the bundle, with the facts that the card must state.
        datasets: Names of the training data.
        scores: Further scores on a test set.
    """
    lines = without_front_matter(card).rstrip("\n").split("\n")
    kept = [line for line in lines if not line.startswith((LICENCE, ATTRIBUTION))]
    if SCORES in kept and scores:
        place = kept.index(SCORES) + 1
        end = next((i for i in range(place, len(kept)) if kept[i].startswith("## ")), len(kept))
        replaced = tuple(f"| {name} | {MEASURED} |" for name in scores)
        rows = [line for line in kept[place:end] if line.startswith("|") and not line.startswith(replaced)]
        table = rows or ["| Metric | Of | Score | Signature |", "|---|---|---|---|"]
        kept[place:end] = ["", *table, *score_rows(MEASURED, scores), ""]
    names = [*manifest.metrics.get("scores", {}), *scores]
    top = front_matter(manifest, manifest.languages, manifest.licence, datasets, names)
    while kept and not kept[-1].strip():
        kept.pop()
    return "\n".join([top, *kept, "", *rights(manifest.licence, manifest.attribution)])
