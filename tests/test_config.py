"""Configurations: rules and their messages, plain-data form, presets."""

from __future__ import annotations

import dataclasses
import json

import pytest

from lite_transformer_tf.branches import BranchConfig
from lite_transformer_tf.cells.config import LayerConfig
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.presets import build_config, preset, preset_names
from tests.tiny import tiny_config

BRANCH = {"kind": "lightweight", "channels": 8, "heads": 2, "kernel_size": 3}
ATTENTION = BranchConfig("attention", 8, 2)


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"kind": "fourier"}, r"kind must be one of .*'dynamic'.*\. Received: 'fourier'"),
        ({"channels": 0}, "channels must be a positive whole number. Received: 0"),
        ({"heads": 3}, r"heads must divide its channels. Received: \(3, 8\)"),
        ({"heads": 0}, r"heads must be a positive whole number. Received: 0"),
        ({"kernel_size": None}, "kernel_size must be a positive whole number. Received: None"),
        ({"kernel_size": 0}, "kernel_size must be a positive whole number. Received: 0"),
        ({"kind": "attention"}, r"'attention' are \['channels', 'heads'\]. Received: {'kernel_size': 3}"),
        (
            {"kind": "attention", "kernel_size": None, "glu": True},
            r"'attention' are \['channels', 'heads'\]. Received: {.*'glu': True",
        ),
    ],
)
def test_rules_of_a_branch(changes, message):
    with pytest.raises(ValueError, match=message):
        BranchConfig(**{**BRANCH, **changes})


def test_rules_of_a_layer():
    with pytest.raises(ValueError, match="at least one branch"):
        LayerConfig((), 8)
    with pytest.raises(ValueError, match="feed_forward_dim must be a positive whole number. Received: 0"):
        LayerConfig((ATTENTION,), 0)


def test_branch_names_count_each_kind():
    kinds = ("attention", "lightweight", "attention", "dynamic", "dynamic", "attention")
    branches = tuple(BranchConfig(kind, 4, 2, None if kind == "attention" else 3) for kind in kinds)
    layer = LayerConfig(branches, 8)
    assert layer.branch_names == (
        "attention",
        "convolution",
        "attention_1",
        "convolution_1",
        "convolution_2",
        "attention_2",
    )
    assert layer.dim == 24


WIDE = LayerConfig((BranchConfig("attention", 32, 2),), 16, 4)


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"embed_dim": 15}, "embed_dim must be positive and even. Received: 15"),
        ({"embed_dim": 0}, "embed_dim must be positive and even. Received: 0"),
        ({"embedding_sharing": "some"}, r"embedding_sharing must be one of .*Received: 'some'"),
        ({"embedding_sharing": "all"}, r"equal vocabulary sizes for source and target. Received: \(11, 13\)"),
        ({"dropout": 1.0}, r"dropout must be in \[0, 1\). Received: 1.0"),
        ({"attention_dropout": -0.1}, r"attention_dropout must be in \[0, 1\). Received: -0.1"),
        ({"weight_dropout": 2}, r"weight_dropout must be in \[0, 1\)"),
        ({"activation_dropout": float("nan")}, r"activation_dropout must be in \[0, 1\). Received: nan"),
        ({"encoder": ()}, r"The encoder needs at least one layer. Received: \(\)"),
        ({"decoder": ()}, "The decoder needs at least one layer."),
        (
            {"encoder": (WIDE,)},
            r"The channels of the encoder's branches must add up to embed_dim. Received: \(32, 16\)",
        ),
        ({"decoder": (WIDE,)}, r"The channels of the decoder's branches must add up to embed_dim."),
        ({"eos_id": 1}, r"special ids must differ and lie in \[0, \d+\).* Received: \(0, 1, 1, 3\)"),
        ({"unk_id": 11}, r"special ids must differ and lie in \[0, \d+\)"),
        ({"bos_id": -1}, r"special ids must differ and lie in \[0, \d+\)"),
    ],
)
def test_rules_of_a_model(changes, message):
    with pytest.raises(ValueError, match=message):
        tiny_config().replace(**changes)


@pytest.mark.parametrize("heads", [None, 0, 3])
def test_cross_attention_heads_divide_the_width(heads):
    layer = dataclasses.replace(tiny_config().decoder[0], cross_attention_heads=heads)
    with pytest.raises(ValueError, match=rf"cross_attention_heads must divide embed_dim. Received: \({heads}, 16\)"):
        tiny_config(kernel_sizes=(3,)).replace(decoder=(layer,))


@pytest.mark.parametrize(
    "sharing, names",
    [
        ("all", ("source_embedding/table",) * 3),
        ("target", ("source_embedding/table", "target_embedding/table", "target_embedding/table")),
        ("none", ("source_embedding/table", "target_embedding/table", "output_embedding/table")),
    ],
)
def test_embedding_names(sharing, names):
    assert tiny_config(embedding_sharing=sharing, source_vocabulary_size=13).embedding_names == names


def test_lite_splits_the_channels_and_flattens_the_feed_forward():
    config = tiny_config(embed_dim=24, kernel_sizes=(3, 5), decoder_kernel_sizes=(7,), convolution="dynamic", glu=True)
    expected = [
        (BranchConfig("attention", 12, 2), BranchConfig("dynamic", 12, 2, kernel, True)) for kernel in (3, 5, 7)
    ]
    assert [layer.branches for layer in config.encoder + config.decoder] == expected
    assert [layer.feed_forward_dim for layer in config.encoder + config.decoder] == [24] * 3
    assert [layer.cross_attention_heads for layer in config.encoder + config.decoder] == [None, None, 4]
    with pytest.raises(ValueError, match=r"Half of embed_dim must be a multiple of heads. Received: \(24, 5\)"):
        tiny_config(embed_dim=24, heads=5)


def test_transformer_has_one_branch_and_a_wide_feed_forward():
    config = LiteTransformerConfig.transformer(
        embed_dim=16, layers=2, heads=8, source_vocabulary_size=9, target_vocabulary_size=9
    )
    assert config.encoder == (LayerConfig((BranchConfig("attention", 16, 8),), 64),) * 2
    assert config.decoder == (LayerConfig((BranchConfig("attention", 16, 8),), 64, 8),) * 2


@pytest.mark.parametrize("name", preset_names())
def test_presets_load_and_survive_plain_data(name):
    config = preset(name)
    again = type(config).from_dict(json.loads(json.dumps(config.to_dict())))
    assert again == config and hash(again) == hash(config)


def test_presets_are_those_of_the_paper():
    widths = {"iwslt": (160, 240, 320), "wmt_en_fr": (200, 408, 496), "wmt_en_de": (200, 408, 496)}
    expected = {f"{task}_{width}": width for task, some in widths.items() for width in some} | {"transformer_base": 512}
    assert {name: preset(name).embed_dim for name in preset_names() if name in expected} == expected
    for name in expected:
        config = preset(name)
        if name == "transformer_base":
            assert len(config.encoder) == len(config.decoder) == 6
            continue
        kind, glu, heads = ("lightweight", False, 4) if name.startswith("iwslt") else ("dynamic", True, 8)
        for layer in config.encoder + config.decoder:
            assert [branch.kind for branch in layer.branches] == ["attention", kind]
            assert layer.branches[1].glu == glu and layer.cross_attention_heads in (None, heads)
        assert [layer.branches[1].kernel_size for layer in config.decoder] == [3, 7, 15, 31, 31, 31]


def test_a_preset_with_changes():
    assert preset("iwslt_160", dropout=0.3).dropout == 0.3
    assert preset("iwslt_160", kernel_sizes=[5]).encoder[0].branches[1].kernel_size == 5
    with pytest.raises(ValueError, match=r"preset's name must be one of \[.*'iwslt_160'.*Received: 'iwslt'"):
        preset("iwslt")
    with pytest.raises(ValueError, match="'lite' architecture is missing or unknown: .*'dropuot'"):
        preset("iwslt_160", dropuot=0.3)


def test_building_from_plain_settings():
    settings = {
        "architecture": "transformer",
        "embed_dim": 16,
        "layers": 1,
        "source_vocabulary_size": 9,
        "target_vocabulary_size": 9,
    }
    assert build_config(settings) == LiteTransformerConfig.transformer(
        embed_dim=16, layers=1, source_vocabulary_size=9, target_vocabulary_size=9
    )
    with pytest.raises(
        ValueError, match=r"architecture must be one of \[.*'lite', 'transformer'.*\]. Received: 'lstm'"
    ):
        build_config({"architecture": "lstm"})
    with pytest.raises(ValueError, match="'lite' architecture is missing or unknown: .*'embed_dim'"):
        build_config({"dropout": 0.1})


def test_plain_data_with_wrong_keys_is_refused_by_name():
    data = tiny_config().to_dict()
    with pytest.raises(
        ValueError, match=r"Unknown model settings; valid settings are \['activation_dropout'.*Received: \['width'\]"
    ):
        LiteTransformerConfig.from_dict({**data, "width": 3})
    missing = {key: value for key, value in data.items() if key != "decoder"}
    with pytest.raises(ValueError, match=r"Missing model settings: \['decoder'\]"):
        LiteTransformerConfig.from_dict(missing)
    missing = {key: value for key, value in data.items() if key != "embed_dim"}
    with pytest.raises(ValueError, match=r"Missing model settings: \['embed_dim'\]"):
        LiteTransformerConfig.from_dict(missing)
    layer = data["encoder"][0]
    for changes, message in (
        ({"depth": 1}, r"Unknown layer settings; valid settings are .*Received: \['depth'\]"),
        ({"branches": [{**BRANCH, "depth": 1}]}, r"The settings of a branch .*Received: {.depth.: 1}"),
        ({"branches": [{"kind": "attention", "heads": 2}]}, r"'attention' needs \['channels'\]"),
    ):
        with pytest.raises(ValueError, match=message):
            LiteTransformerConfig.from_dict({**data, "encoder": [{**layer, **changes}]})


def test_replace_changes_only_what_is_named():
    config = tiny_config()
    other = config.replace(dropout=0.25)
    assert other.dropout == 0.25 and other.replace(dropout=config.dropout) == config
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.dropout = 0.5  # type: ignore[misc]
