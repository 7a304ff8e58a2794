"""The figures as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.quality.cases import TITLES
from lite_transformer_tf.evaluation.published import NAME as PUBLISHED

LABELS = {
    "bleu": "BLEU",
    "bleu_lowercase": "BLEU, lower case",
    PUBLISHED: "BLEU as published",
    "chrf": "chrF",
    "rouge1": "ROUGE-1",
    "rouge2": "ROUGE-2",
    "rougeL": "ROUGE-L",
    "perplexity": "perplexity per token",
    "perplexity_per_word": "perplexity per word",
    "bits_per_character": "bits per character",
}
"""Scores of a table, in order."""
DIGITS = {"bits_per_character": 3}
LEVEL = 0.05


def number(found: Mapping[str, Any], digits: int = 2) -> str:
    """Mean and standard deviation, such as `37.60 ± 0.21`."""
    if found["mean"] is None:
        return "–"
    deviation = "" if found["deviation"] is None else f" ± {found['deviation']:.{digits}f}"
    return f"{found['mean']:.{digits}f}{deviation}"


def lines_of(rows: Sequence[Sequence[str]]) -> list[str]:
    """A Markdown table; the first row is its heading."""
    lines = [f"| {' | '.join(cells)} |" for cells in rows]
    return [lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]


def markdown(figures: Mapping[str, Any]) -> str:
    """The page of all cases."""
    lines = [
        "# Quality at equal Mult-Adds",
        "",
        "Written by `python -m benchmarks.quality`; docs/quality.md of the project has the method. "
        "Means over seeds ± standard deviation (n - 1). p: paired bootstrap of sacreBLEU, "
        f"{figures['bootstrap_samples']} resamples, per seed.",
    ]
    if not figures["sacremoses"]:
        lines += ["", "BLEU as published is left out: sacremoses is not installed."]
    for name, case in figures["cases"].items():
        lines += ["", f"## {case['title']}", "", *case_lines(name, case)]
    return "\n".join(lines) + "\n"


def case_lines(name: str, case: Mapping[str, Any]) -> list[str]:
    """The section of one case."""
    rows = [entry for budget in case["budgets"].values() for entry in budget["architectures"].values()]
    if not any(entry["scores"] for entry in rows):
        return [f"Nothing has finished yet. Missing: {len(case['missing'])} runs."]
    lines = [f"![{case['title']}]({name}.png)", "", *score_table(case), "", *difference_table(case), ""]
    lines += fairness_lines(case)
    lines += [f"- Missing: {run}." for run in case["missing"]]
    for place in case["environments"]:
        gpus = f", {', '.join(place['gpus'])}" if place.get("gpus") else ""
        lines.append(f"- Machine: {place.get('cpu', 'unknown')}, {place.get('cores', '?')} cores{gpus}.")
    return lines


def score_table(case: Mapping[str, Any]) -> list[str]:
    """One row per budget and architecture."""
    entries = [
        (budget, entry) for budget, found in case["budgets"].items() for entry in found["architectures"].values()
    ]
    shown = [name for name in LABELS if any(name in entry["scores"] for _, entry in entries)]
    heading = ["budget", "model", "Mult-Adds", "parameters", "backbone", "int8 bytes", "rate", "seeds"]
    rows = [[*heading, "validation loss", *(LABELS[name] for name in shown)]]
    for budget, entry in entries:
        sizes = entry["sizes"]
        size = ["–"] * 4
        if sizes:
            parameters = sizes["parameters"]
            counts = parameters["total"], parameters["backbone"], sizes["bytes"]["int8"]
            size = [f"{sizes['mult_adds']['paper'] / 1e6:.1f}M", *(f"{count:,}" for count in counts)]
        rate = "–" if entry["rate"] is None else f"{entry['rate']:g}{' (edge)' if entry['rate_at_edge'] else ''}"
        scores = [
            number(entry["scores"][name], DIGITS.get(name, 2)) if name in entry["scores"] else "–" for name in shown
        ]
        seeds = str(len(entry["target_tokens"]))
        rows.append([budget, entry["title"], *size, rate, seeds, number(entry["validation_nll"], 3), *scores])
    return lines_of(rows)


def difference_table(case: Mapping[str, Any]) -> list[str]:
    """One row per budget, score and two architectures."""
    better = 1 if case["score"]["higher_is_better"] else -1
    rows = [["budget", "score", "first", "second", "difference", "p per seed", "verdict"]]
    for budget, found in case["budgets"].items():
        for entry in found["differences"]:
            pairs = entry["by_seed"].values()
            wins = sum(pair["p"] < LEVEL and better * pair["difference"] > 0 for pair in pairs)
            losses = sum(pair["p"] < LEVEL and better * pair["difference"] < 0 for pair in pairs)
            verdict = f"first better in {wins}, second in {losses} of {len(pairs)} seeds (p < {LEVEL})"
            chances = ", ".join(f"{seed}: {pair['p']:.3f}" for seed, pair in entry["by_seed"].items())
            names = (TITLES[entry["first"]], TITLES[entry["second"]])
            rows.append([budget, LABELS[entry["score"]], *names, number(entry), chances, verdict])
    return lines_of(rows) if len(rows) > 1 else ["No two architectures have a finished run with the same seed yet."]


def fairness_lines(case: Mapping[str, Any]) -> list[str]:
    """Whether the comparison was fair, and notes on the rates."""
    fair = case["fair"]
    same = "the same vocabulary" if fair["same_vocabulary"] else "DIFFERENT VOCABULARIES, so they do not compare"
    lines = [f"- All finished runs have {same}."]
    if fair["different_tokens"]:
        lines += [
            f"- DIFFERENT target tokens seen, {place}: {seen}." for place, seen in fair["different_tokens"].items()
        ]
    else:
        lines.append("- Runs of one seed and budget saw the same number of target tokens.")
    for budget, found in case["budgets"].items():
        for entry in found["architectures"].values():
            tried = ", ".join(
                f"{rate}: {'diverged' if loss is None else f'{loss:.3f}'}" for rate, loss in entry["rates"].items()
            )
            edge = "; the best rate is at the edge of the search" if entry["rate_at_edge"] else ""
            if tried:
                lines.append(f"- Search, {budget}, {entry['title']}, validation loss by rate: {tried}{edge}.")
    return lines
