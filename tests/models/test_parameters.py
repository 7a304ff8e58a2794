"""Names and shapes of all weights are frozen, and their totals are the paper's models' to the last digit."""

from __future__ import annotations

from math import prod

import pytest

from lite_transformer_tf.branches import BranchConfig
from lite_transformer_tf.cells.config import LayerConfig
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.presets import preset
from lite_transformer_tf.models.lite_transformer import LiteTransformer
from tests.tiny import tiny_config

Shapes = dict[str, tuple[int, ...]]


def dense_shapes(name: str, inputs: int, outputs: int) -> Shapes:
    return {f"{name}/kernel": (inputs, outputs), f"{name}/bias": (outputs,)}


def attention_shapes(name: str, channels: int) -> Shapes:
    return {
        key: shape
        for part in ("query", "key", "value", "output")
        for key, shape in dense_shapes(f"{name}/{part}", channels, channels).items()
    }


def branch_shapes(name: str, branch: BranchConfig) -> Shapes:
    channels = branch.channels
    if branch.kind == "attention":
        return attention_shapes(name, channels)
    taps = (branch.heads, branch.kernel_size)
    return {
        **dense_shapes(f"{name}/input", channels, 2 * channels if branch.glu else channels),
        **({f"{name}/taps": taps} if branch.kind == "lightweight" else {f"{name}/taps/kernel": (channels, prod(taps))}),
        **dense_shapes(f"{name}/output", channels, channels),
    }


def layer_shapes(name: str, layer: LayerConfig) -> Shapes:
    width, shapes = layer.dim, {}

    def norm(which: str) -> Shapes:
        return {f"{name}/{which}/gamma": (width,), f"{name}/{which}/beta": (width,)}

    for branch_name, branch in zip(layer.branch_names, layer.branches, strict=True):
        shapes |= branch_shapes(f"{name}/lsra/{branch_name}", branch)
    shapes |= norm("lsra_norm")
    if layer.cross_attention_heads is not None:
        shapes |= attention_shapes(f"{name}/cross_attention", width) | norm("cross_attention_norm")
    shapes |= dense_shapes(f"{name}/feed_forward/inner", width, layer.feed_forward_dim)
    shapes |= dense_shapes(f"{name}/feed_forward/outer", layer.feed_forward_dim, width)
    return shapes | norm("feed_forward_norm")


def model_shapes(config: LiteTransformerConfig) -> Shapes:
    sizes = (config.source_vocabulary_size, config.target_vocabulary_size, config.target_vocabulary_size)
    shapes: Shapes = {name: (size, config.embed_dim) for name, size in zip(config.embedding_names, sizes, strict=True)}
    for stack in ("encoder", "decoder"):
        for index, layer in enumerate(getattr(config, stack)):
            shapes |= layer_shapes(f"{stack}/layer_{index}", layer)
    return shapes


def total(shapes: Shapes, prefix: str = "") -> int:
    return sum(prod(shape) for name, shape in shapes.items() if name.startswith(prefix))


THREE = LayerConfig(
    (
        BranchConfig("attention", 4, 1),
        BranchConfig("dynamic", 4, 2, 3),
        BranchConfig("attention", 4, 2),
        BranchConfig("lightweight", 4, 2, 4, True),
    ),
    10,
)
CONFIGS = {
    "lightweight": tiny_config(),
    "dynamic_glu": tiny_config(convolution="dynamic", glu=True, embedding_sharing="target", decoder_kernel_sizes=(7,)),
    "transformer": LiteTransformerConfig.transformer(
        embed_dim=16, layers=1, source_vocabulary_size=9, target_vocabulary_size=9
    ),
    "branches": tiny_config(kernel_sizes=(3,)).replace(encoder=(THREE,)),
    "iwslt_160": preset("iwslt_160"),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_a_model_has_these_weights(name):
    variables = LiteTransformer(CONFIGS[name]).named_variables()
    assert {key: tuple(variable.shape) for key, variable in variables.items()} == model_shapes(CONFIGS[name])
    assert len({id(variable) for variable in variables.values()}) == len(variables)


def test_every_trainable_variable_has_a_name():
    model = LiteTransformer(tiny_config(convolution="dynamic"))
    named = {id(variable) for variable in model.named_variables().values()}
    assert named == {id(variable) for variable in model.trainable_variables}
    assert not model.non_trainable_variables


# name: total, embeddings and output, encoder's layers, decoder's layers
TOTALS = {
    "iwslt_160": (5_251_504, 3_537_920, 546_712, 1_166_872),
    "iwslt_240": (9_143_984, 5_306_880, 1_223_032, 2_614_072),
    "iwslt_320": (13_881_264, 7_075_840, 2_168_152, 4_637_272),
    "wmt_en_fr_200": (11_786_800, 8_902_400, 958_600, 1_925_800),
    "wmt_en_fr_408": (29_900_688, 18_160_896, 3_864_984, 7_874_808),
    "wmt_en_fr_496": (39_361_568, 22_077_952, 5_680_688, 11_602_928),
    "wmt_en_de_200": (9_438_000, 6_553_600, 958_600, 1_925_800),
    "wmt_en_de_408": (25_109_136, 13_369_344, 3_864_984, 7_874_808),
    "wmt_en_de_496": (33_536_544, 16_252_928, 5_680_688, 11_602_928),
    "transformer_base": (60_915_712, 16_777_216, 18_914_304, 25_224_192),
}


@pytest.mark.parametrize("name", TOTALS)
def test_totals_of_the_presets(name):
    shapes = model_shapes(preset(name))
    everything, tables, encoder, decoder = TOTALS[name]
    embeddings = sum(prod(shape) for key, shape in shapes.items() if key.endswith("table"))
    assert (total(shapes, "encoder/"), total(shapes, "decoder/")) == (encoder, decoder)
    assert (total(shapes), embeddings) == (everything, tables)


def test_a_preset_built_has_its_total():
    model = LiteTransformer.from_preset("wmt_en_fr_200", source_vocabulary_size=100, target_vocabulary_size=100)
    assert model.count_params() == 11_786_800 - (44_512 - 100) * 200
