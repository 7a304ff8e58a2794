"""Weights and Mult-Adds of all presets, frozen in frozen/*.json.

After an intended change, `python -m tests.profiling.frozen` overwrites them. In a name, `layer_*` stands for all layers
of a stack, or for those that `layers` lists; `shapes` then has one shape per layer, or a single shape that they share.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from lite_transformer_tf.config.presets import preset, preset_names
from lite_transformer_tf.profiling import CONVENTIONS, ModelProfile
from lite_transformer_tf.profiling.presets import LENGTHS
from lite_transformer_tf.profiling.published import TOKENS

FOLDER = Path(__file__).parent / "frozen"


@cache
def profile(name: str) -> ModelProfile:
    """The profile of a preset's model at 30 and 30 tokens, or at `LENGTHS`."""
    return ModelProfile.of(preset(name), *LENGTHS.get(name, TOKENS))


def compact(shapes: dict[str, tuple[int, ...]]) -> dict[str, dict[str, Any]]:
    """Names and shapes, layers folded together."""
    folded: dict[str, dict[int, str]] = {}
    for name, shape in shapes.items():
        layer = re.search(r"/layer_(\d+)/", name)
        pattern = name if layer is None else name.replace(layer[0], "/layer_*/")
        folded.setdefault(pattern, {})[int(layer[1]) if layer else 0] = "x".join(map(str, shape))
    entries: dict[str, dict[str, Any]] = {}
    for pattern, by_layer in folded.items():
        layers = sorted(by_layer)
        different = [by_layer[layer] for layer in layers]
        entry: dict[str, Any] = {"shapes": different[0] if len(set(different)) == 1 else different}
        every = layers == list(range(len(layers)))
        entries[pattern] = {"layers": len(layers) if every else layers, **entry} if "*" in pattern else entry
    return entries


def summary(name: str) -> dict[str, Any]:
    """What is frozen of a preset."""
    found = profile(name)
    return {
        "source_tokens": found.source,
        "target_tokens": found.target,
        "parameters": found.parameters.to_dict(),
        "mult_adds": {convention: found.mult_adds(convention) for convention in CONVENTIONS},
        "mult_adds_by_kind": found.by_kind(),
        "weights": compact(found.shapes),
    }


def to_json(data: dict[str, Any]) -> str:
    """JSON with a line for each weight."""
    weights = ",\n".join(f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in data["weights"].items())
    rest = ",\n".join(f" {json.dumps(key)}: {json.dumps(value)}" for key, value in data.items() if key != "weights")
    return f'{{\n{rest},\n "weights": {{\n{weights}\n }}\n}}\n'


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in preset_names():
        (FOLDER / f"{each}.json").write_text(to_json(summary(each)), encoding="utf-8")
        profile.cache_clear()
