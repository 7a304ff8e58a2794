"""What a large corpus costs before and beside training: memory over time, and how fast it is read, tokenised, batched.

The corpus is generated shard by shard: sentences of two made-up languages, whose words are drawn as often as Zipf says.
Nothing is downloaded. A second call reuses the shards, and goes on with what is tokenised.

    python benchmarks/large_corpus.py --pairs 10000000 --output runs/large_corpus

writes OUTPUT/figures.json and OUTPUT/memory.png. Memory is that of this process and of the processes that it starts; it
is not sampled while SentencePiece trains, whose peak `peak_megabytes` has.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from lite_transformer_tf.boundary.program import run_script
from lite_transformer_tf.cores import usable_cores
from lite_transformer_tf.data.cleaning import CleaningRules
from lite_transformer_tf.data.config import POOL, CorpusConfig
from lite_transformer_tf.data.named_files import open_pairs
from lite_transformer_tf.data.parallel_text import StreamedText
from lite_transformer_tf.data.tokenised import counted, tokenise
from lite_transformer_tf.data.translation import TranslationData
from lite_transformer_tf.files import atomic_file, atomic_write_json
from lite_transformer_tf.text.vocabulary_pair import VocabularyPair
from lite_transformer_tf.training.display import Display

WORDS, BLOCK, MEAN_WORDS = 30_000, 20_000, 12
SYLLABLES = (
    "ba be bi bo da de di do fa fe ga go ka ke ki ko la le li lo ma me mi mo na ne ni no pa po ra re ri ro sa se",
    "an en in on ar er ir or at et it ot as es is os al el il ol eau oux é è ille tion",
)


def lexicon(syllables: str, generator: np.random.Generator) -> np.ndarray:
    """(WORDS,) words of one to five syllables; frequent ones first, and shorter."""
    parts = np.array(syllables.split())
    sizes = np.clip(1 + np.log2(np.arange(WORDS) + 1) / 4, 1, 5).astype(int)
    return np.array(["".join(generator.choice(parts, size)) for size in sizes])


def texts(words: np.ndarray, ids: np.ndarray, ends: np.ndarray) -> bytes:
    """Lines of words."""
    return b"".join(f"{' '.join(line)}.\n".encode() for line in np.split(words[ids], ends[:-1]))


def generate(folder: Path, pairs: int, shards: int, seed: int) -> None:
    """Writes the shards that are not there; half of them packed as gzip, half as zstd."""
    import zstandard

    folder.mkdir(parents=True, exist_ok=True)
    words = [lexicon(syllables, np.random.default_rng([seed, side])) for side, syllables in enumerate(SYLLABLES)]
    shares = np.cumsum(1 / (np.arange(WORDS) + 2.7))
    for shard in range(shards):
        suffix = (".gz", ".zst")[shard % 2]
        paths = [folder / f"train-{shard:05d}.{name}{suffix}" for name in ("en", "fr")]
        if all(path.is_file() for path in paths):
            continue
        generator = np.random.default_rng([seed, 2, shard])
        left = pairs * (shard + 1) // shards - pairs * shard // shards
        with atomic_file(paths[0]) as first, atomic_file(paths[1]) as second:
            pack = zstandard.compress if suffix == ".zst" else lambda data: gzip.compress(data, 3)
            while left:
                count = min(left, BLOCK)
                ends = np.cumsum(1 + generator.poisson(MEAN_WORDS - 1, count))
                ids = np.searchsorted(shares, generator.random(ends[-1]) * shares[-1])
                for stream, side in ((first, words[0]), (second, words[1])):
                    stream.write(pack(texts(side, ids, ends)))  # members one after the other
                left -= count


def resident() -> float:
    """Megabytes of memory of this process and its children that belong to no other (Pss)."""
    children = Path("/proc/self/task").glob("*/children")
    processes = ["self", *(number for path in children for number in path.read_text().split())]
    total = 0
    for process in processes:
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except OSError:  # it has ended
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


class Memory:
    """Samples memory twice a second, with the phase and how much of it is done."""

    def __init__(self) -> None:
        self.begin, self.phase, self.done = time.monotonic(), "", 0
        self.samples: list[tuple[float, str, int, float]] = []
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            self.samples.append((round(time.monotonic() - self.begin, 2), self.phase, self.done, round(resident(), 1)))
            time.sleep(0.5)

    def count(self, more: int) -> None:
        self.done += more

    @contextmanager
    def during(self, phase: str) -> Iterator[dict[str, float]]:
        """Times a phase; what is yielded has its seconds and its memory afterwards."""
        self.phase, self.done, begin = phase, 0, time.monotonic()
        figures: dict[str, float] = {}
        yield figures
        figures["seconds"] = round(time.monotonic() - begin, 2)
        mine = [sample for sample in self.samples if sample[1] == phase]
        if mine and self.done:
            early = [megabytes for _, _, done, megabytes in mine if 0.15 * self.done < done <= 0.25 * self.done]
            late = [megabytes for _, _, done, megabytes in mine if done > 0.9 * self.done]
            if early and late:
                figures["megabytes_at_a_quarter"], figures["megabytes_at_the_end"] = max(early), max(late)
        if mine:
            figures["megabytes_at_most"] = max(megabytes for *_, megabytes in mine)


def draw(memory: Memory, path: Path, title: str) -> None:
    """Memory over time, phase by phase."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9, 3.5), layout="constrained")
    for phase in dict.fromkeys(sample[1] for sample in memory.samples if sample[1]):
        mine = [(seconds, megabytes) for seconds, name, _, megabytes in memory.samples if name == phase]
        axes.plot(*zip(*mine), label=phase)
    axes.set(xlabel="seconds", ylabel="memory (MB)", title=title, ylim=(0, None))
    axes.legend(fontsize="small")
    with atomic_file(path) as stream:
        figure.savefig(stream, format="png", dpi=110)


def batches(data: TranslationData, arrays: bool) -> Iterator[tuple[Any, np.ndarray]]:
    """The batches of one epoch, as training reads them; with `arrays` without tf.data."""
    if arrays:
        return (data.batch_at(0, number) for number in range(data.steps_per_epoch))
    return data.dataset(0).as_numpy_iterator()


def count_tokens(data: TranslationData, arrays: bool, memory: Memory) -> tuple[int, int]:
    """Target tokens and batches of one epoch."""
    tokens = number = 0
    for _, labels in batches(data, arrays):
        tokens += int((labels != data.vocabularies.target.pad_id).sum())
        number += 1
        memory.count(1)
    return tokens, number


def measure(options: argparse.Namespace) -> tuple[dict[str, Any], Memory]:
    """All phases."""
    if not options.arrays:
        import tensorflow  # noqa: F401  # first, so that its memory belongs to no phase
    memory, display, output = Memory(), Display(), options.output
    figures: dict[str, Any] = {"pairs": options.pairs, "shards": options.shards, "cores": usable_cores()}
    with memory.during("generate") as figures["generate"]:
        generate(output / "text", options.pairs, options.shards, options.seed)
    path = str(output / "text" / "train-*")
    text = StreamedText.of(open_pairs(CorpusConfig(path=path), ("en", "fr")))
    figures["packed_bytes"] = sum(file.stat().st_size for file in (output / "text").iterdir())
    with memory.during("vocabulary") as figures["vocabulary"], display.counting("vocabulary", "texts") as count:
        sides = counted(text.sources(), count), counted(text.targets(), count)
        vocabularies = VocabularyPair.train(*sides, options.size, max_sentences=options.sample, at_most=True)
    rules, settings = CleaningRules(), {"tokens_per_batch": options.tokens_per_batch, "pool": options.pool}
    with memory.during("tokenise") as phase, display.counting("tokenising", "pairs") as show:

        def told(more: int) -> None:
            memory.count(more)
            show(more)

        limited = rules.limited(options.tokens_per_batch - 1)
        found = tokenise(text, vocabularies, limited, output / "ids", count=told, processes=options.processes)
    figures["tokenise"] = {**phase, "pairs_per_second": round(memory.done / phase["seconds"])}
    figures["kept"], figures["pieces"] = found.cleaning.kept, len(found.pieces)
    with memory.during("first batch") as figures["first_batch"]:
        data = TranslationData(text, vocabularies, rules=rules, cache=output / "ids", **settings)
        next(batches(data, options.arrays))
    with memory.during("batches of an epoch") as phase:
        tokens, number = count_tokens(data, options.arrays, memory)
    rate = {"target_tokens": tokens, "batches": number, "target_tokens_per_second": round(tokens / phase["seconds"])}
    figures["epoch"] = {**phase, **rate, "pools": data.pools, "pairs_per_second": round(len(data) / phase["seconds"])}
    figures["peak_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return figures, memory


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=10_000_000)
    parser.add_argument("--shards", type=int, default=40)
    parser.add_argument("--size", type=int, default=8000, help="pieces of the vocabulary")
    parser.add_argument("--sample", type=int, default=1_000_000, help="texts that the vocabulary is trained on")
    parser.add_argument("--pool", type=int, default=POOL, help="pairs that are shuffled together")
    parser.add_argument("--tokens-per-batch", type=int, default=4096)
    parser.add_argument("--processes", type=int, help="processes that tokenise (default: all cores)")
    parser.add_argument("--arrays", action="store_true", help="batches as NumPy arrays, without tf.data")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, default=Path("runs/large_corpus"))
    options = parser.parse_args()
    figures, memory = measure(options)
    print(json.dumps(figures, indent=2))
    atomic_write_json(options.output / "figures.json", {**figures, "memory": memory.samples})
    draw(memory, options.output / "memory.png", f"{options.pairs:,} pairs")


if __name__ == "__main__":
    run_script("large_corpus", main)
