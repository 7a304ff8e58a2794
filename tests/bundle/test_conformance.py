"""The vectors in conformance/ are what the bundles of their names answer (docs/porting.md)."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from export.__main__ import main
from lite_transformer_tf.exporting.conformance import SAMPLES, header, questions, vectors, write_conformance
from lite_transformer_tf.exporting.conformance_texts import TEXTS
from lite_transformer_tf.litert.runtime.completer import TFLiteCompleter
from lite_transformer_tf.litert.runtime.open import open_bundle

ROOT = Path(__file__).resolve().parents[2]
MODELS = (ROOT / "android_demo/app/src/main/assets/models", ROOT / "lite_transformer_tf/pretrained/models")
FILES = sorted((ROOT / "conformance").glob("*.jsonl"))
MOST_OTHERWISE = 0.06
"""Greatest share of the sure answers that another processor changes (docs/porting.md)."""
FIELDS = ("text", "normalized", "ids", "decoded")
pytestmark = pytest.mark.light


@cache
def read(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    head, *lines = map(json.loads, path.read_text(encoding="ascii").splitlines())
    return head, lines


def bundle_of(path: Path) -> Path:
    return next(folder / f"{path.stem}.ltpk" for folder in MODELS if (folder / f"{path.stem}.ltpk").is_file())


def searched(line: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in (*FIELDS, "unsure")}


def test_every_packed_model_has_vectors():
    packed = {path.stem for folder in MODELS for path in folder.glob("*.ltpk")}
    assert {path.stem for path in FILES} == packed


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_header_is_that_of_the_file(path):
    head, lines = read(path)
    bundle = bundle_of(path)
    assert head == header(bundle, path.stem, len(TEXTS))
    assert head["sha256"] == hashlib.sha256(bundle.read_bytes()).hexdigest()
    assert [line["text"] for line in lines] == list(TEXTS)
    assert path.stat().st_size < 300_000


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_texts_become_these_ids(path):
    bundle = open_bundle(bundle_of(path))
    vocabulary = bundle.vocabulary if isinstance(bundle, TFLiteCompleter) else bundle.source_vocabulary
    for line in read(path)[1]:
        assert vocabulary.encode(line["text"]) == line["ids"]
        assert vocabulary.decode(line["ids"]) == line["decoded"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_answers_are_those_of_the_bundle(path):
    """Where rounding may decide (`unsure`), another processor may answer otherwise, and in a few cases elsewhere."""
    asked = questions(open_bundle(bundle_of(path)))
    sure, otherwise = 0, []
    for line in read(path)[1]:
        for name in set(searched(line)) - set(line["unsure"]):
            sure += 1
            if ids_of(asked[name](line["text"])) != ids_of(line[name]):
                otherwise.append((name, line["text"]))
    assert len(otherwise) <= MOST_OTHERWISE * sure, otherwise


def ids_of(answers: Any) -> Any:
    return [answer["ids"] for answer in answers] if isinstance(answers, list) else answers


def test_paragraphs_are_answered_sentence_by_sentence():
    path = ROOT / "conformance" / "phrases-en-fr.jsonl"
    line = next(line for line in read(path)[1] if line["text"].startswith("Dear Ann"))
    assert line["answers"][0]["text"].count("\n") == line["text"].count("\n")
    long = next(line for line in read(path)[1] if len(line["ids"]) > 127)
    assert long["greedy"] == {"too_long": len(long["ids"]) + 1, "limit": 128}
    assert long["answers"][0]["text"]


def test_another_run_gives_the_same_lines():
    path = ROOT / "conformance" / "python-docs.jsonl"
    for line in read(path)[1]:
        assert set(line["unsure"]) <= set(SAMPLES)
    one, other = (list(vectors(bundle_of(path), TEXTS[:2])) for _ in range(2))
    assert one == other


def test_the_program_writes_what_the_function_writes(tmp_path, capsys, monkeypatch):
    bundle = bundle_of(ROOT / "conformance" / "phrases-en-fr.jsonl")
    monkeypatch.setattr(write_conformance, "__defaults__", (TEXTS[:1],))
    assert main(["conformance", str(bundle), "--output", str(tmp_path / "phrases-en-fr.jsonl")]) == 0
    head, line = map(json.loads, (tmp_path / "phrases-en-fr.jsonl").read_text(encoding="ascii").splitlines())
    assert head["model"] == "phrases-en-fr" and head["texts"] == 1 and line["text"] == TEXTS[0]
    assert "1 texts" in capsys.readouterr().out
