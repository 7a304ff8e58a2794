"""The whole program with a tiny teacher: real models, real files."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lite_transformer_tf.data.config import CorpusConfig
from lite_transformer_tf.data.held_out import HeldOutTexts
from lite_transformer_tf.data.named_files import open_pairs
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.distillation import teacher as teacher_module
from lite_transformer_tf.distillation.program import Distillation
from lite_transformer_tf.distillation.settings import DistillationSettings
from lite_transformer_tf.tasks.stored_model import find_model
from tests.cli.models import SOURCES, TARGETS, encoder_decoder
from tests.hard.file_damage import contents
from train.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
WORDS = "one two three four five six seven minus and is".split()
TEXTS = [f"{a} {b} {c}" for a in WORDS for b in WORDS[:3] for c in WORDS[:2]]
OPTIONS = DecodingOptions(beam_size=2, n_best=2, max_length=6)
SETTINGS = DistillationSettings(keep="all", block=16, decoding=OPTIONS, max_ratio=None)
FILES = ("answers.jsonl", "distilled.jsonl", "distillation.json")


@pytest.fixture(scope="module")
def teacher(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("teacher") / "model"
    encoder_decoder("translation", folder)
    return folder


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("texts")
    (folder / "train.en").write_text("".join(f"{text}\n" for text in [*SOURCES, SOURCES[0]]))
    (folder / "train.de").write_text("".join(f"{text}\n" for text in [*TARGETS, "eins"]))
    (folder / "valid.de").write_text(f"{TARGETS[1].upper()}\n")
    (folder / "texts.en").write_text("".join(f"{text}\n" for text in TEXTS))
    return folder


class Stopped(Exception):
    """In the place of a kill."""


def distillation(teacher: Path, files: Path, monkeypatch, settings: DistillationSettings = SETTINGS) -> Distillation:
    from lite_transformer_tf.data.plain_text import PlainText

    monkeypatch.setattr(teacher_module, "PIECE", 8)
    return Distillation(find_model(teacher), PlainText.from_file(files / "texts.en"), HeldOutTexts(), settings)


def test_a_stopped_distillation_ends_with_the_same_bytes(teacher, files, tmp_path, monkeypatch):
    asked = distillation(teacher, files, monkeypatch)
    straight = asked.run(tmp_path / "straight")

    def stop(line: str) -> None:
        if line.startswith("32 of 60"):
            raise Stopped

    with pytest.raises(Stopped):
        asked.run(tmp_path / "stopped", stop)
    assert not (tmp_path / "stopped" / "report.json").exists()
    with (tmp_path / "stopped" / "answers.jsonl").open("ab") as stream:
        stream.write(b'[{"text": "half a li')  # of a block that was not finished
    lines: list[str] = []
    resumed = asked.run(tmp_path / "stopped", lines.append)
    assert "resuming behind 32 of 60 texts" in lines
    for name in FILES:
        assert (tmp_path / "straight" / name).read_bytes() == (tmp_path / "stopped" / name).read_bytes(), name
    assert resumed["counts"] == straight["counts"] and resumed["files"] == straight["files"]
    counts = straight["counts"]
    assert counts["texts"] == 60 and counts["answers"] == counts["distilled"] + sum(counts["answers_left_out"].values())
    assert asked.run(tmp_path / "stopped", lines.append) == resumed and lines[-1].endswith("is finished")
    refused(teacher, files, tmp_path / "stopped", monkeypatch)


def test_damaged_answers_are_answered_again_and_lost_files_written_again(teacher, files, tmp_path, monkeypatch):
    asked, lines = distillation(teacher, files, monkeypatch), []
    straight = asked.run(tmp_path)
    whole = contents(tmp_path)
    blocks = json.loads(whole["progress.json"])["blocks"]
    assert [block["texts"] for block in blocks] == [16, 32, 48, 60]
    answers = tmp_path / "answers.jsonl"
    for place, kept in ((blocks[1]["bytes"] + 40, 32), (10, 0)):
        data = bytearray(whole["answers.jsonl"])
        data[place] ^= 1
        answers.write_bytes(data)
        (tmp_path / "report.json").unlink()
        assert asked.run(tmp_path, lines.append)["files"] == straight["files"]
        assert f"the last {60 - kept} of its 60 texts are answered again" in "".join(lines)
        assert answers.read_bytes() == whole["answers.jsonl"]
        lines.clear()
    answers.unlink()
    (tmp_path / "distilled.jsonl").write_bytes(whole["distilled.jsonl"][:-1])
    assert asked.run(tmp_path, lines.append)["files"] == straight["files"]
    assert "distilled.jsonl is missing or damaged" in lines[0] and "the last 60 of its 60 texts" in "".join(lines)
    assert {name: contents(tmp_path)[name] for name in FILES} == {name: whole[name] for name in FILES}


def refused(teacher: Path, files: Path, output: Path, monkeypatch) -> None:
    """Other settings for an output that is there."""
    other = DistillationSettings(keep="best", block=16, decoding=OPTIONS.replace(beam_size=3), max_ratio=None)
    with pytest.raises(ValueError, match=r"settings.decoding.beam_size: 2 -> 3; settings.keep: 'all' -> 'best'. Rec"):
        distillation(teacher, files, monkeypatch, other).run(output)


def test_pairs_of_a_directory_are_interpolated_and_held_out_texts_left_out(teacher, files, tmp_path, capsys):
    arguments = [
        "--data-dir",
        str(files),
        "--languages",
        "en",
        "de",
        "--output",
        str(tmp_path / "out"),
        "--n-best",
        "2",
    ]
    arguments += ["--beam-size", "2", "--max-length", "6", "--score-weight", "0", "--max-ratio", "100"]
    assert main(["distill", str(teacher), *arguments]) == 0
    shown = capsys.readouterr()
    counts = json.loads((tmp_path / "out" / "report.json").read_text())["counts"]
    assert counts["read"] == 5 and list(counts["left_out"].values()) == [1], "one target is in valid.de"
    assert counts["texts"] == 3 and counts["real_pairs"] == 4
    real = list(open_pairs(CorpusConfig(str(tmp_path / "out" / "real.jsonl")), ("en", "de")))
    kept = [(SOURCES[place], TARGETS[place]) for place in (0, 2, 3)]
    assert real == [*kept, (SOURCES[0], "eins")]
    distilled = list(open_pairs(CorpusConfig(str(tmp_path / "out" / "distilled.jsonl")), ("en", "de")))
    assert {source for source, _ in distilled} <= {source for source, _ in kept}
    assert counts["distilled"] == len(distilled) == 4 - sum(counts["answers_left_out"].values())
    assert f"distilled.jsonl: {len(distilled)} pairs\nreal.jsonl: 4 pairs\n" in shown.out
    assert "5 read, 3 different texts to answer, 4 real pairs; left out: 1 held out" in shown.err


def test_back_translation(teacher, files, tmp_path):
    """The best answers, as the generator gives them, in the order of the texts."""
    arguments = ["--texts", str(files / "train.en"), "--output", str(tmp_path / "out"), "--reverse", "--quiet"]
    assert main(["distill", str(teacher), *arguments, "--beam-size", "1", "--max-length", "6"]) == 0
    found = [json.loads(line) for line in (tmp_path / "out" / "distilled.jsonl").read_text().splitlines()]
    generator = find_model(teacher).task.open_sequences(find_model(teacher))
    answers = [found[0] for found in generator.generate(SOURCES, OPTIONS.replace(beam_size=1, n_best=1))]
    expected = [
        {"source": answer.text, "target": text, "score": round(answer.score, 4)}
        for text, answer in zip(SOURCES, answers)
        if answer.text.strip()
    ]
    assert [{**row, "score": round(row["score"], 3)} for row in found] == [
        {**row, "score": round(row["score"], 3)} for row in expected
    ]
    assert not (tmp_path / "out" / "real.jsonl").exists()


@pytest.mark.parametrize(
    "arguments, message",
    [
        ("--output {out}", "Give the texts by one of --data-dir, --pairs, --texts. Received: none of them"),
        ("--output {out} --texts {en} --pairs {en}", "Received: --pairs and --texts"),
        ("--output {out} --texts {en} --split valid", "--split is for --data-dir"),
        ("--output {out} --texts {en} --keep interpolated", "--keep interpolated needs references"),
        ("--output {out} --texts {en} --n-best 3 --beam-size 2", "n_best must not exceed beam_size, 2"),
        ("--output {out} --texts {en} --min-confidence 0.5", "needs a teacher that was calibrated in training"),
        ("--output {out} --texts {en} --max-ratio 0.5", "max_ratio must"),
        ("--output {out} --texts {en} --exclude nothing.en", "--exclude must name a file that exists"),
        ("--output {folder} --texts {en}", "must be a new or empty directory, or that of a distillation"),
        ("--output {out} --pairs {en} {en} {en}", "--pairs takes one file or two. Received: 3"),
    ],
)
def test_wrong_calls_are_refused_before_any_work(arguments, message, teacher, files, tmp_path, capsys):
    filled = arguments.format(out=tmp_path / "out", en=files / "train.en", folder=files)
    assert main(["distill", str(teacher), *filled.split()]) == 2
    assert message in capsys.readouterr().err and not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_killed_process_is_resumed(teacher, files, tmp_path):
    def start(output: Path) -> subprocess.Popen:
        command = [sys.executable, "-m", "train", "distill", str(teacher), "--texts", str(files / "texts.en")]
        command += ["--output", str(output), "--block", "3", "--beam-size", "2", "--keep", "all"]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    killed, progress = start(tmp_path / "killed"), tmp_path / "killed" / "progress.json"
    end = time.monotonic() + 120
    while not progress.is_file():
        assert time.monotonic() < end and killed.poll() is None
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait(60) == -signal.SIGKILL
    for name in ("killed", "straight"):
        assert start(tmp_path / name).wait(120) == 0
    for name in FILES:
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "straight" / name).read_bytes()
