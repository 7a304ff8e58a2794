"""Loss increase when a single layer is compressed, and an allocation of sparsities or bits to layers from it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Literal

import numpy as np
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.compression.places import Place, find_places, float32, require_plain
from lite_transformer_tf.compression.quantizers import BITS, round_weights

LEVELS: dict[str, tuple[float, ...]] = {"sparsity": (0.3, 0.5, 0.7, 0.8, 0.9), "bits": (8, 4)}


def smallest_to_zero(weights: np.ndarray, sparsity: float) -> np.ndarray:
    """A copy with the smallest magnitudes set to zero: as many as `prune` zeroes, which keeps at least one weight."""
    kept = max(round(weights.size * (1 - sparsity)), 1)
    order = np.argsort(-np.abs(weights), axis=None, kind="stable")
    result = weights.copy()
    result.flat[order[kept:]] = 0
    return result


def sensitivity(
    model: keras.Model,
    evaluate: Callable[[keras.Model], float],
    kind: Literal["sparsity", "bits"] = "sparsity",
    levels: Sequence[float] | None = None,
    *,
    layers: Sequence[str] = ("*",),
    embeddings: bool = False,
) -> dict[str, Any]:
    """Loss of the model with one layer at a time compressed to each level, without training. Restores the weights.

    Args:
        model: A model with its weights, not wrapped.
        evaluate: Returns a model's loss, such as the negative log-likelihood on the validation set; lower is better. It
            is called once for the model, and once for each layer and level.
        kind: Whether levels are shares of zeros or bits of the weights.
        levels: Shares in (0, 1), or bits. `None` means `LEVELS[kind]`.
        layers: Names or patterns of the layers to scan.
        embeddings: Whether patterns also match embedding tables. A full name always does.

    Returns:
        A dictionary for JSON and for `allocate`: `kind`; `loss` of the model; `levels`; `layers`, which has by name the
        number of `weights` and the `losses` at each level, `None` where a loss is not finite.

    Raises:
        ValueError: the model, a level or a name cannot be used, or the model's loss is not finite.
    """
    places = find_places(model)
    require_plain(places)
    levels = _check_levels(kind, LEVELS.get(kind, ()) if levels is None else levels)
    scanned = [
        name
        for name, place in places.items()
        if name in layers or ((embeddings or not place.is_table) and any(fnmatchcase(name, p) for p in layers))
    ]
    if not scanned:
        raise ValueError(f"layers must match at least one of {list(places)}. Received: {layers!r}")
    loss = float(evaluate(model))
    if not math.isfinite(loss):
        raise ValueError(f"evaluate must return a finite loss for the uncompressed model. Received: {loss!r}")
    table = {
        name: {"weights": places[name].size, "losses": _losses(model, evaluate, places[name], kind, levels)}
        for name in scanned
    }
    return {"kind": kind, "loss": loss, "levels": levels, "layers": table}


def _check_levels(kind: str, levels: Sequence[float]) -> list[float]:
    if kind not in LEVELS:
        raise ValueError(f"kind must be one of {list(LEVELS)}. Received: {kind!r}")
    fits = (lambda level: level in BITS) if kind == "bits" else (lambda level: 0 < level < 1)
    if not levels or not all(fits(level) for level in levels):
        raise ValueError(
            f"levels must be {f'bits of {BITS}' if kind == 'bits' else 'sparsities in (0, 1)'}. Received: {levels!r}"
        )
    return (
        sorted({int(level) for level in levels}, reverse=True)
        if kind == "bits"
        else sorted({float(level) for level in levels})
    )


def _losses(
    model: keras.Model, evaluate: Callable[[keras.Model], float], place: Place, kind: str, levels: Sequence[float]
) -> list[float | None]:
    weights = float32(place.variable).numpy()
    losses = []
    try:
        for level in levels:
            if kind == "sparsity":
                place.variable.assign(smallest_to_zero(weights, level))
            else:
                place.variable.assign(round_weights(tf.constant(weights), int(level), 1 if place.is_table else 0))
            loss = float(evaluate(model))
            losses.append(loss if math.isfinite(loss) else None)
    finally:
        place.variable.assign(weights)
    return losses


def allocate(table: Mapping[str, Any], target: float) -> dict[str, float]:
    """A level for each scanned layer, so that all layers together reach a target with the smallest sum of losses.

    Starting from no compression, it repeatedly takes the move with the smallest loss per removed weight (or bit), along
    the convex hull of each layer's losses: optimal if the losses of single layers add up. The last move to a sparsity
    stops at the target.

    Args:
        table: Result of `sensitivity`.
        target: Share of zeros among all weights of the scanned layers; or average bits of their weights, at most the
            largest scanned number.

    Returns:
        The sparsity or the bits by layer name, for `prune` and `quantize_aware`.

    Raises:
        ValueError: the scanned levels cannot reach the target.
    """
    by_bits = table["kind"] == "bits"
    most = max(table["levels"]) if by_bits else 0.0
    options = {name: _options(table, name, by_bits, most) for name in table["layers"]}
    sizes = {name: layer["weights"] for name, layer in table["layers"].items()}
    total = sum(sizes.values())
    needed = ((most - target) if by_bits else target) * total
    reachable = sum(sizes[name] * max(saving for saving, _ in options[name]) for name in options)
    if not 0 <= needed <= reachable + 1e-9 * total:
        limits = (most - reachable / total, most) if by_bits else (0.0, reachable / total)
        raise ValueError(f"The target must lie in {limits}, the range of the scanned levels. Received: {target!r}")
    chosen = {name: options[name][0] for name in options}  # (saving per weight, loss)
    saved = 0.0
    while saved < needed - 1e-9 * total:
        _, name, move = min(
            ((loss - chosen[name][1]) / ((saving - chosen[name][0]) * sizes[name]), name, (saving, loss))
            for name in options
            for saving, loss in options[name]
            if saving > chosen[name][0]
        )
        saved += (move[0] - chosen[name][0]) * sizes[name]
        if not by_bits and saved > needed:
            move, saved = (move[0] - (saved - needed) / sizes[name], move[1]), needed
        chosen[name] = move
    return {name: int(most - saving) if by_bits else saving for name, (saving, _) in chosen.items()}


def _options(table: Mapping[str, Any], name: str, by_bits: bool, most: float) -> list[tuple[float, float]]:
    """(saving per weight, loss), no compression first."""
    losses = table["layers"][name]["losses"]
    pairs = [
        (most - level if by_bits else level, loss)
        for level, loss in zip(table["levels"], losses, strict=True)
        if loss is not None
    ]
    start = [] if by_bits and pairs and pairs[0][0] == 0 else [(0.0, table["loss"])]
    return sorted([*start, *pairs])
