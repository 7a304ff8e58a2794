"""Times the Kotlin code beside the Python runner, on the JVM of this machine, text by text on one thread.

    python android_demo/tools/speed.py FIXTURES/decoding/NAME ... --cases greedy beam --texts 50 --rounds 9

Each directory has a bundle and answers of `decoding_fixtures.py`; the cases are among those of its answers. A round is
one pass of each side over the first texts of a case, one right after the other. Milliseconds per text are the
processor time of the working thread, so that other work on the machine matters little. The output has the medians of
all rounds, and the share of Kotlin's time outside the interpreter. Needs a JDK and Maven, which downloads its exec
plugin the first time.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.decoding.sampling import SamplingOptions
from lite_transformer_tf.litert.runtime.completer import TFLiteCompleter
from lite_transformer_tf.litert.runtime.open import open_bundle

POM = Path(__file__).resolve().parents[1] / "pom.xml"
MAIN = "dev.litetransformer.decoding.SpeedMainKt"
EXEC = "org.codehaus.mojo:exec-maven-plugin:3.5.1:java"


class Kotlin:
    """The program MAIN with some fixtures, which answers every line with one line."""

    def __init__(self, fixtures: Sequence[Path]) -> None:
        command = [
            "mvn",
            "--quiet",
            "--batch-mode",
            f"--file={POM}",
            "--projects=core",
            "test-compile",
            EXEC,
            f"-Dexec.mainClass={MAIN}",
        ]
        quoted = " ".join(f"'{fixture.resolve()}'" for fixture in fixtures)
        self._process = subprocess.Popen(
            [*command, "-Dexec.classpathScope=test", f"-Dexec.args={quoted}"], stdin=-1, stdout=-1, text=True
        )
        self._read_until(lambda line: line.rstrip().endswith("ready"))

    def milliseconds(self, fixture: int, case: str, texts: int) -> tuple[float, float]:
        """Milliseconds per text: in all, and in the interpreter."""
        assert self._process.stdin is not None
        print(fixture, case, texts, file=self._process.stdin, flush=True)
        whole, interpreter = self._read_until(lambda line: line[:1].isdigit()).split()
        return float(whole), float(interpreter)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _read_until(self, wanted: Callable[[str], bool]) -> str:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if wanted(line):
                return line
        raise RuntimeError(f"The Kotlin side must answer. Received: its end, exit status {self._process.wait()}")


def python_side(fixture: Path, case: dict[str, Any], texts: Sequence[str]) -> Callable[[], float]:
    """A pass over the texts, which returns milliseconds per text."""
    generator, options = open_bundle(fixture / "bundle"), dict(case["options"])
    if isinstance(generator, TFLiteCompleter):
        sampling = SamplingOptions(**{**options, "seed": int(options["seed"])})
        answer: Callable[[str], Any] = lambda text: generator.complete(text, sampling, case["sample"])  # noqa: E731
    else:
        search = DecodingOptions(**options)
        answer = lambda text: generator.generate([text], search)  # noqa: E731

    def one_pass() -> float:
        began = time.thread_time()
        for text in texts:
            answer(text)
        return 1000 * (time.thread_time() - began) / len(texts)

    return one_pass


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "fixtures", type=Path, nargs="+", metavar="FIXTURE", help="directory with a bundle and answers.json"
    )
    parser.add_argument(
        "--cases",
        nargs="+",
        default=("greedy", "beam"),
        metavar="NAME",
        help="those that a fixture lacks are left out (default: %(default)s)",
    )
    parser.add_argument("--texts", type=int, default=50, metavar="N", help="of each fixture (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=9, metavar="N", help="that count (default: %(default)s)")
    parser.add_argument(
        "--warm-up",
        type=float,
        default=5.0,
        metavar="S",
        help="processor seconds of Kotlin before a case (default: %(default)s)",
    )
    arguments = parser.parse_args()
    kotlin = Kotlin(arguments.fixtures)
    print("| bundle | case | Python, ms | Kotlin, ms | Kotlin / Python | outside the interpreter |")
    print("|---|---|---|---|---|---|")
    for place, fixture in enumerate(arguments.fixtures):
        answers = json.loads((fixture / "answers.json").read_text("utf-8"))
        texts = answers["texts"][: arguments.texts]
        for case in [case for case in answers["cases"] if case["name"] in arguments.cases]:
            ask_python = python_side(fixture, case, texts)
            spent = 0.0
            while spent < 1000 * arguments.warm_up:
                spent += len(texts) * kotlin.milliseconds(place, case["name"], len(texts))[0]
            ask_python()
            rounds = [
                (ask_python(), *kotlin.milliseconds(place, case["name"], len(texts))) for _ in range(arguments.rounds)
            ]
            python, whole = (statistics.median(column) for column in list(zip(*rounds))[:2])
            ratio = statistics.median(mine / theirs for theirs, mine, _ in rounds)
            share = statistics.median(1 - inside / mine for _, mine, inside in rounds)
            print(
                f"| {fixture.name} | {case['name']} | {python:.2f} | {whole:.2f} | {ratio:.2f} | {100 * share:.1f} % |",
                flush=True,
            )
    kotlin.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
