"""Configurations of the Evolved Transformer: their rules, the published numbers, and what is counted."""

from __future__ import annotations

import pytest

from lite_transformer_tf.cells import Role
from lite_transformer_tf.cells.evolved_config import EvolvedDecoderConfig, EvolvedEncoderConfig
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.config.presets import build_config, preset
from lite_transformer_tf.litert.graph.fusion import fused_layers
from lite_transformer_tf.profiling import ModelProfile

SIZES = {"source_vocabulary_size": 9, "target_vocabulary_size": 9}


def evolved(**settings) -> LiteTransformerConfig:
    return LiteTransformerConfig.evolved(**{"embed_dim": 32, "heads": 4, **SIZES, **settings})


def test_a_norm_follows_the_last_cell_of_each_stack() -> None:
    config = evolved(cross_attention_heads=2)
    assert [cell.output_norm for cell in config.encoder] == [False, False, True]
    assert [cell.output_norm for cell in config.decoder] == [False, False, False, True]
    assert {(cell.heads, cell.wide_heads, cell.cross_attention_heads) for cell in config.decoder} == {(4, 8, 2)}
    assert {cell.cross_attention_heads for cell in evolved().decoder} == {4}


@pytest.mark.parametrize("heads, wide", [(1, 2), (4, 8), (8, 16), (16, 16), (32, 32)])
def test_the_first_attention_has_twice_as_many_heads_up_to_16(heads: int, wide: int) -> None:
    config = EvolvedDecoderConfig(64, heads)
    assert config.wide_heads == wide and [branch.heads for branch in config.branches] == [wide, heads]


def test_configurations_survive_plain_data() -> None:
    for config in (evolved(), preset("evolved_small"), preset("evolved_base", dropout=0.3)):
        data = config.to_dict()
        assert data["encoder"][0]["cell"] == "evolved_encoder" and data["decoder"][0]["cell"] == "evolved_decoder"
        assert LiteTransformerConfig.from_dict(data) == config
        assert build_config({"architecture": "layers", **data}) == config
    language = LanguageModelConfig(32, 9, (EvolvedDecoderConfig(32, 4), EvolvedDecoderConfig(32, 4, True)))
    assert LanguageModelConfig.from_dict(language.to_dict()) == language


@pytest.mark.parametrize(
    "make, rule",
    [
        (lambda: evolved(embed_dim=30, heads=6), r"first self-attention, .* must divide its dim. Received: \(12, 30\)"),
        (lambda: EvolvedEncoderConfig(33, 3), "dim must be even. Received: 33"),
        (lambda: EvolvedEncoderConfig(32, 3), r"heads must divide its channels. Received: \(3, 32\)"),
        (lambda: EvolvedEncoderConfig(32, 4, "yes"), "output_norm must be true or false. Received: 'yes'"),
        (lambda: EvolvedEncoderConfig(32, 4, False, "pre_norm"), "is 'evolved_encoder'. Received: 'pre_norm'"),
        (lambda: EvolvedDecoderConfig(32, 4, False, 5).check(Role.DECODER), r"must divide embed_dim. .*\(5, 32\)"),
        (lambda: EvolvedDecoderConfig(32, 4, False, 4).check(Role.CAUSAL), "leave it out in the language model"),
        (lambda: evolved(encoder_layers=0), "encoder_layers must be a positive whole number. Received: 0"),
        (lambda: evolved(weight_dropout=0.1), r"No layer of this model has weight_dropout.*Received: 0.1"),
        (lambda: evolved(activation_dropout=0.1), r"layers have \['attention_dropout', 'dropout'\]. Received: 0.1"),
        (lambda: evolved(pads_leak=True), "pads_leak is for models whose cells are all post_norm"),
        (
            lambda: LiteTransformerConfig(32, 9, 9, evolved().decoder, evolved().decoder),
            r"The cell of a layer in the encoder must be one of \['evolved_encoder', 'post_norm'\]",
        ),
        (
            lambda: LanguageModelConfig(32, 9, (EvolvedDecoderConfig(32, 4),), weight_dropout=0.2),
            "No layer of this model has weight_dropout",
        ),
        (lambda: EvolvedEncoderConfig.from_dict({"dim": 32, "head": 4}), "Unknown layer settings.*'head'"),
    ],
)
def test_what_contradicts_itself_is_refused(make, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        make()


@pytest.mark.parametrize("dim", [32, 48, 128, 512])
def test_parameters_and_mult_adds_follow_the_formulas(dim: int) -> None:
    """Of the authors' graph: encoder cell 21.5 d^2 + 64 d, decoder cell 28.5 d^2 + 62.5 d, each final norm 2 d."""
    found = ModelProfile.of(evolved(embed_dim=dim, encoder_layers=2, decoder_layers=3, heads=2), source=11, target=7)
    encoder, decoder = 21.5 * dim**2 + 64 * dim, 28.5 * dim**2 + 62.5 * dim
    assert found.parameters.backbone == {"encoder": 2 * encoder + 2 * dim, "decoder": 3 * decoder + 2 * dim}
    of_source = 11 * (21.5 * dim**2 + 36 * dim + 2 * 11 * dim)
    of_target = 7 * (24.5 * dim**2 + 32 * dim + 4 * 7 * dim + 4 * 11 * dim) + 11 * 4 * dim**2
    assert found.mult_adds("products") == 2 * of_source + 3 * of_target


def test_the_presets_have_the_published_sizes() -> None:
    small, base = (ModelProfile.of(preset(f"evolved_{size}")) for size in ("small", "base"))
    assert small.parameters.backbone_total == 2_981_632 and round(small.mult_adds("products") / 1e6, 2) == 93.02
    assert round(base.parameters.backbone_total / 1e6, 1) == 47.0 and round(base.mult_adds("products") / 1e6) == 1425


def test_layers_that_share_a_matrix_of_the_file() -> None:
    matrices = fused_layers(evolved())
    cell = "encoder/layer_0"
    assert matrices[f"{cell}/gated_linear_unit/values"] == matrices[f"{cell}/gated_linear_unit/gates"]
    cell = "decoder/layer_1"
    wide, narrow = (matrices[f"{cell}/{name}/query"] for name in ("wide_attention", "self_attention"))
    assert wide == matrices[f"{cell}/wide_attention/value"] != narrow
    memory = {
        matrices[f"decoder/layer_{i}/{which}_cross_attention/key"] for i in (0, 3) for which in ("first", "second")
    }
    assert len(memory) == 1
