"""Parameters and Mult-Adds of a model, in total and by layer, as a table and as JSON."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lite_transformer_tf.config import ModelConfig
from lite_transformer_tf.operation_counts import Kind, Operation, Shapes
from lite_transformer_tf.profiling.configurations import model_count
from lite_transformer_tf.profiling.conventions import CONVENTIONS, total
from lite_transformer_tf.profiling.parameters import Parameters, count_parameters


def layer_of(path: str) -> str:
    """The layer that contains a path: `encoder/layer_0` for `encoder/layer_0/lsra/attention/query`."""
    names = path.split("/")
    return "/".join(names[: 2 if len(names) > 1 and names[1].startswith("layer_") else 1])


def part_of(path: str) -> str:
    """The part of a layer that contains a path: a branch, an attention, a feed-forward network or a norm."""
    layer = layer_of(path)
    rest = path.removeprefix(layer).split("/")[1:]
    return "/".join([layer, *rest[: 2 if rest[0] == "lsra" else 1]]) if "/" in layer and rest else layer


@dataclass(frozen=True)
class Row:
    """Parameters of a layer or a part of it, and its Mult-Adds by convention."""

    name: str
    parameters: int
    mult_adds: dict[str, int]

    @property
    def parameters_text(self) -> str:
        return "shared" if not self.parameters and self.name.endswith("embedding") else f"{self.parameters:,}"

    def to_dict(self) -> dict[str, Any]:
        return {"name": self.name, "parameters": self.parameters, **self.mult_adds}


@dataclass(frozen=True)
class ModelProfile:
    """Parameters and operations of a model.

    Args:
        source, target: Numbers of tokens.
        shapes: Shapes of all weights by name.
        operations: Operations for one sentence of these lengths.
    """

    source: int
    target: int
    shapes: Shapes
    operations: tuple[Operation, ...]

    @classmethod
    def of(cls, config: ModelConfig, source: int = 30, target: int = 30) -> ModelProfile:
        """Profiles the model of a configuration. Raises the errors of `model_count`."""
        count = model_count(config, source, target)
        return cls(source, target, count.shapes, count.operations)

    @property
    def parameters(self) -> Parameters:
        return count_parameters(self.shapes)

    def mult_adds(self, convention: str = "paper") -> int:
        """All Mult-Adds under a convention, a key of `CONVENTIONS`."""
        return total(self.operations, convention)

    def by_kind(self) -> dict[str, int]:
        """Mult-Adds of the whole model by kind."""
        counts = {kind.value: 0 for kind in Kind}
        for operation in self.operations:
            counts[operation.kind.value] += operation.count
        return counts

    def rows(self, place: Callable[[str], str] = layer_of) -> list[Row]:
        """One row per layer (`layer_of`) or part of a layer (`part_of`), in the order of the computation."""
        places = dict.fromkeys(
            place(path) for path in [operation.path for operation in self.operations] + list(self.shapes)
        )
        return [
            Row(
                name,
                sum(math.prod(shape) for path, shape in self.shapes.items() if place(path) == name),
                {
                    convention: total((entry for entry in self.operations if place(entry.path) == name), convention)
                    for convention in CONVENTIONS
                },
            )
            for name in places
        ]

    def to_dict(self) -> dict[str, Any]:
        return {
            "source_tokens": self.source,
            "target_tokens": self.target,
            "parameters": self.parameters.to_dict(),
            "mult_adds": {convention: self.mult_adds(convention) for convention in CONVENTIONS},
            "mult_adds_by_kind": self.by_kind(),
            "layers": [row.to_dict() for row in self.rows()],
            "parts": [row.to_dict() for row in self.rows(part_of)],
        }

    def table(self, place: Callable[[str], str] = layer_of) -> str:
        """The rows and their totals as aligned text."""
        rows = self.rows(place)
        whole = Row(
            "total", self.parameters.total, {convention: self.mult_adds(convention) for convention in CONVENTIONS}
        )
        cells = [["", "parameters", *CONVENTIONS]]
        cells += [
            [row.name, row.parameters_text, *(f"{count:,}" for count in row.mult_adds.values())]
            for row in (*rows, whole)
        ]
        widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
        return "\n".join(
            "  ".join(
                [
                    line[0].ljust(widths[0]),
                    *(text.rjust(width) for text, width in zip(line[1:], widths[1:], strict=True)),
                ]
            )
            for line in cells
        )


def millions(count: int) -> str:
    """Formats `90131520` as `90.13M`."""
    return f"{count / 1e6:.2f}M"
