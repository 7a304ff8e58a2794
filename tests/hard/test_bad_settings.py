"""Settings that no run can have are refused with the rule and the value, whatever they are."""

from __future__ import annotations

import pytest

from lite_transformer_tf.settings import load_settings
from lite_transformer_tf.tasks.task import RECIPES
from lite_transformer_tf.tasks.translation import TRANSLATION
from tests.hard import makers

RECIPE = RECIPES / f"{TRANSLATION.recipe}.yaml"


@pytest.mark.parametrize("name", sorted(makers.MAPPINGS))
def test_configurations(name, tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(makers.yaml_texts()[name])
    with pytest.raises(ValueError) as caught:
        load_settings(TRANSLATION.config, path)
    assert "Received: " in str(caught.value) and len(str(caught.value)) < 2500


OVERRIDES = (
    "training.epochs=1e999", "training.epochs=" + "9" * 5000, "training.epochs=[1", "training.epochs=!!int x",
    "training.schedule.peak=.nan", "training.schedule.peak=-.inf", "training.optimizer.kind=x", "training.seed=1.5",
    "training=3", "training.schedule=[]", "data.tokens_per_batch=0", "data.tokens_per_batch=-1", "data=text",
    "model=[]", "model.embed_dim=0", "model.heads=0", "model.kernel_sizes=[0]", "model.kernel_sizes=[]",
    "model.dropout=1e400", "model.architecture=x", "model.architecture={a: 1}", "model.embed_dim=2020-01-01", "a=1",
    "vocabulary.size=1e9", "x.y.z=1", "=1", "training..epochs=1", "decoding.beam_size=0",
    "decoding.length_penalty=.inf", "training.epochs=&a [*a]", "training.epochs={1: 2}", 'data.corpus="\\ud800"',
)  # fmt: skip


@pytest.mark.parametrize("override", OVERRIDES, ids=lambda text: text[:30])
def test_settings(override):
    assert load_settings(TRANSLATION.config, RECIPE).data is not None, "without the override all is well"
    with pytest.raises(ValueError) as caught:
        load_settings(TRANSLATION.config, RECIPE, [override]).build_model_config(300, 300)
    assert "Received: " in str(caught.value) and len(str(caught.value)) < 2500
