"""The plots of a run: loss, score and learning rate over the updates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lite_transformer_tf.files import atomic_file
from lite_transformer_tf.training.score import BLEU, Score

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FEW = 30  # points: each has its mark, for a line needs two of them, and a short one shows where they are
Rows = list[dict[str, Any]]


def draw_run(records: Rows, path: Path, title: str = "", score: Score = BLEU) -> None:
    """Plots the records of a log (`runlog.read_log`) into a PNG file, which appears whole or not at all."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    updates = [record for record in records if record["kind"] == "update"]
    validations = [record for record in records if record["kind"] == "validation"]
    figure = Figure(figsize=(8, 9), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    loss, middle, rate = figure.subplots(3, 1, sharex=True)
    for axes, label in (
        (loss, "loss per token (nats)"),
        (middle, f"validation {score.label}"),
        (rate, "learning rate"),
    ):
        axes.set_ylabel(label)
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    _draw_losses(loss, updates, validations)
    _draw_score(middle, validations, score)
    if not _curve(rate, updates, "learning_rate", color="#ff7f0e"):
        _say_nothing_measured(rate)
    else:
        rate.ticklabel_format(axis="y", style="sci", scilimits=(-2, 2))
        rate.set_ylim(bottom=0)
    rate.set_xlabel("update")
    rate.xaxis.set_major_locator(MaxNLocator(integer=True))
    last = max((record["update"] for record in records), default=0)
    rate.set_xlim(0, 1.03 * max(last, 1))
    if title:
        figure.suptitle(title)
    with atomic_file(path) as stream:
        figure.savefig(stream, format="png")


def _curve(axes: Axes, rows: Rows, name: str, **style: Any) -> bool:
    """Draws a column over the updates. Returns whether there is a point."""
    points = [(row["update"], row[name]) for row in rows if row.get(name) is not None]
    if points:
        marks = {"marker": "o", "markersize": 3 if len(points) > 1 else 6} if len(points) <= FEW else {}
        axes.plot(*zip(*points, strict=True), **{**marks, **style})
    return bool(points)


def _say_nothing_measured(axes: Axes) -> None:
    axes.set_yticks([])
    axes.text(0.5, 0.5, "not measured yet", transform=axes.transAxes, ha="center", va="center", color="gray")


def _draw_losses(axes: Axes, updates: Rows, validations: Rows) -> None:
    drawn = [
        _curve(axes, updates, "loss", color="#9aa5b1", label="training, smoothed labels"),
        _curve(axes, updates, "nll", color="#1f77b4", label="training, negative log-likelihood"),
        _curve(axes, validations, "nll", color="#d62728", label="validation, negative log-likelihood"),
    ]
    if any(drawn):
        axes.legend(frameon=False, fontsize=9)
    else:
        _say_nothing_measured(axes)


def _draw_score(axes: Axes, validations: Rows, score: Score) -> None:
    if not _curve(axes, validations, score.name, color="#2ca02c"):
        _say_nothing_measured(axes)
        return
    measured = [row for row in validations if row.get(score.name) is not None]
    best = max(measured, key=score.rank)
    counts = score.counts(best)
    label = f"best {best[score.name]:.2f} at update {best['update']}"
    if not counts:
        label = f"{best[score.name]:.2f} at update {best['update']}, chosen by likelihood: {score.label} is noise here"
    height, side = (0.05, "bottom") if score.higher_is_better else (0.95, "top")  # the corner that the curve avoids
    axes.text(0.99, height, label, transform=axes.transAxes, ha="right", va=side, fontsize=9)
