"""The plots of a run: loss, score and learning rate over the updates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lite_transformer_tf.files import atomic_file
from lite_transformer_tf.training.score import BLEU, Score

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_run(records: list[dict[str, Any]], path: Path, title: str = "", score: Score = BLEU) -> None:
    """Plots the records of a log (`runlog.read_log`) into a PNG file, which appears whole or not at all."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

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
    _curve(rate, updates, "learning_rate", color="#ff7f0e")
    rate.set_xlabel("update")
    rate.set_ylim(bottom=0)
    rate.ticklabel_format(axis="y", style="sci", scilimits=(-2, 2))
    if title:
        figure.suptitle(title)
    with atomic_file(path) as stream:
        figure.savefig(stream, format="png")


def _curve(axes: Axes, rows: list[dict[str, Any]], name: str, **style: Any) -> bool:
    """Draws a column over the updates. Returns whether there is a point."""
    points = [(row["update"], row[name]) for row in rows if row.get(name) is not None]
    if points:
        axes.plot(*zip(*points, strict=True), **style)
    return bool(points)


def _draw_losses(axes: Axes, updates: list[dict[str, Any]], validations: list[dict[str, Any]]) -> None:
    dots = {"marker": "o", "markersize": 3}
    drawn = [
        _curve(axes, updates, "loss", color="#9aa5b1", label="training, smoothed labels"),
        _curve(axes, updates, "nll", color="#1f77b4", label="training, negative log-likelihood"),
        _curve(axes, validations, "nll", color="#d62728", label="validation, negative log-likelihood", **dots),
    ]
    if any(drawn):
        axes.legend(frameon=False, fontsize=9)


def _draw_score(axes: Axes, validations: list[dict[str, Any]], score: Score) -> None:
    if not _curve(axes, validations, score.name, color="#2ca02c", marker="o", markersize=3):
        axes.set_yticks([])
        axes.text(0.5, 0.5, "not measured yet", transform=axes.transAxes, ha="center", va="center", color="gray")
        return
    measured = [row for row in validations if row.get(score.name) is not None]
    best = max(measured, key=lambda row: score.merit(row[score.name]))
    label = f"best {best[score.name]:.2f} at update {best['update']}"
    height, side = (0.05, "bottom") if score.higher_is_better else (0.95, "top")  # the corner that the curve avoids
    axes.text(0.99, height, label, transform=axes.transAxes, ha="right", va=side, fontsize=9)
