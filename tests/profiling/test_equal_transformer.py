"""The Transformer of equal Mult-Adds."""

import pytest

from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.config.presets import preset
from lite_transformer_tf.profiling import ModelProfile, equal_transformer

VOCABULARY = {"source_vocabulary_size": 8, "target_vocabulary_size": 8}


def mult_adds(width: int) -> int:
    """Of a Transformer that is built for it, 6 + 6 layers."""
    config = LiteTransformerConfig.transformer(embed_dim=width, heads=1, **VOCABULARY)
    return ModelProfile.of(config).mult_adds()


def test_the_paper_s_mobile_budget():
    """No even width is nearer to the 90.13M of Lite Transformer 200 than 130."""
    config = preset("wmt_en_fr_200", source_vocabulary_size=8, target_vocabulary_size=8)
    found = equal_transformer(config)
    assert (found.embed_dim, found.layers, found.heads, found.wanted) == (130, 6, 2, 90_132_000)
    assert found.mult_adds == mult_adds(130)
    distance = abs(found.mult_adds - found.wanted)
    assert all(abs(mult_adds(width) - found.wanted) > distance for width in (128, 132))
    assert found.parameters.backbone_total == found.parameters.total - 8 * 130


@pytest.mark.parametrize("width, heads", [(2, None), (132, 4), (36, 3)])
def test_a_transformer_is_its_own_equal(width, heads):
    config = LiteTransformerConfig.transformer(embed_dim=width, layers=1, heads=heads or 1, **VOCABULARY)
    found = equal_transformer(config, 5, 11, layers=1, heads=heads)
    assert (found.embed_dim, found.mult_adds) == (width, found.wanted)
    assert found.heads == heads or found.heads == 2


def test_a_number_of_mult_adds_may_be_given():
    found = equal_transformer(
        LiteTransformerConfig.transformer(embed_dim=8, **VOCABULARY), mult_adds=527_000_000, heads=8
    )
    assert found.embed_dim == 320 and f"{found.mult_adds / 1e6:.1f}" == "526.8"


def test_language_models_keep_their_number_of_layers():
    config = LanguageModelConfig.transformer(embed_dim=96, layers=2, heads=2, vocabulary_size=40, cutoffs=(10, 22))
    found = equal_transformer(config, target=12)
    assert (found.embed_dim, found.layers, found.mult_adds) == (96, 2, found.wanted)


@pytest.mark.parametrize("wrong", [{"layers": 0}, {"heads": -2}, {"mult_adds": 0}, {"source": 0}])
def test_mistakes(wrong):
    with pytest.raises(ValueError, match="must be at least 1"):
        equal_transformer(LiteTransformerConfig.transformer(embed_dim=8, **VOCABULARY), **wrong)
