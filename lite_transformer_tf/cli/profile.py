"""`profile`: parameters and Mult-Adds of a preset, a model or a bundle, and the Transformer that computes as much."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from lite_transformer_tf.cli.common import Command, CommandError, CommandParser, add_options
from lite_transformer_tf.config.presets import preset, preset_names
from lite_transformer_tf.shipped.index import pretrained
from lite_transformer_tf.shipped.resolve import known_names
from lite_transformer_tf.tasks.options import Option, refuse

if TYPE_CHECKING:
    from lite_transformer_tf.config.presets import ModelConfig
    from lite_transformer_tf.profiling import EqualTransformer, ModelProfile

TOKENS = 30
SOURCE = Option("--source", f"tokens of the source (default: {TOKENS})", int, "N")
TARGET = Option("--target", f"tokens of the target, or of a language model's text (default: {TOKENS})", int, "N")
LAYERS = Option(
    "--layers", "layers of the equal Transformer's encoder and decoder (default: 6, or a language model's)", int, "N"
)  # fmt: skip
HEADS = Option("--heads", "its heads, which divide its width (default: any even width)", int, "N")
DESCRIPTION = """Counts the parameters and Mult-Adds of a model, and finds the Transformer that computes as much.

Mult-Adds are those of one sentence, in three conventions: `paper` reproduces the published numbers, `products` has the
convolution core and no LayerNorm, `complete` counts everything."""


def _add_arguments(parser: CommandParser) -> None:
    parser.add_argument("model", help="name of a preset or a pretrained model; or directory of a model, run or bundle")
    add_options(parser, (SOURCE, TARGET, LAYERS, HEADS))
    parser.add_argument("--parts", action="store_true", help="one row per part of a layer")
    parser.add_argument("--json", action="store_true", help="write JSON")


def find_config(name: str) -> ModelConfig:
    """The configuration of the preset or of the model of this name; a preset comes first.

    Raises:
        ValueError: There is neither.
    """
    from lite_transformer_tf.tasks.stored_model import find_model

    if name in preset_names():
        return preset(name)
    if not Path(name).exists() and name not in {model.name for model in pretrained()}:
        rule = f"A model must be the name of a preset ({', '.join(preset_names())}), a directory that exists"
        rule = f"{rule} or the name of a pretrained model ({known_names()})"
        raise CommandError(f"{rule}. Received: {name!r}, which is neither")
    return find_model(name).config


def describe(profile: ModelProfile, equal: EqualTransformer, parts: bool) -> str:
    """Everything as text."""
    from lite_transformer_tf.profiling import CONVENTIONS, layer_of, millions, part_of

    def listed(counts: dict[str, int]) -> str:
        return ", ".join(f"{name} {count:,}" for name, count in counts.items())

    parameters = profile.parameters
    lines = [profile.table(part_of if parts else layer_of), ""]
    lines.append(f"Parameters  {parameters.total:,}")
    lines.append(f"  embeddings  {parameters.embeddings_total:,} ({listed(parameters.embeddings)})")
    lines.append(f"  backbone    {parameters.backbone_total:,} ({listed(parameters.backbone)})")
    lines.append(f"Mult-Adds   {', '.join(f'{name} {millions(profile.mult_adds(name))}' for name in CONVENTIONS)}")
    lines.append("  " + ", ".join(f"{name} {millions(count)}" for name, count in profile.by_kind().items() if count))
    shape = f"width {equal.embed_dim}, {equal.layers} layers, {equal.heads} heads: {millions(equal.mult_adds)}"
    counts = f"{equal.parameters.total:,} parameters, {equal.parameters.backbone_total:,} of them backbone"
    lines.append(f"Transformer of equal Mult-Adds ('paper')  {shape}, {counts}")
    return "\n".join(lines)


def _run(arguments: argparse.Namespace) -> int:
    """Exit code 0."""
    config = find_config(arguments.model)
    from lite_transformer_tf.profiling import ModelProfile, equal_transformer

    encodes = hasattr(config, "encoder")
    if not encodes:
        refuse((SOURCE,), arguments, "is for models with an encoder")
    source, target = (TOKENS if (length := option.value(arguments)) is None else length for option in (SOURCE, TARGET))
    profile = ModelProfile.of(config, source, target)
    equal = equal_transformer(
        config, source, target, layers=arguments.layers, heads=arguments.heads, mult_adds=profile.mult_adds()
    )
    if arguments.json:
        figures = {"model": arguments.model, **profile.to_dict(), "equal_transformer": equal.to_dict()}
        print(json.dumps(figures, indent=1))
    else:
        lengths = f"{source} source and {target} target tokens" if encodes else f"{target} tokens"
        print(f"{arguments.model}: {lengths}\n\n{describe(profile, equal, arguments.parts)}")
    return 0


COMMAND = Command("count the parameters and Mult-Adds of a preset or a model", DESCRIPTION, _add_arguments, _run)
