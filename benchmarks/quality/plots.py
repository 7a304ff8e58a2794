"""Quality against Mult-Adds, parameters and bytes, as in the paper's figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.quality.cases import EVOLVED, LITE, TRANSFORMER
from lite_transformer_tf.files import atomic_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLORS = {LITE: "#d62728", TRANSFORMER: "#1f77b4", EVOLVED: "#2ca02c"}
AXES = {
    "Mult-Adds (millions)": lambda sizes: sizes["mult_adds"]["paper"] / 1e6,
    "parameters (millions)": lambda sizes: sizes["parameters"]["total"] / 1e6,
    "int8 file (MB)": lambda sizes: sizes["bytes"]["int8"] / 1e6,
}


def new_figure(width: float, height: float) -> Figure:
    """An empty figure that needs no display."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def save(figure: Figure, path: Path) -> None:
    """Writes a figure as PNG, whole or not at all."""
    with atomic_file(path) as stream:
        figure.savefig(stream, format="png")


def points(case: Mapping[str, Any], architecture: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Sizes and scores of an architecture at the budgets that have a finished run, by rising Mult-Adds."""
    name = case["score"]["name"]
    entries = [found["architectures"].get(architecture) for found in case["budgets"].values()]
    known = [(entry["sizes"], entry["scores"][name]) for entry in entries if entry and name in entry["scores"]]
    return sorted(known, key=lambda point: point[0]["mult_adds"]["paper"])


def draw_case(case: Mapping[str, Any], path: Path) -> bool:
    """Draws three panels into a PNG file: a line per architecture, its mean, and bars of one standard deviation.

    Returns:
        Whether there was anything to draw; the file is not written otherwise.
    """
    drawn = {architecture: found for architecture in COLORS if (found := points(case, architecture))}
    if not drawn:
        return False
    figure = new_figure(12, 4)
    panels = figure.subplots(1, len(AXES), sharey=True)
    for axes, (label, size_of) in zip(panels, AXES.items(), strict=True):
        for architecture, found in drawn.items():
            axes.errorbar(
                [size_of(sizes) for sizes, _ in found],
                [score["mean"] for _, score in found],
                yerr=[score["deviation"] or 0.0 for _, score in found],
                color=COLORS[architecture],
                label=title_of(case, architecture),
                marker="o",
                capsize=4,
            )
        axes.set_xlabel(label)
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    better = "higher" if case["score"]["higher_is_better"] else "lower"
    panels[0].set_ylabel(f"{case['score']['label']} ({better} is better)")
    panels[0].legend(frameon=False, fontsize=9)
    figure.suptitle(case["title"])
    save(figure, path)
    return True


def title_of(case: Mapping[str, Any], architecture: str) -> str:
    """The name of an architecture for people."""
    return next(found["architectures"][architecture]["title"] for found in case["budgets"].values())
