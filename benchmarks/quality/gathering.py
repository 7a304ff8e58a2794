"""All figures of a comparison as one JSON object: what has finished, what is missing, and whether it was fair."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any

from benchmarks.quality.cases import TITLES
from benchmarks.quality.comparing import SAMPLES, mean_and_deviation, paired_bootstrap
from benchmarks.quality.runs import DIVERGED, Comparison, Run
from lite_transformer_tf.evaluation.published import NAME as PUBLISHED
from lite_transformer_tf.evaluation.published import can_score, score_published
from lite_transformer_tf.report import environment

Measured = dict[int, dict[str, Any]]
"""Measurements of one architecture at one budget by seed."""


def gather(comparisons: Iterable[Comparison], samples: int = SAMPLES) -> dict[str, Any]:
    """The figures of all cases by name, and of the machine that wrote them."""
    cases = {comparison.name: gather_case(comparison, samples) for comparison in comparisons}
    return {"cases": cases, "bootstrap_samples": samples, "sacremoses": can_score(), "written_on": environment()}


def gather_case(comparison: Comparison, samples: int = SAMPLES) -> dict[str, Any]:
    """The figures of one case."""
    case, score = comparison.case, comparison.case.kind.score
    budgets, missing, every = {}, list[str](), list[tuple[Run, dict[str, Any]]]()
    for budget, entry in case.budgets.items():
        rows, measured = {}, dict[str, Measured]()
        for architecture in comparison.architectures:
            runs = [comparison.run(budget, architecture, seed) for seed in comparison.seeds]
            found = {run.seed: got for run in runs if (got := measurement_of(run)) is not None}
            missing += [f"{run.place.as_posix()}: {run.state}" for run in runs if run.seed not in found]
            every += [(run, found[run.seed]) for run in runs if run.seed in found]
            measured[architecture] = found
            rows[architecture] = row(comparison, budget, architecture, found)
        budgets[budget] = {
            "mult_adds": entry.mult_adds,
            "updates": entry.updates,
            "architectures": rows,
            "differences": differences(measured, shown_scores(measured), samples),
        }
    return {
        "title": case.title,
        "task": case.task,
        "score": {"name": score.name, "label": score.label, "higher_is_better": score.higher_is_better},
        "seeds": list(comparison.seeds),
        "budgets": budgets,
        "missing": missing,
        "fair": fairness(every),
        "environments": environments(every),
    }


def measurement_of(run: Run) -> dict[str, Any] | None:
    """The figures of a finished run; `None` for any other."""
    record = run.record
    return None if record is None or "diverged" in record else with_published(record)


def with_published(measurement: dict[str, Any]) -> dict[str, Any]:
    """The same with BLEU as published, for a translation, where sacremoses is installed."""
    if measurement["task"] != "translation" or not measurement["language"] or not can_score():
        return measurement
    texts = measurement["hypotheses"], measurement["references"], measurement["language"]
    return {**measurement, "scores": {**measurement["scores"], PUBLISHED: score_published(*texts)}}


def row(comparison: Comparison, budget: str, architecture: str, found: Measured) -> dict[str, Any]:
    """The figures of one architecture at one budget."""
    search = comparison.search(budget, architecture)
    names = sorted({name for got in found.values() for name in got["scores"]})
    scores = {}
    for name in names:
        values = {seed: got["scores"][name]["score"] for seed, got in found.items() if name in got["scores"]}
        signature = next(got["scores"][name]["signature"] for got in found.values() if name in got["scores"])
        scores[name] = {"by_seed": values, **mean_and_deviation(list(values.values())), "signature": signature}
    sizes = ("mult_adds", "parameters", "bytes")
    first = next(iter(found.values()), None)
    return {
        "title": TITLES[architecture],
        "rates": {f"{rate:g}": loss for rate, loss in search.results().items()},
        "rate": search.chosen,
        "rate_at_edge": search.at_edge if search.complete else None,
        "sizes": {name: first[name] for name in sizes} if first else None,
        "scores": scores,
        "validation_nll": mean_and_deviation([got["validation"]["nll"] for got in found.values()]),
        "target_tokens": {seed: got["target_tokens"] for seed, got in found.items()},
        "seconds": {seed: got["seconds"] for seed, got in found.items()},
        "weights_chosen": {seed: got["chosen"] for seed, got in found.items()},
    }


def shown_scores(measured: dict[str, Measured]) -> list[str]:
    """Scores for which differences are tested: those that a bootstrap can resample."""
    known = {name for found in measured.values() for got in found.values() for name in got["scores"]}
    return [name for name in ("bleu", PUBLISHED, "rougeL", "perplexity") if name in known]


def differences(measured: dict[str, Measured], names: list[str], samples: int) -> list[dict[str, Any]]:
    """The paired bootstrap of each two architectures, seed by seed."""
    tested = []
    for name in names:
        for first, second in combinations(measured, 2):
            common = sorted(measured[first].keys() & measured[second].keys())
            pairs = {
                seed: paired_bootstrap(name, measured[first][seed], measured[second][seed], samples) for seed in common
            }
            if pairs:
                mean = mean_and_deviation([pair["difference"] for pair in pairs.values()])
                tested.append({"score": name, "first": first, "second": second, **mean, "by_seed": pairs})
    return tested


def fairness(every: list[tuple[Run, dict[str, Any]]]) -> dict[str, Any]:
    """Whether all finished runs of a case had the same vocabulary, and those of a seed and budget the same tokens."""
    vocabularies = {tuple(sorted(got["vocabularies"].items())) for _, got in every}
    seen: dict[str, set[int]] = {}
    for run, got in every:
        seen.setdefault(f"{run.budget}, seed {run.seed}", set()).add(got["target_tokens"])
    unequal = {place: sorted(tokens) for place, tokens in seen.items() if len(tokens) > 1}
    return {"same_vocabulary": len(vocabularies) <= 1, "different_tokens": unequal}


def environments(every: list[tuple[Run, dict[str, Any]]]) -> list[dict[str, Any]]:
    """The machines on which the runs finished, each once."""
    found: list[dict[str, Any]] = []
    for _, got in every:
        if got["environment"] not in found:
            found.append(got["environment"])
    return found


def diverged(comparisons: Iterable[Comparison]) -> list[Run]:
    """Runs with a chosen rate whose loss was not finite: they are missing in every mean."""
    runs = (run for comparison in comparisons for run in comparison.runs())
    return [run for run in runs if not run.searches and run.rate is not None and run.state == DIVERGED]
