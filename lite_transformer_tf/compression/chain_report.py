"""The report of a compression chain: JSON, Markdown, and a picture of size and score at each step, as the paper's figure 1 has it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lite_transformer_tf.files import PathLike, atomic_file, atomic_write_text
from lite_transformer_tf.report import write_report

MARKDOWN_NAME, PICTURE_NAME = "compression.md", "compression.png"


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
        output: directory.
        task, settings: of the chain.
        rows: figures of the bundles, see `Chain.export`; the first is the uncompressed model.
        baseline: figures of a model to compare with, see `baseline_figures`.
    """
    write_report(output, {"task": task, "settings": settings, "baseline": baseline, "bundles": list(rows)})
    atomic_write_text(Path(output) / MARKDOWN_NAME, markdown(rows, baseline))
    draw(rows, baseline, Path(output) / PICTURE_NAME)


def markdown(rows: Sequence[dict[str, Any]], baseline: dict[str, Any] | None) -> str:
    """One table: backbone in the paper's counting, real bytes, scores, agreement with the Keras model, speed."""
    first = rows[0]
    largest = baseline["backbone_bytes"] if baseline else first["backbone_bytes"]
    lines = [
        "# Compression",
        "",
        "Backbone: all parameters but the embeddings, at the width of the weights, zeros not counted and no index either, as in the paper. model.tflite and",
        "download (`.ltpk`) are whole files. Equal ids: share of the check set on which the file answers as its own Keras model, which computes with",
        "float32 activations. With float activations: the same when the file's weights compute in float32 too. What lies between the two columns is the",
        "runtime's rounding of activations to 8 bits.",
        "",
        "| | backbone MB | times smaller | sparsity | model.tflite MB | download MB | score | Keras | equal ids | with float activations | ms |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    if baseline:
        lines.append(
            f"| {baseline['run']} | {baseline['backbone_bytes'] / 1e6:.3f} | 1.0 | | | | | {_number(baseline['score_of_the_model'])} | | | |"
        )
    for row in rows:
        equal, alike = (
            " / ".join(f"{100 * value:.1f} %" for value in row[key].values())
            for key in ("equal_ids", "equal_ids_float_activations")
        )
        milliseconds = " / ".join(f"{value:.2f}" for value in row["milliseconds"].values())
        lines.append(
            f"| {row['name']} | {row['backbone_bytes'] / 1e6:.3f} | {largest / row['backbone_bytes']:.1f} | {row['sparsity']:.2f} "
            f"| {row['model_bytes'] / 1e6:.2f} | {row['download_bytes'] / 1e6:.2f} | {_number(main_score(row))} "
            f"| {_number(row['score_of_the_model'])} | {equal} | {alike} | {milliseconds} |"
        )
    searches = " / ".join(rows[0]["equal_ids"])
    return "\n".join([*lines, "", f"Equal ids: {searches}. Milliseconds: {' / '.join(rows[0]['milliseconds'])}.", ""])


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def draw(rows: Sequence[dict[str, Any]], baseline: dict[str, Any] | None, path: PathLike) -> None:
    """Bars of the backbone's and the download's size, and the score above them."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 6.5), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(2, 3))
    names = [row["name"] for row in rows]
    backbones = [row["backbone_bytes"] / 1e6 for row in rows]
    scores = [main_score(row) for row in rows]
    if baseline:
        names, backbones = [baseline["run"].replace("_", "\n"), *names], [baseline["backbone_bytes"] / 1e6, *backbones]
        scores = [baseline["score_of_the_model"], *scores]
    places = list(range(len(names)))
    known = [(place, score) for place, score in zip(places, scores, strict=True) if score is not None]
    if known:
        top.plot(*zip(*known, strict=True), "o-", color="#2ca02c")
        for place, score in known:
            top.annotate(
                f"{score:.2f}", (place, score), xytext=(0, 6), textcoords="offset points", ha="center", fontsize=8
            )
        top.margins(y=0.25)
    top.set_ylabel("score")
    bottom.bar([place - 0.2 for place in places], backbones, 0.4, color="#1f77b4", label="backbone, without index")
    downloads = [row["download_bytes"] / 1e6 for row in rows]
    shift = len(places) - len(downloads)
    bottom.bar(
        [place + shift + 0.2 for place in range(len(downloads))],
        downloads,
        0.4,
        color="#9aa5b1",
        label="download of the whole bundle",
    )
    for place, value in zip(places, backbones, strict=True):
        bottom.annotate(
            f"{max(backbones) / value:.1f}x",
            (place - 0.2, value),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            fontsize=8,
        )
    bottom.set_yscale("log")
    bottom.set_ylabel("MB")
    bottom.set_xticks(
        places, [name.replace(", ", ",\n").replace("trained in", "trained\nin") for name in names], fontsize=8
    )
    bottom.legend(frameon=False, fontsize=9, loc="upper right")  # where bars are short
    for axes in (top, bottom):
        axes.grid(axis="y", alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    with atomic_file(path) as stream:
        figure.savefig(stream, format="png")
