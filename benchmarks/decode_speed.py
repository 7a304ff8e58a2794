"""Time of one translation on one thread: this project's TFLite files against CTranslate2, in the same run.

    python benchmarks/decode_speed.py --output runs/decode_speed

Ours: a Lite Transformer of width 160 with 6 + 6 layers and a tied table of 10,000 rows (the shape of the preset
`iwslt_160`) with the Python runner. Theirs: CTranslate2 with a Transformer of width 112, feed-forward width 448 and 6 +
6 layers, which has as many Mult-Adds for 30 tokens, and the same vocabulary. Both have random weights, 25 source and 25
target tokens, batch 1. The programs take turns within each round, so that a busy machine slows both. Needs `pip install
ctranslate2`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import numpy as np

from lite_transformer_tf.boundary.program import run_script
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.presets import preset
from lite_transformer_tf.decoding.numpy_search import search
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.litert.graph.compiler import GraphOptions, compile_model
from lite_transformer_tf.litert.quantize.widths import make_variant
from lite_transformer_tf.litert.runtime.runner import Runner
from lite_transformer_tf.report import write_report

VOCABULARY = 10_000
TOKENS = 25
BAR = 0.8
THEIR_DIM, THEIR_FEED_FORWARD, THEIR_HEADS, LAYERS = 112, 448, 4, 6


def random_weights(config: LiteTransformerConfig, seed: int) -> dict[str, np.ndarray]:
    """Random values by the names of the model's weights; the model itself is not run."""
    from lite_transformer_tf.models.lite_transformer import LiteTransformer

    generator = np.random.default_rng(seed)
    shapes = {name: variable.shape for name, variable in LiteTransformer(config).named_variables().items()}
    weights = {}
    for name, shape in shapes.items():
        scale = (
            shape[0] ** -0.5 if name.endswith("/kernel") else config.embed_dim**-0.5 if name.endswith("/table") else 0.1
        )
        weights[name] = (generator.standard_normal(tuple(shape)) * scale + name.endswith("/gamma")).astype(np.float32)
    return weights


def our_programs(
    buckets: tuple[int, ...], threads: int, seed: int
) -> tuple[dict[str, Callable[[], int]], dict[str, int]]:
    """Calls by name that translate one sentence and return its number of tokens, and the sizes of the files."""
    config = preset(
        "iwslt_160", source_vocabulary_size=VOCABULARY, target_vocabulary_size=VOCABULARY, embedding_sharing="all"
    )
    assert isinstance(config, LiteTransformerConfig)
    options = GraphOptions(buckets)
    compiled = compile_model(config, random_weights(config, seed), options)
    source = [*np.random.default_rng(seed).integers(4, VOCABULARY, TOKENS - 1).tolist(), config.eos_id]
    programs: dict[str, Callable[[], int]] = {}
    sizes = {}
    for variant in ("int8", "float32"):
        content = make_variant(compiled, variant)
        sizes[variant] = len(content)
        runner = Runner(content, buckets, options.beam_size, config.pad_id, threads=threads)
        for beam_size in (1, 4):
            asked = DecodingOptions(beam_size=beam_size, min_length=TOKENS - 1, max_length=TOKENS - 1)

            def translate(runner: Runner = runner, asked: DecodingOptions = asked) -> int:
                found = search(
                    runner, source, asked, eos_id=config.eos_id, pad_id=config.pad_id, vocabulary_size=VOCABULARY
                )
                return len(found[0][0]) + 1  # its eos took a step

            programs[f"{variant}, beam {beam_size}"] = translate
    return programs, sizes


def build_ctranslate2_model(directory: Path, seed: int) -> None:
    """Writes a Transformer with random weights in CTranslate2's own format."""
    from ctranslate2.specs import TransformerSpec

    generator = np.random.default_rng(seed)
    dim, inner = THEIR_DIM, THEIR_FEED_FORWARD

    def linear(spec: object, out: int, inputs: int) -> None:
        kernel = generator.standard_normal((out, inputs)) * inputs**-0.5
        spec.weight = kernel.astype(np.float32)  # type: ignore[attr-defined]
        spec.bias = np.zeros(out, np.float32)  # type: ignore[attr-defined]

    def norm(spec: object) -> None:
        spec.gamma, spec.beta = np.ones(dim, np.float32), np.zeros(dim, np.float32)  # type: ignore[attr-defined]

    model = TransformerSpec.from_config((LAYERS, LAYERS), THEIR_HEADS)
    table = (generator.standard_normal((VOCABULARY, dim)) * dim**-0.5).astype(np.float32)
    model.encoder.embeddings[0].weight = table
    model.decoder.embeddings.weight = table
    model.decoder.projection.weight = table
    for side in (model.encoder, model.decoder):
        norm(side.layer_norm)
        for layer in side.layer:
            linear(layer.self_attention.linear[0], 3 * dim, dim)
            linear(layer.self_attention.linear[1], dim, dim)
            norm(layer.self_attention.layer_norm)
            if side is model.decoder:
                for place, size in enumerate((dim, 2 * dim, dim)):
                    linear(layer.attention.linear[place], size, dim)
                norm(layer.attention.layer_norm)
            linear(layer.ffn.linear_0, inner, dim)
            linear(layer.ffn.linear_1, dim, inner)
            norm(layer.ffn.layer_norm)
    tokens = ["<s>", "<blank>", "</s>", "<unk>", *(f"t{i}" for i in range(4, VOCABULARY))]
    model.register_source_vocabulary(tokens)
    model.register_target_vocabulary(tokens)
    model.validate()
    model.optimize(quantization="int8")
    model.save(str(directory))


def their_programs(directory: Path, threads: int, seed: int) -> dict[str, Callable[[], int]]:
    import ctranslate2

    translator = ctranslate2.Translator(
        str(directory), device="cpu", compute_type="int8", inter_threads=1, intra_threads=threads
    )
    source = [[*(f"t{i}" for i in np.random.default_rng(seed).integers(4, VOCABULARY, TOKENS - 1)), "</s>"]]
    programs: dict[str, Callable[[], int]] = {}
    for beam_size in (1, 4):

        def translate(beam_size: int = beam_size) -> int:
            result = translator.translate_batch(
                source, beam_size=beam_size, min_decoding_length=TOKENS, max_decoding_length=TOKENS
            )
            return len(result[0].hypotheses[0])

        programs[f"ctranslate2 int8, beam {beam_size}"] = translate
    return programs


def measure(programs: dict[str, Callable[[], int]], rounds: int, repeats: int) -> dict[str, dict[str, float]]:
    """Milliseconds per sentence: minimum and median over all rounds. All programs run in each round, in turn."""
    for name, program in programs.items():
        for _ in range(3):
            tokens = program()
        if tokens != TOKENS:
            raise AssertionError(f"{name} must take {TOKENS} steps. Received: {tokens}")
    times: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            for _ in range(repeats):
                start = time.perf_counter()
                program()
                times[name].append(1000 * (time.perf_counter() - start))
    return {name: {"minimum_ms": min(found), "median_ms": statistics.median(found)} for name, found in times.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True, help="directory for report.json")
    parser.add_argument("--rounds", type=int, default=20, help="turns of each program (default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=10, help="sentences in each turn (default: %(default)s)")
    parser.add_argument(
        "--buckets",
        type=int,
        nargs="+",
        default=[32, 64, 128],
        help="length buckets of the file (default: %(default)s)",
    )
    parser.add_argument("--threads", type=int, default=1, help="threads of both programs (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    ours, sizes = our_programs(tuple(arguments.buckets), arguments.threads, arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        build_ctranslate2_model(directory, arguments.seed)
        theirs = their_programs(directory, arguments.threads, arguments.seed)
        figures = measure({**ours, **theirs}, arguments.rounds, arguments.repeats)
    ratios = {}
    for beam_size in (1, 4):
        their = figures[f"ctranslate2 int8, beam {beam_size}"]
        for variant in ("int8", "float32"):
            our = figures[f"{variant}, beam {beam_size}"]
            ratios[f"{variant}, beam {beam_size}"] = {key.removesuffix("_ms"): our[key] / their[key] for key in our}
    report = {
        "what": f"{TOKENS} source and {TOKENS} target tokens, batch 1, {arguments.threads} thread(s), "
        f"vocabulary {VOCABULARY}, random weights",
        "milliseconds_a_sentence": figures,
        "ratio_to_ctranslate2": ratios,
        "file_bytes": sizes,
        "bar": {
            "greedy_int8_ratio_at_most": BAR,
            "reached": ratios["int8, beam 1"]["minimum"] <= BAR and ratios["int8, beam 1"]["median"] <= BAR,
        },
        "ctranslate2": metadata.version("ctranslate2"),
        "rounds": arguments.rounds,
        "repeats": arguments.repeats,
    }
    write_report(arguments.output, report, seed=arguments.seed)
    print(
        json.dumps(
            {key: report[key] for key in ("milliseconds_a_sentence", "ratio_to_ctranslate2", "file_bytes", "bar")},
            indent=2,
        )
    )
    return 0 if report["bar"]["reached"] else 1


if __name__ == "__main__":
    run_script("decode_speed", main)
