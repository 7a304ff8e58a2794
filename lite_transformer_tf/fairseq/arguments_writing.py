"""From a configuration to the arguments with which the authors' code builds the same model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lite_transformer_tf.branches import BranchConfig
from lite_transformer_tf.cells import LayerConfig
from lite_transformer_tf.config import LanguageModelConfig, LiteTransformerConfig, ModelConfig
from lite_transformer_tf.fairseq.errors import CheckpointError
from lite_transformer_tf.fairseq.names import is_plain

KINDS = {"attention": "attn", "lightweight": "lightweight", "dynamic": "dynamic"}
MOST_TOKENS = 1024
SPECIAL_IDS = (0, 1, 2, 3)


def _require(condition: bool, rule: str, received: object) -> None:
    if not condition:
        raise CheckpointError(f"The authors' code has only models whose {rule}. Received: {str(received)[:200]}")


def _branch(branch: BranchConfig, side: str) -> str:
    _require(branch.kind in KINDS, f"branches are {', '.join(KINDS)}", branch.kind)
    settings = branch.to_dict()
    size = settings.get("kernel_size", 1)
    _require(side == "decoder" or size % 2 == 1 or branch.kind == "attention", "encoder has odd kernels", size)
    _require(branch.kind == "dynamic" or not settings.get("glu"), "lightweight convolutions have no gate", settings)
    kernel = 1 if branch.kind == "attention" else "default"
    return f"{KINDS[branch.kind]}:{kernel}:{branch.channels}:{settings['heads']}"


def _one(values: Sequence[Any], rule: str) -> Any:
    """The one value of all layers."""
    _require(all(value == values[0] for value in values), rule, values)
    return values[0]


def _kernel(layer: LayerConfig) -> int:
    sizes = [branch.to_dict()["kernel_size"] for branch in layer.branches if branch.kind != "attention"]
    return 1 if not sizes else _one(sizes, "layers have convolutions of one size each")


def _stack(layers: Sequence[Any], side: str, cell: str) -> dict[str, Any]:
    """The arguments of an encoder or a decoder."""
    for layer in layers:
        known = type(layer) is LayerConfig and layer.cell in (None, cell)
        _require(known, f"{side} has layers of the kind {cell}, made of branches", layer.cell)
    types = _one(
        [[_branch(branch, side) for branch in layer.branches] for layer in layers], "layers have equal branches"
    )
    heads = _one([layer.cross_attention_heads for layer in layers], "layers have equal heads")
    glu = [branch.to_dict()["glu"] for layer in layers for branch in layer.branches if branch.kind == "dynamic"]
    plain = is_plain(layers[0])
    own = layers[0].branches[0].to_dict()["heads"]
    _require(not plain or heads in (None, own), "attentions have equal heads", (own, heads))
    return {
        f"{side}_layers": len(layers),
        f"{side}_branch_type": None if plain else types,
        f"{side}_kernel_size_list": [_kernel(layer) for layer in layers],
        f"{side}_attention_heads": own if heads is None else heads,
        f"{side}_ffn_embed_dim": _one([layer.feed_forward_dim for layer in layers], "layers have equal feed-forwards"),
        f"{side}_glu": _one(glu, "convolutions have equal gates") if glu else False,
    }


def _common(config: ModelConfig) -> dict[str, Any]:
    ids = (config.bos_id, config.pad_id, config.eos_id, config.unk_id)
    _require(ids == SPECIAL_IDS, f"special ids are {SPECIAL_IDS}", ids)
    return {
        "activation_fn": "relu",
        "weight_softmax": True,
        "conv_linear": True,
        "input_dropout": 0.1,
        "ffn_init": None,
        "no_token_positional_embeddings": False,
        "decoder_learned_pos": False,
        "max_target_positions": MOST_TOKENS,
        "no_save_optimizer_state": True,
        **{name: getattr(config, name) for name in ("dropout", "attention_dropout", "weight_dropout")},
        "activation_dropout": config.activation_dropout,
    }


def arguments_of(config: ModelConfig, languages: Sequence[str] = ()) -> dict[str, Any]:
    """The arguments of a model.

    Args:
        config: Its configuration.
        languages: Source and target language. Defaults to `()`: unknown.

    Raises:
        CheckpointError: The authors' code has no such model.
    """
    if isinstance(config, LanguageModelConfig):
        return {**_common(config), **_language_model(config)}
    return {**_common(config), **_encoder_decoder(config, languages)}


def _encoder_decoder(config: LiteTransformerConfig, languages: Sequence[str]) -> dict[str, Any]:
    source, target = languages if len(languages) == 2 else (None, None)
    return {
        "task": "translation",
        "arch": "transformer_multibranch_v2",
        "data": "data",
        "source_lang": source,
        "target_lang": target,
        "left_pad_source": "True",
        "left_pad_target": "False",
        "max_source_positions": MOST_TOKENS,
        "encoder_embed_dim": config.embed_dim,
        "decoder_embed_dim": config.embed_dim,
        "decoder_input_dim": config.embed_dim,
        "encoder_embed_path": None,
        "decoder_embed_path": None,
        "encoder_normalize_before": False,
        "decoder_normalize_before": False,
        "encoder_learned_pos": False,
        "share_all_embeddings": config.embedding_sharing == "all",
        "share_decoder_input_output_embed": config.embedding_sharing == "target",
        "adaptive_input": False,
        "adaptive_softmax_cutoff": None,
        "adaptive_softmax_dropout": 0,
        "tie_adaptive_weights": None,
        "encoder_ffn_list": [True] * len(config.encoder),
        "decoder_ffn_list": [True] * len(config.decoder),
        **_stack(config.encoder, "encoder", config.default_cell),
        **_stack(config.decoder, "decoder", config.default_cell),
    }


def _language_model(config: LanguageModelConfig) -> dict[str, Any]:
    cutoffs = ",".join(map(str, config.cutoffs)) if config.adaptive else None
    factor = config.adaptive_factor
    return {
        "task": "language_modeling",
        "arch": "transformer_lm_multibranch_v2",
        "data": "data",
        "tokens_per_sample": MOST_TOKENS,
        "decoder_embed_dim": config.embed_dim,
        "decoder_input_dim": config.embed_dim,
        "decoder_output_dim": config.embed_dim,
        "decoder_normalize_before": True,
        "no_decoder_final_norm": True,
        "character_embeddings": False,
        "add_bos_token": False,
        "share_decoder_input_output_embed": not config.adaptive,
        "adaptive_input": config.adaptive,
        "adaptive_input_cutoff": cutoffs,
        "adaptive_softmax_cutoff": cutoffs,
        "adaptive_input_factor": int(factor) if factor == int(factor) else factor,
        "adaptive_softmax_factor": int(factor) if factor == int(factor) else factor,
        "adaptive_softmax_dropout": config.adaptive_dropout,
        "tie_adaptive_weights": config.adaptive,
        "tie_adaptive_proj": config.adaptive,
        **_stack(config.decoder, "decoder", config.default_cell),
    }
