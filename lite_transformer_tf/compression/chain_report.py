"""The report of a compression chain: JSON, Markdown, and a plot of size and score per step (paper, figure 1)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lite_transformer_tf.files import PathLike, atomic_file, atomic_write_text
from lite_transformer_tf.report import write_report

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARKDOWN_NAME, PLOT_NAME = "compression.md", "compression.png"
INTRODUCTION = (
    "Backbone: all parameters except embeddings, at the width of the weights, without zeros or an index, as in the",
    "paper. model.tflite and download (`.ltpk`): sizes of whole files. Equal ids: share of the check set on which the",
    "file gives the same ids as its Keras model, which computes with float32 activations. With float activations: the",
    "same when the file's weights compute in float32 too. The difference between the two columns is the runtime's",
    "rounding of activations to 8 bits.",
)
COLUMNS = (
    "",
    "backbone MB",
    "times smaller",
    "sparsity",
    "model.tflite MB",
    "download MB",
    "score",
    "Keras",
    "equal ids",
    "with float activations",
    "ms",
)


def main_score(row: dict[str, Any]) -> float | None:
    """The first score of a bundle; that of its Keras model when the bundle has none."""
    return next(iter(row["scores"].values()), row["score_of_the_model"])


def write_chain_report(
    output: PathLike,
    task: str,
    settings: dict[str, Any],
    rows: Sequence[dict[str, Any]],
    baseline: dict[str, Any] | None,
) -> None:
    """Writes `report.json`, `compression.md` and `compression.png`.

    Args:
        output: Directory of the files.
        task, settings: Task and settings of the chain.
        rows: Figures of the bundles, see `Chain.export`; the first is the uncompressed model.
        baseline: Figures of a model to compare with, see `baseline_figures`.
    """
    write_report(output, {"task": task, "settings": settings, "baseline": baseline, "bundles": list(rows)})
    atomic_write_text(Path(output) / MARKDOWN_NAME, markdown(rows, baseline))
    draw(rows, baseline, Path(output) / PLOT_NAME)


def markdown(rows: Sequence[dict[str, Any]], baseline: dict[str, Any] | None) -> str:
    """One table: backbone in the paper's counting, file sizes, scores, agreement with the Keras model, speed."""
    first = rows[0]
    largest = baseline["backbone_bytes"] if baseline else first["backbone_bytes"]
    lines = ["# Compression", "", *INTRODUCTION, "", f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
    if baseline:
        size, score = f"{baseline['backbone_bytes'] / 1e6:.3f}", _number(baseline["score_of_the_model"])
        lines.append(f"| {baseline['run']} | {size} | 1.0 | | | | | {score} | | | |")
    for row in rows:
        equal, alike = (
            " / ".join(f"{100 * value:.1f} %" for value in row[key].values())
            for key in ("equal_ids", "equal_ids_float_activations")
        )
        milliseconds = " / ".join(f"{value:.2f}" for value in row["milliseconds"].values())
        smaller = f"{largest / row['backbone_bytes']:.1f} | {row['sparsity']:.2f}"
        lines.append(
            f"| {row['name']} | {row['backbone_bytes'] / 1e6:.3f} | {smaller} "
            f"| {row['model_bytes'] / 1e6:.2f} | {row['download_bytes'] / 1e6:.2f} | {_number(main_score(row))} "
            f"| {_number(row['score_of_the_model'])} | {equal} | {alike} | {milliseconds} |"
        )
    searches = " / ".join(first["equal_ids"])
    return "\n".join([*lines, "", f"Equal ids: {searches}. Milliseconds: {' / '.join(first['milliseconds'])}.", ""])


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def draw(rows: Sequence[dict[str, Any]], baseline: dict[str, Any] | None, path: PathLike) -> None:
    """Plots the sizes of backbone and download as bars, and the score above them."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 6.5), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(2, 3))
    names = [row["name"] for row in rows]
    backbones = [row["backbone_bytes"] / 1e6 for row in rows]
    scores = [main_score(row) for row in rows]
    downloads: list[float | None] = [row["download_bytes"] / 1e6 for row in rows]
    if baseline:
        names, backbones = [baseline["run"].replace("_", "\n"), *names], [baseline["backbone_bytes"] / 1e6, *backbones]
        scores, downloads = [baseline["score_of_the_model"], *scores], [None, *downloads]
    _plot_scores(top, scores)
    _plot_sizes(bottom, backbones, downloads)
    labels = [name.replace(", ", ",\n").replace("trained in", "trained\nin") for name in names]
    bottom.set_xticks(range(len(labels)), labels, fontsize=8)
    for axes in (top, bottom):
        axes.grid(axis="y", alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    with atomic_file(path) as stream:
        figure.savefig(stream, format="png")


def _plot_scores(axes: Axes, scores: Sequence[float | None]) -> None:
    known = [(place, score) for place, score in enumerate(scores) if score is not None]
    if known:
        axes.plot(*zip(*known, strict=True), "o-", color="#2ca02c")
        for place, score in known:
            _label(axes, f"{score:.2f}", place, score, 6)
        axes.margins(y=0.25)
    axes.set_ylabel("score")


def _plot_sizes(axes: Axes, backbones: Sequence[float], downloads: Sequence[float | None]) -> None:
    places = range(len(backbones))
    axes.bar([place - 0.2 for place in places], backbones, 0.4, color="#1f77b4", label="backbone, without index")
    known = {place + 0.2: size for place, size in enumerate(downloads) if size is not None}
    axes.bar(list(known), list(known.values()), 0.4, color="#9aa5b1", label="download of the whole bundle")
    for place, size in enumerate(backbones):
        _label(axes, f"{max(backbones) / size:.1f}x", place - 0.2, size, 2)
    axes.set_yscale("log")
    axes.set_ylabel("MB")
    axes.legend(frameon=False, fontsize=9, loc="upper right")  # where bars are short


def _label(axes: Axes, text: str, x: float, y: float, above: int) -> None:
    """Writes a text over a point, `above` points higher."""
    axes.annotate(text, (x, y), xytext=(0, above), textcoords="offset points", ha="center", fontsize=8)
