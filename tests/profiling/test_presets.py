"""The presets: the published numbers, the authors' models, and the frozen architecture."""

import json
from pathlib import Path

import pytest

from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.presets import preset, preset_names
from lite_transformer_tf.profiling import (
    CONVENTIONS,
    ModelProfile,
    cache_bytes,
    layer_of,
    millions,
    part_of,
    preset_figures,
)
from lite_transformer_tf.profiling.presets import LENGTHS
from lite_transformer_tf.profiling.published import TOKENS, published_mult_adds

from .frozen import FOLDER, profile, summary, to_json

WMT_200, WMT_408, WMT_496 = ("90.13M", "90.66M"), ("359.54M", "360.61M"), ("527.44M", "528.75M")

# Mult-Adds at 30 and 30 tokens, for CNN/DailyMail at 30 and 60: under the paper's convention, and with the convolution
# core but without LayerNorm
MULT_ADDS = {
    "wmt_en_fr_200": WMT_200,
    "wmt_en_fr_408": WMT_408,
    "wmt_en_fr_496": WMT_496,
    "wmt_en_de_200": WMT_200,
    "wmt_en_de_408": WMT_408,
    "wmt_en_de_496": WMT_496,
    "cnndm_496": ("799.23M", "801.15M"),
    "wikitext103_896": ("1146.81M", "1153.31M"),
    "iwslt_160": ("54.29M", "54.71M"),
    "iwslt_240": ("119.45M", "120.08M"),
    "iwslt_320": ("209.95M", "210.80M"),
}

# All parameters, embeddings, backbone, encoder, decoder, as counted in the authors' PyTorch models
PARAMETERS = {
    "iwslt_160": (5_251_504, 3_537_920, 1_713_584, 546_712, 1_166_872),
    "iwslt_240": (9_143_984, 5_306_880, 3_837_104, 1_223_032, 2_614_072),
    "iwslt_320": (13_881_264, 7_075_840, 6_805_424, 2_168_152, 4_637_272),
    "wmt_en_fr_200": (11_786_800, 8_902_400, 2_884_400, 958_600, 1_925_800),
    "wmt_en_fr_408": (29_900_688, 18_160_896, 11_739_792, 3_864_984, 7_874_808),
    "wmt_en_fr_496": (39_361_568, 22_077_952, 17_283_616, 5_680_688, 11_602_928),
    "wmt_en_de_200": (9_438_000, 6_553_600, 2_884_400, 958_600, 1_925_800),
    "wmt_en_de_408": (25_109_136, 13_369_344, 11_739_792, 3_864_984, 7_874_808),
    "wmt_en_de_496": (33_536_544, 16_252_928, 17_283_616, 5_680_688, 11_602_928),
    "cnndm_496": (32_163_616, 14_880_000, 17_283_616, 5_680_688, 11_602_928),
    "wikitext103_896": (76_751_360, 39_567_360, 37_184_000, None, 37_182_208),
}


@pytest.mark.parametrize("name", MULT_ADDS)
def test_mult_adds_are_the_published_ones(name):
    found = profile(name)
    assert (millions(found.mult_adds("paper")), millions(found.mult_adds("products"))) == MULT_ADDS[name]


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameters_are_those_of_the_authors_models(name):
    found = profile(name).parameters
    stacks = found.backbone.get("encoder"), found.backbone.get("decoder")
    assert (found.total, found.embeddings_total, found.backbone_total, *stacks) == PARAMETERS[name]


@pytest.mark.parametrize("embed_dim, expected", [(128, "86.8M"), (256, "338.8M"), (320, "526.8M"), (512, "1338.3M")])
def test_transformers_of_the_paper(embed_dim, expected):
    config = LiteTransformerConfig.transformer(embed_dim=embed_dim, source_vocabulary_size=8, target_vocabulary_size=8)
    assert f"{ModelProfile.of(config).mult_adds() / 1e6:.1f}M" == expected


@pytest.mark.parametrize("name", preset_names())
def test_architecture_is_the_frozen_one(name):
    """Names, shapes and Mult-Adds are frozen. `python -m tests.profiling.frozen` accepts an intended change."""
    path = FOLDER / f"{name}.json"
    assert path.is_file(), f"freeze the preset {name!r} with python -m tests.profiling.frozen"
    frozen = json.loads(path.read_text(encoding="utf-8"))
    assert summary(name) == frozen
    assert path.read_text(encoding="utf-8") == to_json(frozen)


def test_rows_add_up_to_the_whole():
    found = profile("wmt_en_fr_200")
    for place in (layer_of, part_of):
        rows = found.rows(place)
        assert sum(row.parameters for row in rows) == found.parameters.total
        for convention in CONVENTIONS:
            assert sum(row.mult_adds[convention] for row in rows) == found.mult_adds(convention)
    parts = {row.name: row for row in found.rows(part_of)}
    # 100 channels and 30 tokens: four projections, the scores and the weighted sum
    assert parts["encoder/layer_0/lsra/attention"].mult_adds["paper"] == 30 * 4 * 100**2 + 2 * 30 * 30 * 100
    # input with gate, prediction of 4 kernels of 3 taps, output
    assert parts["encoder/layer_0/lsra/convolution"].mult_adds["paper"] == 30 * (100 * 200 + 100 * 12 + 100**2)
    assert parts["decoder/layer_5/feed_forward_norm"].parameters == 2 * 200
    assert sum(found.by_kind().values()) == found.mult_adds("complete")


def test_documentation_has_these_numbers():
    text = (Path(__file__).parents[2] / "docs" / "profiling.md").read_text(encoding="utf-8")
    rows = {
        cells[1].strip(" `"): [cell.strip() for cell in cells[3:7]]
        for line in text.splitlines()
        if len(cells := line.split("|")) == 8
    }
    assert set(preset_names()) <= set(rows)
    for name in preset_names():
        counts = [millions(profile(name).mult_adds(convention)) for convention in CONVENTIONS]
        assert rows[name] == [*counts, published_mult_adds(name, LENGTHS.get(name, TOKENS)) or ""]


@pytest.mark.parametrize(
    "name, numbers",
    [
        ("transformer_128", 6 * (2 * 30 * 128 + 2 * 30 * 128)),
        ("evolved_small", 4 * (22 + 4 * 30 + 4 * 30) * 128),
        ("iwslt_160_ssru", 6 * (160 + 2 * 30 * 160)),
        ("wikitext103_896", 12 * 2 * 30 * 448 + 448 * (2 * 14 + 4 * 30 + 6 * 62)),
        ("iwslt_160", 6 * (2 * 30 * 80 + 2 * 30 * 160) + 80 * (2 + 6 + 14 + 3 * 30)),
    ],
)
def test_bytes_of_a_cache(name, numbers):
    assert cache_bytes(preset(name), 30, 30) == 4 * numbers


@pytest.mark.parametrize("name", ["transformer_128", "iwslt_160_deep_ssru", "evolved_small"])
def test_the_listing_has_the_figures_of_each_preset(name):
    figures = {entry.name: entry for entry in preset_figures()}
    assert list(figures) == preset_names()
    entry = figures[name]
    assert (entry.parameters, entry.mult_adds) == (profile(name).parameters.total, profile(name).mult_adds())
    assert entry.layers == {"transformer_128": "6 + 6", "iwslt_160_deep_ssru": "10 + 2", "evolved_small": "3 + 4"}[name]
