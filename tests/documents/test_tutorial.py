"""The tutorial's commands, in its order, with 200 pairs and a tiny model."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from lite_transformer_tf.cli.main import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
DATA = ROOT / "tests" / "upgrade" / "fixtures" / "data"
COMMANDS = [shlex.split(line) for line in re.findall(r"^    lite-transformer (.+)$", PAGE, re.MULTILINE)]
SMALL = {
    "train": "model.embed_dim=16 model.kernel_sizes=[3] model.heads=2 model.cross_attention_heads=2 "
    "training.max_updates=6 training.towers=1 training.average=0 decoding.beam_size=3 decoding.max_length=8",
    "compress": "pruning.training.epochs=1 quantization.epochs=1 quantization.average=0 check_limit=2 buckets=[64]",
}
"""Settings that make a command quick; everything else is as it stands there."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where the reader works: `my_data` as step 2 says."""
    folder = tmp_path_factory.mktemp("tutorial")
    (folder / "my_data").mkdir()
    for stem, count in (("train", 200), ("test", 4)):
        sides = [(DATA / f"{stem}.{language}").read_text().splitlines()[:count] for language in ("en", "fr")]
        rows = "".join(f"{source}\t{target}\n" for source, target in zip(*sides, strict=True))
        (folder / "my_data" / f"{stem}.tsv").write_text(rows)
    return folder


def run(command: list[str]) -> None:
    settings = [part for setting in SMALL.get(command[0], "").split() for part in ("--set", setting)]
    less = ["--buckets", "64", "--check-limit", "4"] if command[0] == "export" else []
    assert main([*command, *settings, *less]) == 0, command


def test_every_command_of_the_page_works(folder, monkeypatch, capfd):
    monkeypatch.chdir(folder)
    shown = {}
    for command in COMMANDS:
        if command[0] != "compress":
            run(command)
            shown.setdefault(command[0], []).append(capfd.readouterr().out)
    assert list(shown) == ["train", "translate", "evaluate", "export", "pack"]
    n_best, of_the_download = shown["translate"]
    assert [line.split("\t")[0] for line in n_best.splitlines()] == ["1"] * 3 and of_the_download.strip()
    assert (folder / "my_run" / "run.png").is_file() and (folder / "my-translator.ltpk").stat().st_size < 1e6
    report = json.loads((folder / "my_scores" / "report.json").read_text())
    assert re.search(r"bleu", json.dumps(report), re.IGNORECASE)


@pytest.mark.slow
def test_the_thorough_way_makes_the_download_that_the_page_names(folder, monkeypatch):
    monkeypatch.chdir(folder)
    train, compress = [next(command for command in COMMANDS if command[0] == name) for name in ("train", "compress")]
    run(train)
    run(compress)
    for path in re.findall(r"`(my_small/[^`]+)`", PAGE):
        assert Path(path).is_file(), path
