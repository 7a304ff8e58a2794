"""The scan of single layers, and the settings that follow from it."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys

import numpy as np
import pytest

from lite_transformer_tf.compression import allocate, bake, compressible_layers, prune, quantize_aware, sensitivity
from lite_transformer_tf.compression.places import find_places
from lite_transformer_tf.compression.quantizers import round_weights
from tests.compression.models import MODELS, matrices

QUERY = "lsra/attention/query"


@pytest.mark.parametrize("kind", ["sparsity", "bits"])
def test_scan_compresses_one_layer_at_a_time_and_restores_it(kind):
    """The loss is the squared distance from the weights of before: so the table tells what has been changed."""
    model = MODELS["functional"]()
    before = matrices(model)
    calls = []

    def distance(scanned) -> float:
        changed = {name: value for name, value in matrices(scanned).items() if not np.array_equal(value, before[name])}
        calls.append(list(changed))
        return float(sum(np.square(value - before[name], dtype=np.float64).sum() for name, value in changed.items()))

    levels = [0.75, 0.25] if kind == "sparsity" else [4, 8]
    table = sensitivity(model, distance, kind, levels)
    layers = [name for name in compressible_layers(model) if name != "embedding"]
    assert list(table["layers"]) == layers and table["levels"] == ([0.25, 0.75] if kind == "sparsity" else [8, 4])
    assert calls == [[], *([name] for name in layers for _ in levels)]
    assert all(np.array_equal(value, before[name]) for name, value in matrices(model).items())
    value = before[QUERY]
    if kind == "sparsity":
        smallest = np.sort(np.square(value, dtype=np.float64), axis=None)
        expected = [smallest[: int(share * value.size)].sum() for share in (0.25, 0.75)]
    else:
        expected = [np.square(round_weights(value, bits, 0).numpy() - value, dtype=np.float64).sum() for bits in (8, 4)]
    np.testing.assert_allclose(table["layers"][QUERY]["losses"], expected, rtol=1e-5)
    assert table["layers"][QUERY]["weights"] == value.size and table["loss"] == 0.0
    assert json.loads(json.dumps(table)) == table
    assert allocate(json.loads(json.dumps(table)), 0.5 if kind == "sparsity" else 6) == allocate(
        table, 0.5 if kind == "sparsity" else 6
    )


def test_scan_restores_the_weights_after_an_error_and_keeps_losses_that_are_not_finite_out():
    model = MODELS["functional"]()
    before = matrices(model)

    def failing(scanned) -> float:
        if not np.array_equal(matrices(scanned)["head"], before["head"]):
            raise RuntimeError("no more time")
        return 1.0

    with pytest.raises(RuntimeError, match="no more time"):
        sensitivity(model, failing)
    assert all(np.array_equal(value, before[name]) for name, value in matrices(model).items())
    losses = iter([1.0, 1.2, float("nan")])
    table = sensitivity(model, lambda _: next(losses), levels=[0.3, 0.6], layers=["head"])
    assert table["layers"]["head"]["losses"] == [1.2, None]
    assert allocate(table, 0.3) == {"head": 0.3}
    with pytest.raises(ValueError, match=r"must lie in \(0.0, 0.3\).* Received: 0.4"):
        allocate(table, 0.4)


def test_tables_are_scanned_on_request():
    model = MODELS["adaptive"]()
    scan = {"levels": [0.5], "layers": ["*"]}
    assert "embedding/band_0" not in sensitivity(model, lambda _: 1.0, **scan)["layers"]
    assert list(sensitivity(model, lambda _: 1.0, embeddings=True, **scan)["layers"]) == list(
        compressible_layers(model)
    )
    assert list(sensitivity(model, lambda _: 1.0, levels=[0.5], layers=["embedding/band_0"])["layers"]) == [
        "embedding/band_0"
    ]


def random_table(kind: str, seed: int) -> dict:
    """Four layers of different sizes whose losses need not be convex."""
    generator = np.random.default_rng(seed)
    levels = [0.25, 0.5, 0.75, 0.9] if kind == "sparsity" else [16, 8, 4]
    layers = {}
    for index, weights in enumerate((100, 400, 150, 50)):
        losses = 2 + np.cumsum(generator.exponential(0.1 + 0.2 * index, len(levels)))
        layers[f"layer_{index}"] = {"weights": weights, "losses": losses.tolist()}
    return {"kind": kind, "loss": 2.0, "levels": levels, "layers": layers}


def hull(points: list[tuple[float, float]], x: float) -> float:
    """The lower convex hull of the points at x."""
    lines = [(a, b) for a in points for b in points if a[0] <= x <= b[0]]
    return min(a[1] if b[0] == a[0] else a[1] + (b[1] - a[1]) * (x - a[0]) / (b[0] - a[0]) for a, b in lines)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("target", [0.0, 0.3, 0.62, 0.9])
def test_allocated_sparsity_meets_the_target_and_no_combination_of_levels_is_better(seed, target):
    table = random_table("sparsity", seed)
    sizes = {name: layer["weights"] for name, layer in table["layers"].items()}
    curves = {name: [(0.0, 2.0), *zip(table["levels"], layer["losses"])] for name, layer in table["layers"].items()}
    chosen = allocate(table, target)
    assert sum(chosen[name] * size for name, size in sizes.items()) == pytest.approx(target * sum(sizes.values()))
    loss = sum(hull(curves[name], share) for name, share in chosen.items())
    for levels in itertools.product(range(5), repeat=4):
        points = [curves[name][level] for name, level in zip(curves, levels)]
        if sum(share * size for (share, _), size in zip(points, sizes.values())) >= target * sum(sizes.values()) - 1e-9:
            assert loss <= sum(value for _, value in points) + 1e-9


@pytest.mark.parametrize("target", [16, 9, 6.5, 4])
def test_allocated_bits_meet_the_target(target):
    table = random_table("bits", 0)
    sizes = {name: layer["weights"] for name, layer in table["layers"].items()}
    chosen = allocate(table, target)
    assert set(chosen.values()) <= {16, 8, 4}
    assert sum(chosen[name] * size for name, size in sizes.items()) <= target * sum(sizes.values())
    assert chosen == dict.fromkeys(sizes, target) or target in (9, 6.5)


def test_sensitive_layers_keep_more():
    losses = {
        "sensitive": [2.5, 3.0, 4.0, 5.0],
        "robust": [2.0, 2.01, 2.02, 2.05],
        "one": [2.1, 2.2, 2.4, 2.6],
        "other": [2.1, 2.2, 2.4, 2.6],
    }
    table = {
        **random_table("sparsity", 0),
        "layers": {name: {"weights": 100, "losses": values} for name, values in losses.items()},
    }
    chosen = allocate(table, 0.5)
    assert (
        chosen["sensitive"] == 0.0
        and chosen["robust"] == 0.9
        and sorted([chosen["one"], chosen["other"]]) == pytest.approx([0.5, 0.6])
    )


def test_what_is_allocated_is_what_prune_and_quantize_aware_take():
    model = MODELS["functional"]()
    before = bake(model)
    shares = allocate(
        sensitivity(model, lambda scanned: float(np.abs(scanned(np.array([[3, 4, 5]]))).sum()), levels=[0.5, 0.9]), 0.6
    )
    prune(model, shares, schedule="constant")
    assert {
        name: place.held.pruning_schedule.target_sparsity for name, place in find_places(model).items() if place.wrapped
    } == shares
    model = MODELS["functional"]()
    bits = allocate(sensitivity(model, lambda scanned: 1.0, "bits", embeddings=True), 5)
    quantize_aware(model, bits)
    assert {name: place.held.quantize_config.quantizer.num_bits for name, place in find_places(model).items()} == bits
    assert before.keys() == bake(model).keys()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kind": "rank"}, r"kind must be one of \['sparsity', 'bits'\]. Received: 'rank'"),
        ({"levels": [0.5, 1.0]}, r"levels must be sparsities in \(0, 1\). Received: \[0.5, 1.0\]"),
        ({"levels": []}, r"Received: \[\]"),
        ({"kind": "bits", "levels": [6]}, r"levels must be bits of \(4, 8, 16, 32\). Received: \[6\]"),
        ({"layers": ["tail"]}, r"layers must match at least one of .*'head'.* Received: \['tail'\]"),
    ],
)
def test_scans_that_cannot_be_made_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        sensitivity(MODELS["functional"](), lambda _: 1.0, **arguments)


def test_models_without_a_loss_and_wrapped_ones_are_refused():
    with pytest.raises(ValueError, match="finite loss for the uncompressed model. Received: nan"):
        sensitivity(MODELS["functional"](), lambda _: float("nan"))
    with pytest.raises(ValueError, match="call `strip` first"):
        sensitivity(quantize_aware(MODELS["functional"]()), lambda _: 1.0)


def test_nothing_imports_model_optimization_before_it_is_needed():
    code = (
        "import sys, lite_transformer_tf.compression, lite_transformer_tf.models.saving;"
        "assert 'tensorflow_model_optimization' not in sys.modules;"
        "from lite_transformer_tf.compression import sparsity;"
        "assert 'tensorflow_model_optimization' not in sys.modules;"
        "from lite_transformer_tf.compression import prune; assert 'tensorflow_model_optimization' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
