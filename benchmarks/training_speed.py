"""Speed of training with `model.fit`, compared with this machine's arithmetic limit measured in the same run.

    python benchmarks/training_speed.py --output runs/training_speed

Batches of 164 sentences of 25 + 25 tokens, the shape of the preset `iwslt_160` with one shared table of 4,000 and of
10,000 rows, Adam, label smoothing 0.1, dropout 0.2. The limit is the number of floating-point operations of a step's
products (forward, and twice that backward) divided by the best rate at which TensorFlow multiplies float32 matrices of
the step's most frequent shape on all cores. Each is measured in its own process.

A fixed shape hides the cost of the allocator, so the same model also trains on real batches, whose shapes change: those
of the embedded travel phrases, once with the allocator that keeps freed memory, as the package sets it, and once with
the system's.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import tensorflow as tf

SENTENCES, LENGTH, DIM = 164, 25, 160
VOCABULARIES = (4_000, 10_000)
FRACTION_BAR = 0.4


def step_operations(vocabulary: int) -> dict[str, float]:
    """Floating-point operations of one training step: 2 per multiply-add, times 3 for forward and backward."""
    import lite_transformer_tf as lt

    config = lt.preset(
        "iwslt_160", source_vocabulary_size=vocabulary, target_vocabulary_size=vocabulary, embedding_sharing="all"
    )
    names = lt.LiteTransformer(config).named_variables()
    kernels = sum(int(variable.shape.num_elements()) for name, variable in names.items() if name.endswith("/kernel"))
    tokens = SENTENCES * LENGTH
    # scores and weighted sums: self-attention of every layer on D / 2 channels, cross-attention on D
    cores = sum(
        2 * LENGTH * branch.channels
        for layer in (*config.encoder, *config.decoder)
        for branch in layer.branches
        if branch.kind == "attention"
    )
    cores += sum(2 * LENGTH * DIM for _ in config.decoder)
    return {"backbone": 6.0 * tokens * (kernels + cores), "logits": 6.0 * tokens * DIM * vocabulary}


def measure_products(seconds: float) -> dict[str, float]:
    """Best float32 rates in GFLOP/s of (4100, 160) x (160, 160): threads within a product, or one product per core."""
    import lite_transformer_tf  # noqa: F401  isort: skip
    import tensorflow as tf

    cores = os.cpu_count() or 1
    rows, repeats = SENTENCES * LENGTH, 40
    matrix = tf.random.normal([DIM, DIM])

    @tf.function
    def chains(parts: list[tf.Tensor]) -> list[tf.Tensor]:
        outputs = []
        for part in parts:
            for _ in range(repeats):
                part = tf.matmul(part, matrix)
            outputs.append(part)
        return outputs

    rates = {}
    for name, count in (("threads_within", 1), ("one_a_core", cores)):
        parts = [tf.random.normal([rows // count, DIM]) * 1e-3 for _ in range(count)]
        chains(parts)
        best, until = float("inf"), time.perf_counter() + seconds
        while time.perf_counter() < until:
            began = time.perf_counter()
            chains(parts)[-1].numpy()
            best = min(best, time.perf_counter() - began)
        rates[name] = 2 * (rows // count) * count * DIM * DIM * repeats / best / 1e9
    return rates


def fixed_batches(vocabulary: int) -> tf.data.Dataset:
    """One batch of random tokens, repeated."""
    import tensorflow as tf

    ids = [tf.random.uniform([SENTENCES, LENGTH], 4, vocabulary, tf.int32) for _ in range(3)]
    return tf.data.Dataset.from_tensors(({"source_ids": ids[0], "target_ids": ids[1]}, ids[2])).repeat()


def real_batches(vocabulary: int) -> tf.data.Dataset:
    """The embedded travel phrases in batches of similar lengths and 4,100 tokens, in the order of a training epoch."""
    import lite_transformer_tf as lt
    from lite_transformer_tf.data import embedded_splits

    train = embedded_splits().train
    pair = lt.VocabularyPair.train(train.sources(), train.targets(), vocabulary, joint=True)
    return lt.TranslationData(train, pair, seed=1, tokens_per_batch=SENTENCES * LENGTH).dataset(0).repeat()


BATCHES = {"fixed": fixed_batches, "real": real_batches}


def measure_training(vocabulary: int, precision: str, steps: int, batches: str) -> dict[str, float]:
    """Seconds per step, speed and peak memory of `model.fit`."""
    import lite_transformer_tf as lt
    from lite_transformer_tf.training.threads import configure_threads, default_towers  # isort: skip

    configure_threads()
    import tf_keras as keras

    from lite_transformer_tf.training.loss import LabelSmoothedCrossEntropy
    from lite_transformer_tf.training.optimizers.adam import FusedAdamW

    keras.utils.set_random_seed(1)
    keras.mixed_precision.set_global_policy(precision)
    settings = {"embedding_sharing": "all", "dropout": 0.2, "weight_dropout": 0.1}
    model = lt.LiteTransformer.from_preset(
        "iwslt_160", source_vocabulary_size=vocabulary, target_vocabulary_size=vocabulary, **settings
    )
    model.compile(
        optimizer=FusedAdamW(1e-3, beta_2=0.98, jit_compile=False),
        loss=LabelSmoothedCrossEntropy(0.1),
        towers=default_towers(),
    )
    dataset = BATCHES[batches](vocabulary)

    class Clock(keras.callbacks.Callback):
        times: list[float] = []
        tokens: list[int] = []

        def on_train_batch_end(self, batch, logs=None):
            self.times.append(time.perf_counter())
            self.tokens.append(int(logs["tokens"]))

    began = time.perf_counter()
    history = model.fit(dataset, epochs=1, steps_per_epoch=steps, verbose=0, callbacks=[Clock()])
    gaps = [after - before for before, after in zip(Clock.times[2:], Clock.times[3:], strict=False)]
    return {
        "seconds_to_first_step": Clock.times[0] - began,
        "step_seconds_min": min(gaps),
        "step_seconds_median": statistics.median(gaps),
        "target_tokens_per_second_median": SENTENCES * LENGTH / statistics.median(gaps),
        "target_tokens_per_second": sum(Clock.tokens[3:]) / (Clock.times[-1] - Clock.times[2]),
        "loss": history.history["loss"][0],
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def in_own_process(*arguments: str, allocator: str = "keep") -> dict[str, float]:
    """Runs one measurement of this file in a new process, with its own threads, allocator and peak memory."""
    environment = {**os.environ, "LITE_TRANSFORMER_ALLOCATOR": allocator}
    done = subprocess.run([sys.executable, __file__, *arguments], capture_output=True, text=True, env=environment)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def measure_fixed(vocabulary: int, rate: float, settings: tuple[str, ...]) -> dict[str, Any]:
    """Figures of training on batches of one shape, compared with products at `rate` GFLOP/s."""
    measured = in_own_process("--measure", str(vocabulary), "--batches", "fixed", *settings)
    operations = step_operations(vocabulary)
    limit = sum(operations.values()) / rate / 1e9
    fraction = limit / measured["step_seconds_median"]
    print(
        f"vocabulary {vocabulary}: {measured['target_tokens_per_second_median']:,.0f} target tokens/s, "
        f"{measured['step_seconds_median']:.3f} s per step, {fraction:.2f} of the limit at {rate:.0f} GFLOP/s, "
        f"peak {measured['peak_memory_mb']:,.0f} MB"
    )
    gflop = {name: value / 1e9 for name, value in operations.items()}
    return {**measured, "gflop": gflop, "limit_seconds": limit, "fraction": fraction}


def measure_real(allocator: str, settings: tuple[str, ...]) -> dict[str, Any]:
    """Figures of training on batches of changing shapes."""
    vocabulary = str(VOCABULARIES[0])
    measured = in_own_process("--measure", vocabulary, "--batches", "real", *settings, allocator=allocator)
    print(
        f"batches of changing shapes, allocator {allocator!r}: {measured['target_tokens_per_second']:,.0f} target "
        f"tokens/s, loss {measured['loss']!r}, peak {measured['peak_memory_mb']:,.0f} MB"
    )
    return measured


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", default="runs/training_speed", help="directory of report.json")
    parser.add_argument("--precision", default="float32", choices=["float32", "mixed_bfloat16"])
    parser.add_argument("--steps", type=int, default=40, help="training steps per measurement (default: %(default)s)")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--batches", choices=sorted(BATCHES), help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    if arguments.measure == "products":
        print(json.dumps(measure_products(10.0)))
        return 0
    if arguments.measure:
        vocabulary, precision = int(arguments.measure), arguments.precision
        print(json.dumps(measure_training(vocabulary, precision, arguments.steps, arguments.batches)))
        return 0

    from lite_transformer_tf.report import write_report

    settings = ("--precision", arguments.precision, "--steps", str(arguments.steps))
    products = in_own_process("--measure", "products")
    rate = max(products.values())
    fixed = {vocabulary: measure_fixed(vocabulary, rate, settings) for vocabulary in VOCABULARIES}
    passed = all(figures["fraction"] >= FRACTION_BAR for figures in fixed.values())
    figures = {
        "precision": arguments.precision,
        "batch": [SENTENCES, LENGTH],
        "products_gflops": products,
        "vocabularies": fixed,
        "real_batches": {allocator: measure_real(allocator, settings) for allocator in ("keep", "system")},
        "passed": passed,
    }
    write_report(Path(arguments.output), figures)
    return 0 if passed else 1


if __name__ == "__main__":
    from lite_transformer_tf.boundary.program import run_script

    run_script("training_speed", main)
