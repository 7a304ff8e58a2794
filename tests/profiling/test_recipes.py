"""Recipes of the paper's released configurations: each builds the model of its preset and trains as the authors' do."""

from pathlib import Path

import pytest

from lite_transformer_tf.config.presets import preset
from lite_transformer_tf.profiling import ModelProfile, millions
from lite_transformer_tf.profiling.presets import LENGTHS
from lite_transformer_tf.profiling.published import TOKENS
from lite_transformer_tf.settings import load_settings
from tests.profiling.test_presets import MULT_ADDS, PARAMETERS
from tests.recipes import PATHS, kind_of

RECIPES = {
    "iwslt14_de_en": "iwslt_160",
    "iwslt14_de_en_240": "iwslt_240",
    "iwslt14_de_en_320": "iwslt_320",
    "wmt14_en_fr_200": "wmt_en_fr_200",
    "wmt14_en_fr_408": "wmt_en_fr_408",
    "wmt14_en_fr_496": "wmt_en_fr_496",
    "wmt16_en_de_200": "wmt_en_de_200",
    "wmt16_en_de_408": "wmt_en_de_408",
    "wmt16_en_de_496": "wmt_en_de_496",
    "cnndm_496": "cnndm_496",
    "wikitext103": "wikitext103_896",
}

# Dropout, attention dropout and weight dropout in the authors' configs/*/attention/multibranch_v2/embed*.yml
DROPOUTS = {
    "iwslt_160": (0.2, 0.0, 0.1),
    "iwslt_240": (0.2, 0.0, 0.1),
    "iwslt_320": (0.2, 0.0, 0.1),
    "wmt_en_fr_200": (0.04, 0.03, 0.03),
    "wmt_en_fr_408": (0.08, 0.07, 0.07),
    "wmt_en_fr_496": (0.1, 0.08, 0.08),
    "wmt_en_de_200": (0.04, 0.03, 0.03),
    "wmt_en_de_408": (0.08, 0.06, 0.06),
    "wmt_en_de_496": (0.1, 0.08, 0.08),
    "cnndm_496": (0.15, 0.1, 0.1),
    "wikitext103_896": (0.21, 0.14, 0.14),
}

# Updates, largest learning rate and warm-up there, batches of an update times its tokens (8 GPUs but for IWSLT and the
# language model)
TRAINING = {
    "iwslt": (50_000, 5e-4, 4000, 4096),
    "wmt_en_fr": (50_000, 1e-3, 5000, 4096 * 16 * 8),
    "wmt_en_de": (50_000, 1e-3, 10_000, 4096 * 16 * 8),
    "cnndm": (50_000, 1e-3, 10_000, 4096 * 16 * 8),
    "wikitext103": (286_000, 1.0, 16_000, 3072 * 3),
}


def recipe_of(name):
    path = Path("train/configs") / f"{name}.yaml"
    return load_settings(kind_of(path), path)


def model_of(config):
    """The configuration of the model for vocabularies of the sizes that the recipe asks for."""
    vocabulary = config.vocabulary
    if not hasattr(vocabulary, "joint"):
        return config.build_model_config(vocabulary.size)
    return config.build_model_config(vocabulary.size, getattr(vocabulary, "target_size", None) or vocabulary.size)


def test_every_released_configuration_has_a_recipe():
    assert set(RECIPES.values()) == set(PARAMETERS) == set(MULT_ADDS) == set(DROPOUTS)
    assert set(RECIPES) <= {path.stem for path in PATHS}


@pytest.mark.parametrize("name", RECIPES)
def test_the_model_of_a_recipe_is_its_preset(name):
    preset_name = RECIPES[name]
    found = model_of(recipe_of(name))
    assert found == preset(preset_name)
    profile = ModelProfile.of(found, *LENGTHS.get(preset_name, TOKENS))
    backbone = [profile.parameters.backbone.get(stack) for stack in ("encoder", "decoder")]
    totals = (profile.parameters.total, profile.parameters.embeddings_total, profile.parameters.backbone_total)
    assert (*totals, *backbone) == PARAMETERS[preset_name]
    assert (millions(profile.mult_adds("paper")), millions(profile.mult_adds("products"))) == MULT_ADDS[preset_name]


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_trains_as_the_authors_configuration_does(name):
    config = recipe_of(name)
    model, training = model_of(config), config.training
    assert (model.dropout, model.attention_dropout, model.weight_dropout) == DROPOUTS[RECIPES[name]]
    group = next(group for group in TRAINING if RECIPES[name].startswith(group))
    tokens = getattr(config.data, "tokens_per_batch", None) or config.data.batch_size * config.data.block
    schedule = training.schedule
    found = (training.max_updates, schedule.peak, schedule.warmup_steps, tokens * training.accumulation_steps)
    assert found == TRAINING[group]


@pytest.mark.parametrize(
    "names",
    [
        ("iwslt14_de_en", "iwslt14_de_en_240", "iwslt14_de_en_320"),
        ("wmt14_en_fr_200", "wmt14_en_fr_408", "wmt14_en_fr_496"),
        ("wmt16_en_de_200", "wmt16_en_de_408", "wmt16_en_de_496"),
    ],
)
def test_sizes_of_a_corpus_differ_in_the_model_only(names):
    first, *others = (recipe_of(name) for name in names)
    for other in others:
        assert (other.data, other.vocabulary, other.training, other.decoding) == (
            first.data,
            first.vocabulary,
            first.training,
            first.decoding,
        )
