"""The paper's published numbers beside those of the presets: docs/presets.md, and docs/presets.png.

    python benchmarks/presets.py --output docs

Nothing is trained: parameters and Mult-Adds are counted from the configurations, scores are the published ones.
"""

from __future__ import annotations

import argparse
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lite_transformer_tf.boundary.program import run_script
from lite_transformer_tf.config import preset
from lite_transformer_tf.files import atomic_file, atomic_write_text
from lite_transformer_tf.profiling import ModelProfile, millions
from lite_transformer_tf.profiling.published import (
    EN_DE,
    EN_FR,
    EVOLVED,
    LANGUAGE,
    LITE,
    MEGABYTES,
    METRICS,
    RESULTS,
    TRANSFORMER,
    VOCABULARIES,
    Published,
    unit_of,
    value_of,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLORS = {LITE: "#b2182b", TRANSFORMER: "#333333", EVOLVED: "#2166ac"}
COLUMNS = ("model", "preset", "backbone", "paper", "all parameters", "Mult-Adds", "paper", "score", "here", "source")
PAGE = """# The paper's models and results

    python benchmarks/presets.py --output docs

writes this page and its plot. Parameters and Mult-Adds are counted here from the configuration of each preset
([profiling.md](profiling.md), convention `paper`); a column `paper` has the published number beside it, `score` the
published score of the test set. The column `here` is for scores of models that were trained here on these data: **it
is empty, because none was**. What was trained here, on smaller data, is in [results.md](results.md); the recipes for
these models are in [training.md](training.md).

![published scores over Mult-Adds, and Mult-Adds counted here against the published ones](presets.png)

*Backbone* counts the parameters without embeddings, which is what the paper counts. Sources are Wu et al., *Lite
Transformer with Long-Short Range Attention*, ICLR 2020 ([arXiv 2004.11886](https://arxiv.org/abs/2004.11886)),
and the README and the figures of the [authors' code](https://github.com/mit-han-lab/lite-transformer). A cell
is empty where the number is not in what this page was made from: the published results of IWSLT'14, and the widths of
the smaller language models, which have no preset.

{tables}

## How the Mult-Adds compare
The counts are within one unit of the last printed digit, but for the Evolved Transformer: {evolved} in the convention
of the paper. Its 94M are met when each bias and norm parameter counts as one Mult-Add per token
([profiling.md](profiling.md)). The width of the 1.33G model is not published: `wmt_en_fr_792` is the width that has
this count.

## Sizes
The paper's sizes (`figures/compression.png`) are four bytes per parameter of the backbone.

{sizes}
"""


@cache
def profile_of(row: Published) -> ModelProfile:
    """The profile of a row's preset, with the vocabulary of its data."""
    size = VOCABULARIES.get(row.data)
    sizes = {} if size is None else {"source_vocabulary_size": size, "target_vocabulary_size": size}
    return ModelProfile.of(preset(row.preset or "", **sizes), *row.tokens)


def counted(row: Published) -> int | None:
    """Mult-Adds of a row's preset under the paper's convention; `None` without a preset."""
    return None if row.preset is None else profile_of(row).mult_adds()


def _row_of(name: str) -> Published:
    """The first row of a preset."""
    return next(row for row in RESULTS if row.preset == name)


def _table(rows: list[tuple[str, ...]], right: range) -> str:
    """A table of Markdown whose first row is its head; these columns are aligned to the right."""
    rule = tuple("---:" if column in right else "---" for column in range(len(rows[0])))
    return "\n".join(f"| {' | '.join(row)} |" for row in (rows[0], rule, *rows[1:]))


def _cells(row: Published) -> tuple[str, ...]:
    score = "" if row.score is None else f"{row.score:.1f}"
    if row.preset is None:
        return (row.model, "", "", "", "", "", row.mult_adds or "", score, "", row.source)
    profile = profile_of(row)
    backbone, whole = profile.parameters.backbone_total, profile.parameters.total
    counts = (f"{backbone:,}", row.parameters or "", f"{whole:,}", millions(profile.mult_adds()), row.mult_adds or "")
    return (row.model, f"`{row.preset}`", *counts, score, "", row.source)


def page() -> str:
    """The page in Markdown."""
    tables = []
    for data, metric in METRICS.items():
        rows = [row for row in RESULTS if row.data == data]
        lengths = " and ".join(str(length) for length in (rows[0].tokens[1:] if data == LANGUAGE else rows[0].tokens))
        tables += [f"## {data}", f"Score: {metric}. Mult-Adds at {lengths} tokens.", ""]
        tables += [_table([COLUMNS, *map(_cells, rows)], range(2, 9)), ""]
    sizes: list[tuple[str, ...]] = [("preset", "backbone", "four bytes each", "paper")]
    for name, size in MEGABYTES.items():
        backbone = profile_of(_row_of(name)).parameters.backbone_total
        sizes.append((f"`{name}`", f"{backbone:,}", f"{4e-6 * backbone:.1f} MB", f"{size:g} MB"))
    evolved = millions(profile_of(_row_of("evolved_small")).mult_adds())
    return PAGE.format(tables="\n".join(tables).rstrip(), evolved=evolved, sizes=_table(sizes, range(1, 4)))


def _draw_scores(axes: Axes, data: str) -> None:
    """Published scores: a ring at the published Mult-Adds, a dot at those that are counted here."""
    up = 1 if data == LANGUAGE else -1  # the better curve has its labels on the better side
    places = {LITE: (-11, -11 * up - 3), TRANSFORMER: (13, 11 * up - 3), EVOLVED: (17, -3)}
    for model, color in COLORS.items():
        rows = [row for row in RESULTS if (row.data, row.model) == (data, model) and row.score is not None]
        points = sorted((value_of(row.mult_adds or "0M") / 1e6, row.score or 0.0) for row in rows)
        found = [(count / 1e6, row.score) for row in rows if (count := counted(row)) is not None]
        if points:
            axes.plot(*zip(*points, strict=True), "o-", color=color, mfc="white", markersize=9, linewidth=1)
        if found:
            axes.plot(*zip(*found, strict=True), "o", color=color, markersize=4)
        style: dict[str, Any] = {"textcoords": "offset points", "ha": "center", "fontsize": 8, "color": color}
        for x, y in points:
            axes.annotate(f"{y:.1f}", (x, y), places[model], **style)
    axes.set(title=data, xlabel="Mult-Adds (millions)", ylabel=f"test {METRICS[data]}")
    axes.margins(x=0.1, y=0.15)
    axes.set_xlim(left=0)
    axes.grid(alpha=0.3)


def _draw_differences(axes: Axes) -> None:
    """Mult-Adds counted here against the published ones, with one unit of the last printed digit."""
    rows = {(row.preset, row.tokens): row for row in RESULTS if row.preset and row.mult_adds}
    for place, row in enumerate(rows.values()):
        published = value_of(row.mult_adds or "")
        unit = 100 * unit_of(row.mult_adds or "") / published
        axes.bar(place, 2 * unit, bottom=-unit, width=0.6, color="#dddddd", zorder=2)
        axes.plot(place, 100 * ((counted(row) or 0) / published - 1), "o", color=COLORS[row.model], zorder=3)
    names = [f"{row.preset}\n{row.mult_adds}" for row in rows.values()]
    axes.set_xticks(range(len(names)), names, fontsize=8, rotation=35, ha="right", rotation_mode="anchor")
    axes.axhline(0, color="gray", linewidth=0.8)
    axes.set(title="Mult-Adds counted here against published; grey: one unit of the last printed digit")
    axes.set_ylabel("difference (%)")
    axes.grid(axis="y", alpha=0.3)


def draw(path: Path) -> None:
    """Plots the published numbers into a PNG file, which appears whole or not at all."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    figure = Figure(figsize=(13, 8.5), dpi=90, layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplot_mosaic([[EN_FR, EN_DE, LANGUAGE], ["differences"] * 3], height_ratios=[3, 2])
    for name, axes in panels.items():
        axes.spines[["top", "right"]].set_visible(False)
        if name in METRICS:
            _draw_scores(axes, name)
    _draw_differences(panels["differences"])
    handles = [Line2D([], [], color=color, linewidth=3, label=model) for model, color in COLORS.items()]
    ring: dict[str, Any] = {"marker": "o", "linestyle": "", "color": "gray"}
    handles.append(Line2D([], [], mfc="white", markersize=9, label="published", **ring))
    handles.append(Line2D([], [], markersize=4, label="published score at the Mult-Adds counted here", **ring))
    figure.legend(handles=handles, loc="outside upper center", ncols=5, frameon=False)
    with atomic_file(path) as stream:
        figure.savefig(stream, format="png", metadata={"Software": None})


def main() -> int:
    """Writes the page and its plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--output", type=Path, required=True, metavar="DIR", help="directory of presets.md and its plot"
    )
    output = parser.parse_args().output
    atomic_write_text(output / "presets.md", page())
    draw(output / "presets.png")
    print(f"{output / 'presets.md'}, {output / 'presets.png'}")
    return 0


if __name__ == "__main__":
    run_script("presets", main)
