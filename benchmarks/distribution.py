"""How far training on several devices is from training on one: the largest difference of a weight, cell by cell.

    python benchmarks/distribution.py --output docs/distribution.md

A tiny translation model trains for some updates on one device, and again under a strategy with the same batches. A cell
is a strategy (logical devices of the processor, or processes on the loopback interface), an optimizer, and a feature of
training. Cells are stored in FILE.json beside the page as they are finished, and are not measured twice.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lite_transformer_tf.boundary.program import run_script
from lite_transformer_tf.files import atomic_write_json, atomic_write_text

if TYPE_CHECKING:
    import tensorflow as tf
    import tf_keras as keras

STRATEGIES = {"mirrored 2": 2, "mirrored 4": 4, "multiworker 2": 2}
OPTIMIZERS = ("sgd", "adam", "muon")
FEATURES = ("plain", "clipping", "accumulation", "float16", "dropout", "teacher", "pruning", "8-bit weights")
DROPOUT = {"dropout": 0.2, "attention_dropout": 0.1, "weight_dropout": 0.1, "activation_dropout": 0.1}
BATCHES, ROWS, LONGEST, VOCABULARY, PAD, EOS = 5, (5, 10), 9, 13, 1, 2
STEPS = 2  # batches of an update with accumulation
Weights = dict[str, np.ndarray]


def batches(seed: int = 0) -> list[tuple[dict[str, np.ndarray], np.ndarray]]:
    """Batches whose numbers of rows and lengths differ, so that replicas get different numbers of tokens."""
    generator = np.random.default_rng(seed)

    def side(rows: int) -> np.ndarray:
        lengths = generator.integers(1, LONGEST, rows)
        ids = generator.integers(3, VOCABULARY, (rows, int(lengths.max())), np.int32)
        return np.where(np.arange(ids.shape[1]) < lengths[:, None], ids, PAD).astype(np.int32)

    made = []
    for _ in range(BATCHES):
        rows = int(generator.integers(*ROWS))
        source, labels = side(rows), side(rows)
        begin = np.full((rows, 1), EOS, np.int32)
        made.append(({"source_ids": source, "target_ids": np.hstack([begin, labels[:, :-1]])}, labels))
    return made


class Batches:
    """The batches, round and round, as a training run takes them."""

    steps_per_epoch = BATCHES

    def dataset(self, epoch: int, skip: int = 0) -> tf.data.Dataset:
        """All of them; neither argument matters."""
        import tensorflow as tf

        ids = tf.TensorSpec([None, None], tf.int32)
        found = tf.data.Dataset.from_generator(
            lambda: iter(batches()), output_signature=({"source_ids": ids, "target_ids": ids}, ids)
        )
        return found.repeat()


def model_of(seed: int, **settings: float) -> Any:
    """A tiny model with random weights."""
    import lite_transformer_tf as lt

    config = lt.LiteTransformerConfig.lite(
        embed_dim=16,
        kernel_sizes=(3,),
        heads=2,
        cross_attention_heads=2,
        source_vocabulary_size=VOCABULARY,
        target_vocabulary_size=VOCABULARY,
        embedding_sharing="none",
        **{"dropout": 0.0, **settings},
    )
    model = lt.LiteTransformer(config)
    model.initialize()
    generator = np.random.default_rng(seed)
    shapes = sorted(model.named_weights().items())
    model.assign_named_weights(
        {
            name: (generator.normal(0, 0.4, value.shape) + name.endswith("gamma")).astype(np.float32)
            for name, value in shapes
        }
    )
    return model


def optimizer_of(name: str, feature: str) -> keras.optimizers.Optimizer:
    """The optimizer of a cell."""
    import tf_keras as keras

    from lite_transformer_tf.training.optimizers.adam import FusedAdamW
    from lite_transformer_tf.training.optimizers.muon import Muon

    clip = {"global_clipnorm": 0.5} if feature == "clipping" else {}
    make: dict[str, Callable[..., keras.optimizers.Optimizer]] = {
        "sgd": lambda **given: keras.optimizers.SGD(0.02, momentum=0.9, jit_compile=False, **given),
        "adam": lambda **given: FusedAdamW(1e-4, **given),
        "muon": lambda **given: Muon(1e-4, **given),
    }
    optimizer = make[name](**clip)
    return keras.mixed_precision.LossScaleOptimizer(optimizer) if feature == "float16" else optimizer


def train(strategy: tf.distribute.Strategy, name: str, feature: str, arguments: Any, towers: int = 1) -> list[Weights]:
    """Weights before and after a training."""
    from lite_transformer_tf.compression import PruningStep, prune, quantize_aware
    from lite_transformer_tf.models.teacher import Teacher
    from lite_transformer_tf.training.distribution import Distribution
    from lite_transformer_tf.training.loss import LabelSmoothedCrossEntropy
    from lite_transformer_tf.training.precision import precision

    callbacks: list[Any] = []
    with precision("mixed_float16" if feature == "float16" else "float32"):
        with strategy.scope():
            model = model_of(0, **(DROPOUT if feature == "dropout" else {}))
            if feature == "pruning":
                prune(model, 0.5, end_step=max(1, arguments.updates // 2), frequency=2)
                callbacks = [PruningStep()]
            if feature == "8-bit weights":
                quantize_aware(model, 8)
            model.compile(
                optimizer_of(name, feature),
                LabelSmoothedCrossEntropy(0.1, pad_id=PAD),
                accumulation_steps=STEPS if feature == "accumulation" else 1,
                teacher=Teacher(model_of(1), 0.5) if feature == "teacher" else None,
                towers=towers,
                run_eagerly=arguments.eager,
            )
        before = model.named_weights()
        count = arguments.updates * (STEPS if feature == "accumulation" else 1)
        several = strategy.num_replicas_in_sync > 1
        data = Distribution(strategy if several else None).batches(Batches(), 0, 0, count)
        model.fit(data, verbose=0, callbacks=callbacks, steps_per_epoch=count)
    return [before, model.named_weights()]


def largest(first: Weights, second: Weights) -> float:
    """The largest difference of a weight."""
    return max(float(np.abs(value - second[name]).max()) for name, value in first.items())


def one_device(name: str, feature: str, arguments: Any, replicas: int) -> list[Weights]:
    """The same training on one device; with dropout in as many towers as there are replicas."""
    import tensorflow as tf

    return train(tf.distribute.get_strategy(), name, feature, arguments, replicas if feature == "dropout" else 1)


def mirrored(cells: list[tuple[str, str]], arguments: Any, replicas: int) -> Iterator[tuple[str, str, list[Weights]]]:
    """Trains under MirroredStrategy."""
    import tensorflow as tf

    for name, feature in cells:
        strategy = tf.distribute.MirroredStrategy([f"CPU:{number}" for number in range(replicas)])
        yield name, feature, train(strategy, name, feature, arguments)


def free_port() -> int:
    """A port on which nothing listens now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def workers(folder: Path, cells: list[tuple[str, str]], arguments: Any, count: int) -> Iterator[None]:
    """Processes of this program that train the cells together, and have ended well."""
    addresses = [f"127.0.0.1:{free_port()}" for _ in range(count)]
    names = [f"{name}:{feature}" for name, feature in cells]
    command = [
        sys.executable,
        __file__,
        "--worker",
        str(folder),
        "--updates",
        str(arguments.updates),
        "--cells",
        *names,
    ]
    command += ["--eager"] if arguments.eager else []
    running = []
    for index in range(count):
        task = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
        running.append(subprocess.Popen(command, env={**os.environ, "TF_CONFIG": json.dumps(task)}))
    try:
        if any([process.wait() for process in running]):
            raise SystemExit("A worker has failed; see its messages.")
        yield
    finally:
        for process in running:
            process.kill()


def multiworker(cells: list[tuple[str, str]], arguments: Any, count: int) -> Iterator[tuple[str, str, list[Weights]]]:
    """Trains in several processes."""
    with tempfile.TemporaryDirectory() as folder, workers(Path(folder), cells, arguments, count):
        for name, feature in cells:
            with np.load(Path(folder) / f"{name}-{feature}.npz") as stored:
                yield name, feature, [{}, dict(stored)]


def work(arguments: Any) -> int:
    """One of the processes; the first stores the weights."""
    from lite_transformer_tf.training.distribution import make_distribution

    distribution = make_distribution("multiworker")
    assert distribution.strategy is not None
    for name, feature in (cell.split(":") for cell in arguments.cells):
        weights = train(distribution.strategy, name, feature, arguments)[1]
        if distribution.is_chief:
            np.savez(Path(arguments.worker) / f"{name}-{feature}.npz", **weights)
    distribution.agrees(True)
    return 0


def measure(arguments: Any, store: Path) -> dict[str, dict[str, Any]]:
    """All cells that were asked for, with those that the store has."""
    import tensorflow as tf

    if any(name.startswith("mirrored") for name in arguments.strategies):
        most = max(STRATEGIES[name] for name in arguments.strategies)
        parts = [tf.config.LogicalDeviceConfiguration()] * most
        tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], parts)
    found: dict[str, dict[str, Any]] = json.loads(store.read_text()) if store.is_file() else {}
    for strategy in arguments.strategies:
        wanted = [(name, feature) for name in arguments.optimizers for feature in arguments.features]
        cells = [cell for cell in wanted if f"{strategy}, {cell[0]}, {cell[1]}" not in found]
        if not cells:
            continue
        run = mirrored if strategy.startswith("mirrored") else multiworker
        for name, feature, (_, weights) in run(cells, arguments, STRATEGIES[strategy]):
            before, alone = one_device(name, feature, arguments, STRATEGIES[strategy])
            cell = {"difference": largest(alone, weights), "moved": largest(alone, before)}
            found[f"{strategy}, {name}, {feature}"] = {**cell, "updates": arguments.updates}
            print(strategy, name, feature, found[f"{strategy}, {name}, {feature}"], flush=True)
            atomic_write_json(store, found)
    return found


def page(found: dict[str, dict[str, Any]]) -> str:
    """The cells as a page."""
    lines = [
        "# Several devices against one",
        "",
        "Written by `python benchmarks/distribution.py --output docs/distribution.md`; do not edit. A tiny model, and",
        "batches of 5 to 9 pairs; the largest difference of a weight to training on one device with the same",
        "batches, and in brackets how far the weight that moved most has moved, and the number of updates.",
        "",
        "| strategy | feature | " + " | ".join(OPTIMIZERS) + " |",
        "|---|---|" + "---|" * len(OPTIMIZERS),
    ]
    for strategy in STRATEGIES:
        for feature in FEATURES:
            cells = [found.get(f"{strategy}, {name}, {feature}") for name in OPTIMIZERS]
            texts = [
                "{difference:.1e} ({moved:.2g}, {updates})".format(**cell) if cell else "not measured" for cell in cells
            ]
            if any(cells):
                lines.append(f"| {strategy} | {feature} | {' | '.join(texts)} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Measures, or works for another process that measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=Path("docs/distribution.md"), help="page to write")
    parser.add_argument("--strategies", nargs="+", default=list(STRATEGIES), choices=list(STRATEGIES))
    parser.add_argument("--optimizers", nargs="+", default=list(OPTIMIZERS), choices=OPTIMIZERS)
    parser.add_argument("--features", nargs="+", default=list(FEATURES), choices=FEATURES)
    parser.add_argument("--updates", type=int, default=20)
    parser.add_argument("--eager", action="store_true", help="without graphs: quicker for few updates")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--cells", nargs="+", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        return work(arguments)
    atomic_write_text(arguments.output, page(measure(arguments, arguments.output.with_suffix(".json"))))
    return 0


if __name__ == "__main__":
    run_script("distribution", main)
