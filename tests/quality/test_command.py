"""The whole command with real trainings of seconds: plan, search, seeds, measurements, table, plots, analysis."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from benchmarks.quality.__main__ import check, data_of, train_all, write
from benchmarks.quality.analyse import analyse
from benchmarks.quality.budgets import computed
from benchmarks.quality.cases import read_cases
from benchmarks.quality.child import work
from benchmarks.quality.plan import plan_lines, steps
from benchmarks.quality.records import write_record
from benchmarks.quality.runs import BEGUN, DIVERGED, DONE, OPEN, Comparison, Run
from lite_transformer_tf.boundary.errors import Failure
from lite_transformer_tf.files import atomic_write_json, atomic_write_text
from lite_transformer_tf.training.run_directory import finished_figures
from tests.training.conftest import write_splits

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
TINY = Path(__file__).with_name("tiny.yaml")


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A folder with data and sizes."""
    folder = tmp_path_factory.mktemp("quality")
    (folder / "data" / "words").mkdir(parents=True)
    write_splits(folder / "data" / "words", 200, 12)
    (folder / "data" / "prose").mkdir()
    line = "the cat sees a dog and the dog sees a cat under the old tree .\n"
    for split, count in (("train", 60), ("valid", 6), ("test", 7)):
        (folder / "data" / "prose" / f"{split}.txt").write_text(line * count)
    atomic_write_json(folder / "sizes.json", computed(read_cases(TINY)))
    return folder


def train_here(comparison: Comparison, data: Path) -> int:
    """The loop of the command within this process; returns the number of runs that were trained or measured."""
    count = 0
    for run in comparison.runs():
        if run.state not in (DONE, DIVERGED):
            config = run.config_file
            config.parent.mkdir(parents=True, exist_ok=True)
            atomic_write_text(config, run.configuration().to_yaml())
            where = data_of(run, data), run.directory, run.record_file
            assert work(comparison.case.task, config, *where, not run.searches) == 0
            count += 1
    return count


@pytest.fixture(scope="module")
def trained(place) -> list[Comparison]:
    cases = read_cases(TINY)
    found = [Comparison(place / "runs", name, case, False, place / "sizes.json") for name, case in cases.items()]
    assert [train_here(comparison, place / "data") for comparison in found] == [2 * 2 + 2, 1 + 1]
    return found


def report_of(run: Run) -> dict[str, Any]:
    """The report that the training wrote."""
    found = finished_figures(run.directory)
    assert found is not None
    return found


def test_what_has_finished_is_not_trained_again(trained, place):
    assert [train_here(comparison, place / "data") for comparison in trained] == [0, 0]
    assert all(step.state == DONE for comparison in trained for step in steps(comparison))
    text = plan_lines(trained)
    assert text[-1].startswith("all: 8 runs, 8 done; ")


def test_the_search_takes_the_lowest_validation_loss(trained):
    words = trained[0]
    search = words.search("tiny", "lite")
    losses = search.results()
    assert list(losses) == [0.005, 0.01] and search.chosen == min(losses, key=losses.get)
    assert search.at_edge and words.run("tiny", "lite", 1).rate == search.chosen
    assert search.runs[0].figures["updates"] == 4
    assert words.run("tiny", "lite", 1).figures["updates"] == 12


def test_table_and_plots(trained, place):
    write(trained, place / "tables")
    figures = json.loads((place / "tables" / "quality.json").read_text())["cases"]
    words, prose = figures["words"], figures["prose"]
    assert words["missing"] == [] and words["fair"] == {"same_vocabulary": True, "different_tokens": {}}
    rows = words["budgets"]["tiny"]["architectures"]
    for architecture, row in rows.items():
        report = report_of(trained[0].run("tiny", architecture, 1))
        assert row["scores"]["bleu"]["mean"] == report["test"]["bleu"]
        assert row["sizes"]["parameters"]["total"] == report["model"]["parameters"]
        assert row["sizes"]["bytes"]["int8"] < row["sizes"]["bytes"]["float32"]
    assert abs(rows["lite"]["sizes"]["mult_adds"]["paper"] / 300_000 - 1) < 0.1
    [bleu] = [entry for entry in words["budgets"]["tiny"]["differences"] if entry["score"] == "bleu"]
    assert bleu["mean"] == rows["lite"]["scores"]["bleu"]["mean"] - rows["transformer"]["scores"]["bleu"]["mean"]
    assert 0 < bleu["by_seed"]["1"]["p"] <= 1
    report = report_of(trained[1].run("tiny", "lite", 1))
    row = prose["budgets"]["tiny"]["architectures"]["lite"]
    assert row["scores"]["perplexity"]["mean"] == report["test"]["perplexity"]
    page = (place / "tables" / "quality.md").read_text()
    assert "## Words of two toy languages" in page and "| tiny | Lite Transformer |" in page
    assert "same number of target tokens" in page and "perplexity per token" in page
    assert {path.name for path in (place / "tables").iterdir()} == {
        "quality.json", "quality.md", "words.png", "prose.png",
    }  # fmt: skip


def test_the_loss_of_windows_is_the_perplexity(trained):
    run = trained[1].run("tiny", "lite", 1)
    segments = run.figures["segments"]["perplexity"]
    total, tokens = (sum(column) for column in zip(*segments))
    assert tokens == report_of(run)["test"]["tokens"]
    assert total / tokens == pytest.approx(report_of(run)["test"]["nll"], rel=1e-6)


def test_the_full_extent_is_missing(trained, place):
    full = Comparison(place / "runs", "words", trained[0].case, True, place / "sizes.json")
    write([full], place / "full")
    page = (place / "full" / "quality.md").read_text()
    for run in ("lite/seed-2", "evolved/seed-1", "evolved/seed-2"):
        assert f"- Missing: words/tiny/{run}: to do." in page


def test_analysis(trained, place):
    words, prose = (comparison.run("tiny", "lite", 1).directory for comparison in trained)
    found = analyse(words, place / "data" / "words", place / "words", 8)
    assert [row["branch"] for row in found["branches"]][0] == "encoder/layer_0/attention"
    rows = found["ablation"]
    assert len(rows) == 5 and rows[0]["branch"] is None and {"nll", "bleu"} <= rows[1].keys()
    assert len({row["nll"] for row in rows}) == 5
    names = {path.name for path in (place / "words").iterdir()}
    assert names == {"encoder.png", "decoder.png", "analysis.md", "analysis.json"}
    found = analyse(prose, place / "data" / "prose", place / "prose", 4)
    assert len(found["ablation"]) == 3 and {"nll", "perplexity"} <= found["ablation"][1].keys()


def test_a_diverged_rate_is_left_out(trained, place):
    search = trained[0].search("tiny", "transformer")
    best = next(run for run in search.runs if run.rate == search.chosen)
    kept = best.record_file.read_text()
    write_record(best.record_file, best.configuration(), best.figures["data"], {"diverged": "The loss is nan"})
    try:
        assert search.chosen != best.rate and search.results()[best.rate] is None
        assert {run.state for run in search.runs} == {DIVERGED, DONE}
    finally:
        best.record_file.write_text(kept)


def test_records_stand_for_runs_that_are_not_there(trained, place):
    """On a machine without the runs the records give the same table, and nothing is trained again."""
    moved = [dataclasses.replace(one, output=place / "elsewhere", records=place / "runs") for one in trained]
    assert train_all(moved, place / "data") == 0 and not (place / "elsewhere").exists()
    for name, comparisons in (("here", trained), ("there", moved)):
        write(comparisons, place / name)
    assert (place / "here" / "quality.md").read_text() == (place / "there" / "quality.md").read_text()
    apart = dataclasses.replace(trained[1], records=place / "no-records")
    assert [run.state for run in apart.search("tiny", "lite").runs] == [BEGUN]


def test_a_record_holds_for_its_configuration_its_model_and_its_data(trained, place):
    run = trained[1].search("tiny", "lite").runs[0]
    assert run.state == DONE
    assert dataclasses.replace(run, architecture="transformer", rate=0.5).state == OPEN
    kept = run.record_file.read_text()
    changed = json.loads(kept)
    run.record_file.write_text(json.dumps({**changed, "weights": "0" * 64}))
    assert run.state == BEGUN
    run.record_file.write_text(json.dumps({**changed, "configuration": "0" * 64}))
    assert run.state == BEGUN
    run.record_file.write_text(json.dumps({**changed, "data": {**changed["data"], "train": "0" * 64}}))
    with pytest.raises(Failure, match=r"of the data that are given. Received: .*record.json, where \['train'\] differ"):
        check(trained, place / "data")
    run.record_file.write_text(kept)
    check(trained, place / "data")


def test_a_killed_command_resumes_to_the_same_weights(trained, place):
    """The command in its own process, killed in the midst of a training, ends like the one that nobody disturbed."""
    command = [sys.executable, "-m", "benchmarks.quality", "--cases", str(TINY), "--sizes", str(place / "sizes.json")]
    command += ["--case", "prose", "--data-dir", str(place / "data"), "--output", str(place / "killed")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    first = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    checkpoints = place / "killed" / "prose" / "tiny" / "lite" / "seed-1" / "checkpoints"
    deadline = time.monotonic() + 600
    while not list(checkpoints.glob("ckpt-*.index")) and first.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    measured = [
        json.loads((place / folder / "prose" / "tiny" / "lite" / "seed-1.record.json").read_text())
        for folder in ("killed", "runs")
    ]
    assert measured[0]["segments"] == measured[1]["segments"]
