"""How fast more devices make a training: hours, cost and efficiency, estimated.

    python benchmarks/scaling.py --output docs/scaling.json

The time of a step on one device follows from two measured rates of target tokens per second, at two sizes of a batch:
what every step costs, and what every token costs. The first is taken as it is, the second times the ratio of the two
models' operations. The sum of the gradients is simulated: a ring of N devices in 2 (N - 1) rounds, each device sending
1/N of the gradients to its neighbour as soon as it has the part of the round before. Step times and links vary from
device to device and from step to step, and everybody waits for the slowest. Sums begin when the backward pass has
ended, as they do here, so nothing overlaps.
"""

from __future__ import annotations

import argparse
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lite_transformer_tf.boundary.program import run_script
from lite_transformer_tf.files import atomic_write_json

MEASURED = {4_096: 25_000.0, 16_384: 62_800.0}
"""Target tokens per second of the Tatoeba model on one H100, by tokens of a batch; see docs/training.md."""

UPDATES, TOKENS = 50_000, 4096 * 128  # of the recipe wmt14_en_fr_*: updates, and tokens of each
PRESETS = ("wmt_en_fr_200", "wmt_en_fr_408", "wmt_en_fr_496")
DEVICES = (1, 2, 4, 8, 16, 32, 64, 128)
PER_NODE = 8
VARIATION = 0.03  # of the time of a step, and of a message
TRIALS = 20


@dataclass(frozen=True)
class Link:
    """What joins neighbours of a ring.

    Args:
        name: In words.
        bandwidth: Bytes per second in one direction that a device can use.
        latency: Seconds per message.
    """

    name: str
    bandwidth: float
    latency: float


NVLINK = Link("NVLink, 300 GB/s", 300e9, 5e-6)
NETWORKS = (
    Link("100 Gbit/s, shared by 8 GPUs", 100e9 / 8, 30e-6),
    Link("10 Gbit/s, shared by 8 GPUs", 10e9 / 8, 50e-6),
)


def ring_seconds(devices: int, size: float, inside: Link, between: Link, generator: np.random.Generator) -> float:
    """Seconds until every device of a ring has the sum of `size` bytes; neighbours of a node use `inside`."""
    if devices == 1:
        return 0.0
    crosses = np.array([number % PER_NODE == PER_NODE - 1 for number in range(devices)]) & (devices > PER_NODE)
    cost = np.where(
        crosses,
        between.latency + size / devices / between.bandwidth,
        inside.latency + size / devices / inside.bandwidth,
    )
    ready = np.zeros(devices)
    for _ in range(2 * (devices - 1)):
        sent = ready + cost * generator.lognormal(0, VARIATION, devices)
        ready = np.maximum(sent, np.roll(sent, 1))  # its own link is free, and its neighbour's part is there
    return float(ready.max())


def step_seconds(devices: int, compute: float, size: float, network: Link, seed: int = 1) -> float:
    """Seconds of a step whose forward and backward pass takes `compute` on each of the devices; the mean of trials."""
    generator = np.random.default_rng(seed)
    times = [
        float((compute * generator.lognormal(0, VARIATION, devices)).max())
        + ring_seconds(devices, size, NVLINK, network, generator)
        for _ in range(TRIALS)
    ]
    return statistics.fmean(times)


def operations(preset: str, vocabulary: int) -> tuple[float, int]:
    """Multiply-adds per sentence of 30 + 30 tokens with the logits of 30, and the number of parameters."""
    from lite_transformer_tf.config.presets import preset as find
    from lite_transformer_tf.profiling import count_parameters, model_count, total

    config = find(preset, source_vocabulary_size=vocabulary, target_vocabulary_size=vocabulary, embedding_sharing="all")
    count = model_count(config, 30, 30)
    return float(total(count.operations, "complete")), count_parameters(count.shapes).total


def compute_seconds(tokens: int, ratio: float) -> float:
    """Seconds of forward and backward pass for a model of `ratio` times the operations of the measured one."""
    (few, slow), (many, fast) = sorted(MEASURED.items())
    per_token = (many / fast - few / slow) / (many - few)
    return (few / slow - few * per_token) + tokens * per_token * ratio


def estimate(preset: str, reference: float, tokens_per_device: int, price: float) -> dict[str, Any]:
    """Hours, cost and efficiency of the recipe of a preset, for each number of devices and each network."""
    mult_adds, parameters = operations(preset, 44_512)
    ratio = mult_adds / reference
    alone = tokens_per_device / compute_seconds(tokens_per_device, ratio)
    rows = []
    for network in NETWORKS:
        for devices in DEVICES:
            tokens = min(tokens_per_device, TOKENS // devices)
            step = step_seconds(devices, compute_seconds(tokens, ratio), 4.0 * parameters, network)
            speed = devices * tokens / step
            hours = UPDATES * TOKENS / speed / 3600
            rows.append(
                {
                    "network": network.name,
                    "devices": devices,
                    "tokens_per_device": tokens,
                    "step_ms": round(1000 * step, 1),
                    "tokens_per_second": round(speed),
                    "efficiency": round(speed / devices / alone, 3),
                    "hours": round(hours, 1),
                    "cost": round(hours * devices * price),
                }
            )
    return {"preset": preset, "mult_adds": mult_adds, "parameters": parameters, "rate": round(alone), "rows": rows}


def table(found: list[dict[str, Any]]) -> str:
    """The estimates as a table of Markdown."""
    names = ("model", "network", "GPUs", "tokens per GPU", "tokens/s", "efficiency", "hours", "cost, USD")
    lines = [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]
    for model in found:
        lines += [
            f"| {model['preset']} | {row['network']} | {row['devices']} | "
            f"{row['tokens_per_device']:,} | {row['tokens_per_second']:,} | "
            f"{row['efficiency']:.0%} | {row['hours']:,} | {row['cost']:,} |"
            for row in model["rows"]
        ]
    return "\n".join(lines)


def main() -> int:
    """Prints the table and stores the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, help="JSON file of the figures")
    parser.add_argument(
        "--tokens-per-device", type=int, default=16_384, help="at most, of a batch (default: %(default)s)"
    )
    parser.add_argument("--price", type=float, default=3.0, help="USD per GPU and hour (default: %(default)s)")
    arguments = parser.parse_args()
    reference, _ = operations("iwslt_160", 10_000)
    found = [estimate(preset, reference, arguments.tokens_per_device, arguments.price) for preset in PRESETS]
    print(table(found))
    if arguments.output:
        atomic_write_json(arguments.output, {"reference_mult_adds": reference, "models": found})
    return 0


if __name__ == "__main__":
    run_script("scaling", main)
