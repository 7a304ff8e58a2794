"""Programs take names; `translate` takes two languages, and other tasks a model of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lite_transformer_tf.cli.main import main
from tests.pretrained.conftest import BUNDLE, NAME

pytestmark = pytest.mark.light
TEXT = "Where is the station?"


def call(capsys, *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    return (code, *capsys.readouterr())


def test_one_model_named_in_five_ways(models: Path, capsys):
    expected = call(capsys, "translate", str(BUNDLE), TEXT)
    assert expected[0] == 0 and expected[1].strip()
    for words in (
        [NAME, TEXT],
        ["--model", NAME, TEXT],
        ["--from", "en", "--to", "fr", TEXT],
        [TEXT, "--to", "FR", "--from", "en"],
    ):
        assert call(capsys, "translate", *words) == expected, words


def test_what_cannot_be_chosen(models: Path, capsys):
    listed = f"A pretrained model translates en to fr ({NAME}). Received: --from en --to de"
    for words, message in (
        (["--from", "en", "--to", "de", TEXT], listed),
        (["--from", "en", TEXT], "Give both --from and --to. Received: only --from en"),
        (["--to", "fr", TEXT], "Received: only --to fr"),
        ([NAME, "--from", "en", "--to", "fr", TEXT], f"not both. Received: {NAME}, --from and --to"),
        (["--model", NAME, "--from", "en", "--to", "fr"], "Give --model, or --from and --to, not both"),
        ([TEXT], f"({NAME}). Received: 'Where is the station?', which does not exist"),
        ([], f"Received: neither. The pretrained models: {NAME}"),
    ):
        code, output, errors = call(capsys, "translate", *words)
        assert (code, output) == (2, "") and message in errors, words
    code, _, errors = call(capsys, "summarize", "A long text.")
    assert code == 2 and "summarization model is needed, since this installation has none of its own" in errors
    code, _, errors = call(capsys, "summarize", "titles-of-en", "A text.")
    assert code == 2 and "'titles-of-en', which does not exist" in errors
    code, _, errors = call(capsys, "complete", "--model", NAME, "The")
    assert (
        code == 2 and "A model for language-model is needed. Received: 'tiny-en-fr', a model for translation" in errors
    )


def test_an_installation_without_models(no_models, capsys):
    assert call(capsys, "pretrained") == (0, "This installation holds no pretrained model.\n", "")
    code, _, errors = call(capsys, "translate", "--from", "en", "--to", "fr", TEXT)
    assert code == 2 and "No pretrained model for translation is installed. Received: --from en --to fr" in errors


def test_the_list_and_a_card(models: Path, capsys):
    code, output, _ = call(capsys, "pretrained")
    heading, row = output.splitlines()
    assert code == 0 and heading.split() == ["name", "task", "languages", "MB", "licence", "scores"]
    assert row.split() == [NAME, "translation", "en", "to", "fr", "0.05", "CC", "BY", "2.0", "bleu", "47.25"]
    code, output, _ = call(capsys, "pretrained", "--json")
    (entry,) = json.loads(output)
    assert (entry["name"], entry["attribution"]) == (NAME, "Tatoeba (tatoeba.org), CC BY 2.0 FR")
    code, output, _ = call(capsys, "pretrained", NAME)
    assert output.startswith("# Lite Transformer bundle") and "Attribution: Tatoeba" in output
    code, _, errors = call(capsys, "pretrained", "tiny-en-it")
    assert code == 2 and f"must be one of: {NAME}. Received: 'tiny-en-it'" in errors


def test_other_programs_take_the_name(models: Path, tmp_path: Path, capsys):
    assert call(capsys, "profile", NAME, "--json")[0] == 0
    assert call(capsys, "unpack", NAME, "--output", str(tmp_path / "bundle"))[0] == 0
    assert (tmp_path / "bundle" / "manifest.json").is_file()
    data = BUNDLE.parent / "data"
    code, output, errors = call(capsys, "evaluate", NAME, "--data-dir", str(data), "--max-length", "4")
    assert code == 0 and "bleu " in output, errors
    code, _, errors = call(capsys, "profile", "tiny-en-it")
    assert code == 2 and f"the name of a pretrained model ({NAME})" in errors
