"""`python -m export pretrained`: what it refuses, and what the installed file states."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from export.__main__ import main
from lite_transformer_tf.bundle.card import CARD_NAME
from lite_transformer_tf.bundle.directory import read_bundle
from lite_transformer_tf.shipped import install as module
from lite_transformer_tf.shipped.index import index_of
from lite_transformer_tf.shipped.install import InstallError, install
from tests.pretrained.conftest import BUNDLE, FACTS, NAME

pytestmark = pytest.mark.light


def test_the_file_states_the_facts(installed: Path):
    manifest, contents = read_bundle(installed / f"{NAME}.ltpk")
    before, old = read_bundle(BUNDLE)
    assert (manifest.licence, manifest.attribution) == (FACTS.licence, FACTS.attribution)
    assert manifest.metrics == {**before.metrics, "scores": dict(FACTS.scores)}
    assert {name: content for name, content in contents.items() if name != CARD_NAME} == {
        name: content for name, content in old.items() if name != CARD_NAME
    }
    _, front, body = contents[CARD_NAME].decode().split("---\n", 2)
    assert yaml.safe_load(front) == {
        "language": ["en", "fr"],
        "license": "cc-by-2.0",
        "library_name": "lite-transformer-tf",
        "pipeline_tag": "translation",
        "tags": ["lite-transformer", "tflite", "litert", "on-device", "int8"],
        "datasets": ["tatoeba"],
        "metrics": ["bleu"],
    }
    assert "| bleu | this bundle, test set | 47.25 | `nrefs:1|case:mixed` |" in body
    assert body.endswith("\n\nLicence: CC BY 2.0\n\nAttribution: Tatoeba (tatoeba.org), CC BY 2.0 FR\n")
    assert body.count("Licence: ") == 1 and "Not measured." not in body.split("## Scores")[1].split("##")[0]


def test_the_list_is_written_anew(installed: Path):
    text = (installed / "index.json").read_text(encoding="utf-8")
    assert text == index_of(installed) and list(json.loads(text)) == [NAME]


def test_what_is_installed_can_be_installed_again(installed: Path, tmp_path: Path):
    """Everything is stated by the file; its card and manifest stay as they are."""
    again = install(installed / f"{NAME}.ltpk", "tiny-again", module.ModelFacts(datasets=("tatoeba",)), tmp_path)
    assert again.read_bytes() == (installed / f"{NAME}.ltpk").read_bytes()


def test_what_is_missing_is_told_at_once(tmp_path: Path, capsys):
    assert main(["pretrained", str(BUNDLE), "--name", NAME, "--output", str(tmp_path)]) == 2
    errors = capsys.readouterr().err
    assert "as options. Received: none for ['licence', 'attribution', 'scores']" in errors
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--name", "tiny"], "lower-case words with hyphens, such as titles-en. Received: 'tiny'"),
        (["--name", "Tiny-en"], "Received: 'Tiny-en'"),
        (["--name", NAME, "--score", "bleu", "high", "s"], "--score must be a name, a number and a signature"),
        (["--name", NAME, "--scores", "missing.json"], "--scores must name a file that exists"),
    ],
)
def test_wrong_arguments(tmp_path: Path, capsys, arguments: list[str], message: str):
    assert main(["pretrained", str(BUNDLE), "--output", str(tmp_path), *arguments]) == 2
    assert message in capsys.readouterr().err and list(tmp_path.iterdir()) == []


def test_a_report_of_evaluate_has_the_scores(tmp_path: Path, capsys):
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"scores": {"chrf": {"score": 60.5, "signature": "nc:6"}}}))
    rights = ["--licence", "MIT", "--attribution", "Somebody", "--score", "bleu", "40", "13a"]
    call = ["pretrained", str(BUNDLE), "--name", NAME, "--output", str(tmp_path / "out")]
    assert main([*call, *rights, "--scores", str(report)]) == 0
    assert f"{NAME}.ltpk: " in capsys.readouterr().out
    manifest, _ = read_bundle(tmp_path / "out" / f"{NAME}.ltpk")
    assert {name: entry["score"] for name, entry in manifest.metrics["scores"].items()} == {"chrf": 60.5, "bleu": 40.0}
    report.write_text("{}")
    assert main([*call, *rights, "--scores", str(report)]) == 2
    assert "--scores must be a report.json with scores" in capsys.readouterr().err


def test_sizes_are_limited(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    packed = installed / f"{NAME}.ltpk"
    size = packed.stat().st_size
    monkeypatch.setattr(module, "LARGEST", size - 1)
    with pytest.raises(InstallError, match=f"at most {size - 1:,} bytes. Received: {size:,} for 'tiny-en-fr'"):
        install(packed, NAME, FACTS, tmp_path)
    monkeypatch.setattr(module, "LARGEST", size)
    monkeypatch.setattr(module, "LARGEST_TOGETHER", 2 * size - 1)
    monkeypatch.setattr(module, "pack_bundle", lambda _, path: path.write_bytes(packed.read_bytes()))
    install(packed, NAME, FACTS, tmp_path)
    with pytest.raises(InstallError, match=f"together must have at most .* Received: {2 * size:,} with 'tiny-two'"):
        install(packed, "tiny-two", FACTS, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index.json", f"{NAME}.ltpk"]
