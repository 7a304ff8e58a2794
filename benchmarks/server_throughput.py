"""Sentences per second of a bundle that several threads share: one generator with its lock, and pools.

    python benchmarks/server_throughput.py BUNDLE --texts FILE --output runs/server_throughput

Every row answers the same texts, one text per call, from as many client threads as it has workers: `lock` is one
`TFLiteGenerator` that calls wait for, `pool` a `BundlePool` of that many interpreters, `processes` as many processes
with an interpreter each. The rows take turns within each round, so that a busy machine slows all of them; compare the
ratios to one thread, and the ratio to a lock-free loop, which is what the lock costs. Answers must equal those of one
thread.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial

from lite_transformer_tf.boundary.program import run_script
from lite_transformer_tf.cores import usable_cores
from lite_transformer_tf.data.files import read_lines
from lite_transformer_tf.data.travel_phrases import travel_phrases
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.litert.runtime.generator import TFLiteGenerator
from lite_transformer_tf.litert.runtime.open import open_bundle
from lite_transformer_tf.litert.runtime.pool import BundlePool
from lite_transformer_tf.report import write_report

WORKERS = (1, 2, 4)
Answer = Callable[[str], str]
_of_process: list[TFLiteGenerator] = []


def opened(bundle: str) -> TFLiteGenerator:
    """The bundle's generator.

    Raises:
        SystemExit: It holds a language model.
    """
    generator = open_bundle(bundle)
    if not isinstance(generator, TFLiteGenerator):
        raise SystemExit("The benchmark needs the bundle of an encoder-decoder.")
    return generator


def open_in_process(bundle: str) -> None:
    """Opens the bundle in a worker process, after it has started."""
    _of_process.append(opened(bundle))


def answer_in_process(text: str, options: DecodingOptions) -> str:
    """The best answer, in a worker process."""
    return _of_process[0].generate([text], options)[0][0].text


def answer(owner: TFLiteGenerator | BundlePool, text: str, options: DecodingOptions) -> str:
    """The best answer."""
    return owner.generate([text], options)[0][0].text


def in_turn(function: Answer, texts: Sequence[str]) -> list[str]:
    """The answers, without any thread."""
    return [function(text) for text in texts]


def rows(bundle: str, options: DecodingOptions, stack: ExitStack) -> dict[str, Callable[[Sequence[str]], list[str]]]:
    """What is measured, by name."""
    generator = opened(bundle)
    found: dict[str, Callable[[Sequence[str]], list[str]]] = {
        "loop": partial(in_turn, partial(answer, generator, options=options))
    }
    fresh = multiprocessing.get_context("spawn")  # an interpreter must not be opened before a fork
    for count in WORKERS:
        threads = stack.enter_context(ThreadPoolExecutor(count))
        pool = stack.enter_context(BundlePool(bundle, size=count))
        processes = stack.enter_context(
            ProcessPoolExecutor(count, mp_context=fresh, initializer=open_in_process, initargs=(bundle,))
        )
        found[f"lock {count}"] = partial(_mapped, threads, partial(answer, generator, options=options), 1)
        found[f"pool {count}"] = partial(_mapped, threads, partial(answer, pool, options=options), 1)
        found[f"processes {count}"] = partial(_mapped, processes, partial(answer_in_process, options=options), 8)
    return found


def _mapped(executor: Executor, function: Answer, chunk: int, texts: Sequence[str]) -> list[str]:
    return list(executor.map(function, texts, chunksize=chunk))


def measure(bundle: str, texts: Sequence[str], options: DecodingOptions, rounds: int) -> dict[str, float]:
    """Sentences per second by row, the median of the rounds.

    Raises:
        SystemExit: An answer differs from that of one thread.
    """
    seconds: dict[str, list[float]] = {}
    with ExitStack() as stack:
        measured = rows(bundle, options, stack)
        expected = measured["loop"](texts)
        for index in range(rounds + 1):
            for name, run in measured.items():
                begin = time.perf_counter()
                answers = run(texts)
                if index:  # the first round opens signatures and starts processes
                    seconds.setdefault(name, []).append(time.perf_counter() - begin)
                if answers != expected:
                    raise SystemExit(f"{name}: the answers differ from those of one thread")
    return {name: len(texts) / statistics.median(times) for name, times in seconds.items()}


def main(argv: Sequence[str] | None = None) -> int:
    """Prints and writes the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("bundle", help="bundle of an encoder-decoder")
    parser.add_argument("--texts", metavar="FILE", help="texts, one per line (default: the embedded travel phrases)")
    parser.add_argument("--sentences", type=int, default=300, metavar="N", help="the first N (default: %(default)s)")
    parser.add_argument("--beam-size", type=int, default=1, metavar="N", help="(default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="(default: %(default)s)")
    parser.add_argument("--output", metavar="DIR", help="write report.json here")
    arguments = parser.parse_args(argv)
    every = list(read_lines(arguments.texts)) if arguments.texts else [pair.source for pair in travel_phrases("test")]
    texts, options = every[: arguments.sentences], DecodingOptions(beam_size=arguments.beam_size)
    speeds = measure(arguments.bundle, texts, options, arguments.rounds)
    print(f"{len(texts)} sentences, beam {arguments.beam_size}, {usable_cores()} cores")
    for name, speed in speeds.items():
        print(f"{name:12s} {speed:9.1f} sentences/s   {speed / speeds['loop']:5.2f} of the loop")
    if arguments.output:
        write_report(arguments.output, {"sentences_per_second": speeds, "sentences": len(texts)})
    return 0


if __name__ == "__main__":
    run_script("server_throughput", main)
