"""A tiny untrained model in a directory: what it says makes no sense, but always the same."""

from pathlib import Path

import pytest
import tf_keras as keras

from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.models.lite_transformer import LiteTransformer
from lite_transformer_tf.models.saving import save_model
from lite_transformer_tf.text import VocabularyPair
from tests.cli import models

SENTENCES = ["one two three", "three and four is seven", "", "five minus two is three", "six"]
REFERENCES = ["eins zwei drei", "drei und vier ist sieben", "", "fünf minus zwei ist drei", "sechs"]


@pytest.fixture(scope="session")
def model_directory(tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("tiny") / "model"
    vocabularies = VocabularyPair.train(SENTENCES * 5, REFERENCES * 5, 300, fill=True)
    keras.utils.set_random_seed(5)
    size = vocabularies.source.size
    config = LiteTransformerConfig.lite(
        embed_dim=16,
        kernel_sizes=(3,),
        heads=2,
        cross_attention_heads=2,
        source_vocabulary_size=size,
        target_vocabulary_size=size,
    )
    model = LiteTransformer(config)
    model.initialize()
    save_model(model, vocabularies, directory)
    return directory


@pytest.fixture(scope="session")
def text_files(tmp_path_factory) -> tuple[Path, Path]:
    directory = tmp_path_factory.mktemp("text")
    paths = directory / "test.en", directory / "test.de"
    for path, lines in zip(paths, (SENTENCES, REFERENCES), strict=True):
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return paths


@pytest.fixture(scope="session")
def all_models(tmp_path_factory) -> dict[str, models.Forms]:
    """A tiny model for every task, in every form."""
    return {task: models.make(task, tmp_path_factory.mktemp(task)) for task in models.MAKERS}
