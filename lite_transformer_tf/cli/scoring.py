"""What `evaluate` does with the test set of an encoder-decoder's task: finding it, scoring, the figure that may be too low."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lite_transformer_tf.cli.common import CommandError, find_model

Pairs = list[tuple[str, str]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "summaries", "ROUGE always stands beside the beginning of the document, taken as its summary"
    )
    group.add_argument("--pairs", metavar="FILE", help="documents and summaries, .jsonl or .tsv, plain or gzip")
    group.add_argument(
        "--fields",
        nargs=2,
        default=("document", "summary"),
        metavar=("DOCUMENT", "SUMMARY"),
        help="fields of .jsonl, or endings of two files",
    )
    group.add_argument(
        "--lead", metavar="TEXT", help="that beginning: '10 words' or '3 sentences' (default: the model's)"
    )
    group.add_argument("--min-rouge", type=float, metavar="X", help="exit with code 1 when ROUGE-L is below X")


def _known_languages(model: str) -> tuple[str, str] | None:
    """Source and target language that a model directory's card or a bundle's manifest names; `None` when they name none."""
    folder = find_model(model)
    for name in ("manifest.json", "card.json"):
        if (folder / name).is_file():
            languages = list(json.loads((folder / name).read_text(encoding="utf-8")).get("languages") or [])
            if len(languages) == 2:
                return languages[0], languages[1]
    return None


def _two_files(arguments: argparse.Namespace) -> tuple[str, str] | None:
    """--source and --target, when both are given; checks that nothing else is."""
    files = (arguments.source, arguments.target)
    if arguments.data_dir and any(files):
        raise CommandError("Give --source and --target, or --data-dir, not both.")
    return (arguments.source, arguments.target) if all(files) else None


@dataclass(frozen=True)
class TranslationScoring:
    """BLEU and chrF."""

    name: str = "bleu"
    label: str = "BLEU"

    def least(self, arguments: argparse.Namespace) -> float | None:
        return arguments.min_bleu

    def load(self, arguments: argparse.Namespace) -> Pairs:
        from lite_transformer_tf.data.parallel_text import ParallelText
        from lite_transformer_tf.data.splits import find_split

        files = _two_files(arguments)
        if files:
            return list(ParallelText.from_files(*files))
        if not arguments.data_dir:
            raise CommandError("A test set is needed: give --source FILE and --target FILE, or --data-dir DIR.")
        languages = arguments.languages or _known_languages(arguments.model)
        if not languages:
            raise CommandError("With --data-dir the languages must be known: give --languages SOURCE TARGET.")
        return list(find_split(arguments.data_dir, arguments.split, *languages))

    def score(self, hypotheses: Sequence[str], pairs: Pairs) -> dict[str, dict[str, Any]]:
        from lite_transformer_tf.evaluation import score_translations

        return score_translations(hypotheses, [target for _, target in pairs])

    def lines(self, scores: dict[str, dict[str, Any]]) -> list[str]:
        return [f"{name:26s} {entry['score']:6.2f}   {entry['signature']}" for name, entry in scores.items()]


@dataclass(frozen=True)
class SummaryScoring:
    """ROUGE beside the lead baseline.

    Args:
        lead: the baseline, in the words of `Lead.parse`.
        left_out: messages about pairs without a document or summary.
    """

    lead: str
    name: str = "rougeL"
    label: str = "ROUGE-L"
    left_out: list[str] = field(default_factory=list)

    def least(self, arguments: argparse.Namespace) -> float | None:
        return arguments.min_rouge

    def load(self, arguments: argparse.Namespace) -> Pairs:
        from lite_transformer_tf.data.parallel_text import ParallelText
        from lite_transformer_tf.data.records import RecordText
        from lite_transformer_tf.data.summaries import docstring_splits, find_summaries

        files, fields = _two_files(arguments), tuple(arguments.fields)
        if arguments.pairs and (files or arguments.data_dir):
            raise CommandError("Give --pairs, or --source and --target, or --data-dir, only one of them.")
        text: ParallelText | None
        if arguments.pairs:
            text = RecordText.from_file(arguments.pairs, fields)
        elif files:
            text = ParallelText.from_files(*files)
        elif arguments.data_dir:
            text = find_summaries(arguments.data_dir, arguments.split, fields)
        elif arguments.source or arguments.target:
            raise CommandError("Two files make a test set: give both --source FILE and --target FILE.")
        else:
            text = getattr(docstring_splits(), arguments.split, None)
        if text is None:
            raise CommandError(
                f"--split must be train, valid or test without a data directory. Received: {arguments.split!r}"
            )
        pairs = list(text)
        whole = [pair for pair in pairs if pair[0].strip() and pair[1].strip()]
        if len(whole) < len(pairs):
            self.left_out.append(
                f"{len(pairs) - len(whole)} of {len(pairs)} pairs lack a document or a summary and are left out"
            )
        return whole

    def score(self, hypotheses: Sequence[str], pairs: Pairs) -> dict[str, dict[str, Any]]:
        from lite_transformer_tf.evaluation.summarization import Lead, score_summaries

        return score_summaries(
            hypotheses, [target for _, target in pairs], [source for source, _ in pairs], Lead.parse(self.lead)
        )

    def lines(self, scores: dict[str, dict[str, Any]]) -> list[str]:
        heading = f"{'':10s} {'model':>7s} {'lead':>7s}   lead: the first {self.lead} of the document"
        rows = [
            f"{name:10s} {entry['score']:7.2f} {entry['lead']:7.2f}   {entry['signature']}"
            for name, entry in scores.items()
        ]
        return [heading, *rows]


Scoring = TranslationScoring | SummaryScoring


def scoring_of(task: str, settings: dict[str, Any], lead: str | None) -> Scoring:
    """How a model made for `task` is scored.

    Raises:
        ValueError: `lead` has another form.
    """
    if task != "summarization":
        return TranslationScoring()
    from lite_transformer_tf.evaluation.summarization import Lead

    return SummaryScoring(str(Lead.parse(lead or settings.get("lead") or str(Lead()))))
