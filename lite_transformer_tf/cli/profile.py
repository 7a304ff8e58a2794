"""`profile`: parameters and Mult-Adds of a preset, a model directory, a run or a bundle, and the Transformer that computes as much.

Mult-Adds are those of one sentence, in three conventions: `paper` reproduces the published numbers, `products` has the convolution
core and no LayerNorm, `complete` counts everything.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lite_transformer_tf.cli.common import CommandError, find_model, is_bundle
from lite_transformer_tf.config.presets import preset, preset_names

if TYPE_CHECKING:
    from lite_transformer_tf.profiling import EqualTransformer, ModelProfile

HELP = "count the parameters and Mult-Adds of a preset or a model"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", help="name of a preset, or directory of a model, a run or a bundle")
    parser.add_argument(
        "--source", type=int, default=30, metavar="N", help="tokens of the source (default: %(default)s)"
    )
    parser.add_argument(
        "--target",
        type=int,
        default=30,
        metavar="N",
        help="tokens of the target, or of a language model's text (default: %(default)s)",
    )
    parser.add_argument("--parts", action="store_true", help="a row for each part of a layer")
    parser.add_argument(
        "--layers",
        type=int,
        metavar="N",
        help="layers of the equal Transformer's encoder and decoder (default: 6, or a language model's)",
    )
    parser.add_argument(
        "--heads", type=int, metavar="N", help="its heads, which divide its width (default: any even width)"
    )
    parser.add_argument("--json", action="store_true", help="write JSON")


def find_config(name: str) -> Any:
    """The configuration of the preset or of the directory of this name; a preset comes first.

    Raises:
        CommandError: there is neither.
    """
    if name in preset_names():
        return preset(name)
    if not Path(name).exists():
        known = ", ".join(preset_names())
        raise CommandError(
            f"A model must be the name of a preset ({known}) or a directory that exists. Received: {name!r}, which is neither"
        )
    folder = find_model(name)
    if is_bundle(folder):
        from lite_transformer_tf.bundle.directory import read_manifest
        from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig

        return LiteTransformerConfig.from_dict(read_manifest(folder).config)
    from lite_transformer_tf.models.saving import load_config

    return load_config(folder)


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
    lines.append(
        f"Transformer of equal Mult-Adds ('paper')  width {equal.embed_dim}, {equal.layers} layers, {equal.heads} heads: "
        f"{millions(equal.mult_adds)}, {equal.parameters.total:,} parameters, {equal.parameters.backbone_total:,} of them backbone"
    )
    return "\n".join(lines)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0."""
    config = find_config(arguments.model)
    from lite_transformer_tf.profiling import ModelProfile, equal_transformer, model_of
    from lite_transformer_tf.profiling.models import check_lengths

    source, target = arguments.source, arguments.target
    check_lengths(source, target)
    profile = ModelProfile.of(model_of(config), source, target)
    equal = equal_transformer(
        config, source, target, layers=arguments.layers, heads=arguments.heads, mult_adds=profile.mult_adds()
    )
    if arguments.json:
        print(
            json.dumps({"model": arguments.model, **profile.to_dict(), "equal_transformer": equal.to_dict()}, indent=1)
        )
    else:
        lengths = f"{source} source and {target} target tokens" if hasattr(config, "encoder") else f"{target} tokens"
        print(f"{arguments.model}: {lengths}\n\n{describe(profile, equal, arguments.parts)}")
    return 0
