"""The width of each architecture at which its Mult-Adds are nearest to a budget.

    python -m benchmarks.quality.budgets --write

Depths are the published ones: 6 layers per stack, 3 and 4 cells for the Evolved Transformer, and as many layers of a
Transformer language model as the Lite one has. The width is free. The number of heads is 4 where such a width lies
within 2 % of the budget, and otherwise 2. The result is frozen in budgets.json; a test computes it again.
"""

from __future__ import annotations

import argparse
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.quality.cases import CASES, EVOLVED, LITE, TRANSFORMER, Case, read_cases
from lite_transformer_tf.boundary.program import run_script
from lite_transformer_tf.config.presets import build_config
from lite_transformer_tf.files import atomic_write_json
from lite_transformer_tf.profiling import ModelProfile
from lite_transformer_tf.readers.json_text import read_object

FROZEN = Path(__file__).parent / "budgets.json"
TOKENS, LAYERS, HEADS, WIDEST = 30, 6, (4, 2), 4096
NEAR = 0.02  # of the budget
LANGUAGE_MODEL = "language-model"


@dataclass(frozen=True)
class Size:
    """The size of one architecture at one budget.

    Args:
        embed_dim: Width D.
        heads: Heads of every attention.
        mult_adds: Mult-Adds of the model.
    """

    embed_dim: int
    heads: int
    mult_adds: int


def model_settings(case: Case, architecture: str, embed_dim: int, heads: int) -> dict[str, Any]:
    """The section `model` of a run's configuration, without the sizes of the vocabularies.

    Raises:
        ValueError: The architecture does not exist for the case's task.
    """
    common: dict[str, Any] = {"embed_dim": embed_dim, "heads": heads, **case.model}
    plain = {"layers": len(case.lite.get("kernel_sizes", ())) or LAYERS}
    if case.task == LANGUAGE_MODEL:
        built = {LITE: {**case.lite}, TRANSFORMER: plain}
        names = {LITE: LANGUAGE_MODEL, TRANSFORMER: "transformer-language-model"}
    else:
        built = {LITE: {"cross_attention_heads": heads, **case.lite}, TRANSFORMER: plain, EVOLVED: case.evolved}
        names = {name: name for name in built}
    if architecture not in built:
        rule = f"The architectures for the task {case.task} are {sorted(built)}"
        raise ValueError(f"{rule}. Received: {architecture!r}")
    return {"architecture": names[architecture], **common, **built[architecture]}


def mult_adds(case: Case, architecture: str, embed_dim: int, heads: int) -> int:
    """Mult-Adds in the paper's convention at 30 tokens. Vocabularies do not count, their sizes here mean nothing."""
    size = max((0, *case.model.get("cutoffs", ()))) + 1000
    names = (
        ("vocabulary_size",) if case.task == LANGUAGE_MODEL else ("source_vocabulary_size", "target_vocabulary_size")
    )
    settings = model_settings(case, architecture, embed_dim, heads)
    return ModelProfile.of(build_config({**settings, **dict.fromkeys(names, size)}), TOKENS, TOKENS).mult_adds()


def nearest(case: Case, architecture: str, wanted: int) -> Size:
    """The size of an architecture whose Mult-Adds are nearest to the wanted ones."""
    found = []
    for heads in HEADS:
        step = heads if architecture == TRANSFORMER else 2 * heads  # others divide the width once more
        widths = range(step, WIDEST + 1, step)

        @cache
        def count(width: int, heads: int = heads) -> int:
            return mult_adds(case, architecture, width, heads)

        place = bisect_left(widths, wanted, hi=len(widths) - 1, key=count)
        near = (widths[max(place - 1, 0)], widths[place])
        width = min(near, key=lambda width: abs(count(width) - wanted))
        found.append(Size(width, heads, count(width)))
        if abs(found[-1].mult_adds - wanted) <= NEAR * wanted:
            break
    return min(found, key=lambda size: abs(size.mult_adds - wanted))


def computed(cases: Mapping[str, Case]) -> dict[str, Any]:
    """The sizes of all cases: case, budget, architecture."""
    return {
        name: {
            budget: {
                architecture: asdict(nearest(case, architecture, entry.mult_adds))
                for architecture in case.full.architectures
            }
            for budget, entry in case.budgets.items()
        }
        for name, case in cases.items()
    }


def frozen_size(name: str, budget: str, architecture: str, path: Path = FROZEN) -> Size:
    """The frozen size.

    Raises:
        ValueError: It is not there: budgets.json is older than the cases.
    """
    try:
        return Size(**read_object(path, "The sizes of the comparison")[name][budget][architecture])
    except KeyError as error:
        rule = f"{path.name} must have every case; run python -m benchmarks.quality.budgets --write"
        raise ValueError(f"{rule}. Received: none for {name}, {budget}, {architecture}") from error


def main() -> int:
    """Prints the sizes, and writes them where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, default=CASES, metavar="FILE", help="default: those of this package")
    parser.add_argument("--write", nargs="?", type=Path, const=FROZEN, metavar="FILE", help="freeze the sizes")
    arguments = parser.parse_args()
    cases = read_cases(arguments.cases)
    found = computed(cases)
    for name, budgets in found.items():
        for budget, sizes in budgets.items():
            wanted = cases[name].budgets[budget].mult_adds
            for architecture, size in sizes.items():
                share = size["mult_adds"] / wanted - 1
                width = f"width {size['embed_dim']:4d}, {size['heads']} heads"
                print(
                    f"{name:15s} {budget:6s} {architecture:12s} {width}  {size['mult_adds'] / 1e6:8.2f}M  {share:+.1%}"
                )
    if arguments.write:
        atomic_write_json(arguments.write, found)
    return 0


if __name__ == "__main__":
    run_script("quality.budgets", main)
