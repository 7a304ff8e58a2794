"""A directory of pretrained models as the package has one, with a tiny model in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lite_transformer_tf.bundle.card import ModelFacts
from lite_transformer_tf.shipped import index
from lite_transformer_tf.shipped.install import install

FIXTURES = Path(__file__).parents[1] / "upgrade" / "fixtures"
BUNDLE = FIXTURES / "bundle.ltpk"
NAME = "tiny-en-fr"
FACTS = ModelFacts(
    licence="CC BY 2.0",
    attribution="Tatoeba (tatoeba.org), CC BY 2.0 FR",
    datasets=("tatoeba",),
    scores={"bleu": {"score": 47.25, "signature": "nrefs:1|case:mixed"}},
)


@pytest.fixture(scope="session")
def installed(tmp_path_factory) -> Path:
    """A directory with one model."""
    directory = tmp_path_factory.mktemp("package")
    install(BUNDLE, NAME, FACTS, directory)
    return directory


@pytest.fixture
def models(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That directory in place of the package's, and a new cache."""
    monkeypatch.setattr(index, "MODELS", installed)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return installed


@pytest.fixture
def no_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package without models."""
    monkeypatch.setattr(index, "MODELS", tmp_path / "nothing")
