"""Numbers of parameters, counted from the names and shapes of a model's weights."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Parameters:
    """Numbers of parameters.

    Args:
        total: Number of all parameters. A shared table counts once.
        embeddings: Parameters of the tables of source, target and output by stored name. An adaptive embedding
            includes its projections.
        backbone: Parameters of everything else by name: the stacks, and the classes of an adaptive softmax.
    """

    total: int
    embeddings: dict[str, int]
    backbone: dict[str, int]

    @property
    def embeddings_total(self) -> int:
        return sum(self.embeddings.values())

    @property
    def backbone_total(self) -> int:
        return sum(self.backbone.values())

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "embeddings_total": self.embeddings_total, "backbone_total": self.backbone_total}


def count_parameters(shapes: Mapping[str, tuple[int, ...]]) -> Parameters:
    """Counts parameters from the shapes of all weights by name; shared tables occur once."""
    groups: dict[str, int] = {}
    for name, shape in shapes.items():
        group = name.split("/")[0]
        groups[group] = groups.get(group, 0) + math.prod(shape)
    embeddings = {group: count for group, count in groups.items() if group.endswith("embedding")}
    backbone = {group: count for group, count in groups.items() if group not in embeddings}
    return Parameters(sum(groups.values()), embeddings, backbone)
