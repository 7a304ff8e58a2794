"""What a run shows and keeps: display, log, TensorBoard events, picture; threads and stop requests."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer

from lite_transformer_tf.cores import usable_cores
from lite_transformer_tf.report import environment
from lite_transformer_tf.training.display import Display, format_seconds
from lite_transformer_tf.training.picture import draw_run
from lite_transformer_tf.training.progress import Interval, Progress
from lite_transformer_tf.training.runlog import RunLog, read_log
from lite_transformer_tf.training.signals import StopRequest
from lite_transformer_tf.training.threads import default_towers


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_format_seconds():
    assert [format_seconds(value) for value in (0, 59.6, 3661, 100_000)] == [
        "0:00:00",
        "0:01:00",
        "1:01:01",
        "27:46:40",
    ]


def test_lines_when_it_is_no_terminal():
    """Speed and time left come from batches after the first: 100 tokens in 0.5 s, 8 of 10 batches left."""
    stream = io.StringIO()
    display = Display(epochs=2, stream=stream, line_seconds=0.0)
    display.begin_epoch(0, 0, 5, 10)
    display.batch(1, 4.0, 100, 60.0, 1e-3)
    display.batch(2, 3.5, 100, 0.5, 2e-3)
    display.end_epoch()
    display.line("epoch done")
    lines = stream.getvalue().splitlines()
    assert lines[1] == "epoch 1/2  update 2  loss 3.500  lr 2.00e-03  200 tokens/s  0:00:04 left"
    assert lines[2] == "epoch done"
    seldom = io.StringIO()
    display = Display(epochs=2, stream=seldom, line_seconds=1000.0)
    display.begin_epoch(0, 0, 5, 10)
    display.batch(1, 4.0, 100, 0.5, 1e-3)
    assert seldom.getvalue() == ""


def test_a_bar_on_a_terminal():
    stream = Terminal()
    display = Display(epochs=3, stream=stream)
    display.begin_epoch(1, 2, 4, 6)
    display.batch(7, 4.0, 100, 0.5, 1e-3)
    display.batch(8, 4.0, 100, 0.5, 1e-3)
    display.line("said above the bar")
    display.end_epoch()
    shown = stream.getvalue()
    assert "epoch 2/3" in shown and "4/4" in shown and "200 tokens/s" in shown and "said above the bar\n" in shown


def test_quiet_shows_nothing():
    stream = Terminal()
    display = Display(epochs=1, stream=stream, quiet=True)
    display.begin_epoch(0, 0, 1, 1)
    display.batch(1, 4.0, 100, 0.5, 1e-3)
    display.line("hush")
    display.end_epoch()
    assert stream.getvalue() == ""


def test_the_log_is_cut_where_the_state_ends(tmp_path):
    path = tmp_path / "log.jsonl"
    log = RunLog(path)
    log.write("update", 1, {"loss": 2.0})
    size = log.size
    log.write("update", 2, {"loss": float("nan")})
    log.close()
    assert read_log(path)[1] == {"kind": "update", "update": 2, "loss": None}
    path.write_bytes(path.read_bytes() + b'{"kind": "upd')
    assert len(read_log(path)) == 2, "a line that a killed process left unfinished is no record"
    log = RunLog(path, size)
    log.write("validation", 2, {"bleu": 3.0})
    log.close()
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"kind": "update", "update": 1, "loss": 2.0},
        {"kind": "validation", "update": 2, "bleu": 3.0},
    ]


def test_tensorboard_reads_the_events(tmp_path):
    log = RunLog(tmp_path / "log.jsonl", tensorboard=tmp_path / "tb")
    log.write("update", 5, {"loss": 2.5, "note": "text is left out"})
    log.write("validation", 6, {"bleu": 31.0})
    log.close()
    assert scalars(tmp_path / "tb") == {"train/loss": [(5, 2.5)], "validation/bleu": [(6, 31.0)]}


def scalars(directory: Path) -> dict[str, list[tuple[int, float]]]:
    """(step, value) by name, as TensorBoard's page of scalars reads them."""
    events = EventMultiplexer().AddRunsFromDirectory(str(directory)).Reload()
    return {
        f"{run}/{tag}".removeprefix("./"): [
            (event.step, float(tf.make_ndarray(event.tensor_proto))) for event in events.Tensors(run, tag)
        ]
        for run, content in events.PluginRunToTagToContent("scalars").items()
        for tag in content
    }


def test_the_callback_of_keras(tmp_path):
    """It needs the tensorboard package, which TensorFlow does not bring any more."""
    model = keras.Sequential([keras.layers.Dense(1, kernel_initializer="zeros")])
    model.compile(keras.optimizers.SGD(0.25), "mse")
    callback = keras.callbacks.TensorBoard(tmp_path, write_graph=False)
    inputs, outputs = np.ones((4, 1), np.float32), np.ones((4, 1), np.float32)
    history = model.fit(inputs, outputs, epochs=2, verbose=0, callbacks=[callback]).history
    losses = [(epoch, pytest.approx(loss)) for epoch, loss in enumerate(history["loss"])]
    assert scalars(tmp_path)["train/epoch_loss"] == losses and history["loss"][0] == 1.0


def test_progress_round_trip():
    progress = Progress(
        epoch=2, batch=7, best_score=1 / 3, best_update=5, snapshots=[3, 9], interval=Interval(1, 20, 0.1, 0.2, 0.3)
    )
    assert Progress.from_json(progress.to_json()) == progress


def test_progress_of_earlier_versions():
    """The count had another name, and a run could be finished before any model could be chosen: it resumes."""
    known = {"epoch": 4, "batch": 0, "update": 40, "interval": {}}
    stored = {**known, "fruitless": 3, "best_score": 2.0, "best_update": 10, "finished": True, "stopped_early": True}
    progress = Progress.from_json(json.dumps(stored))
    assert (progress.without_improvement, progress.finished, progress.stopped_early) == (3, True, True)
    progress = Progress.from_json(json.dumps({**known, "fruitless": 4, "finished": True, "stopped_early": True}))
    assert (progress.without_improvement, progress.finished, progress.stopped_early) == (0, False, False)


@pytest.mark.parametrize(
    "records", [[], [{"kind": "update", "update": 2, "loss": 3.0, "nll": None, "learning_rate": 0.1}]]
)
def test_a_picture_of_few_records(records, tmp_path):
    draw_run(records, tmp_path / "run.png")
    draw_run([*records, {"kind": "validation", "update": 4, "nll": 2.0, "bleu": 12.5}], tmp_path / "run.png", "title")
    assert (tmp_path / "run.png").read_bytes().startswith(b"\x89PNG")
    assert [path.name for path in tmp_path.iterdir()] == ["run.png"]


def test_a_stop_request_catches_signals_and_puts_handlers_back():
    before = signal.getsignal(signal.SIGTERM)
    with StopRequest() as stop:
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.requested
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGTERM) is before


def test_threads_are_set_before_tensorflow_starts_and_refused_after():
    program = (
        "import warnings, lite_transformer_tf, tensorflow as tf\n"
        "from lite_transformer_tf.training.threads import configure_threads, default_towers\n"
        "assert configure_threads(1, 3) == (1, 3)\n"
        "tf.constant(1) + 1\n"
        "assert default_towers() >= 1\n"
        "assert configure_threads(1, 3) == (1, 3)\n"
        "with warnings.catch_warnings(record=True) as caught:\n"
        "    warnings.simplefilter('always')\n"
        "    assert configure_threads(2, 5) == (1, 3)\n"
        "assert 'already started' in str(caught[0].message), caught\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60, capture_output=True)


def test_towers_threads_and_report_count_the_cores_of_the_process(monkeypatch):
    for cores, towers in (({0}, 1), ({3, 5}, 2), (set(range(64)), 2)):
        monkeypatch.setattr(os, "sched_getaffinity", lambda process, cores=cores: cores, raising=False)
        assert (usable_cores(), default_towers(), environment()["cores"]) == (len(cores), towers, len(cores))
