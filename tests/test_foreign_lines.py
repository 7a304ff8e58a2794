"""No line of another library in the output of a program, and no line of anybody else lost."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from lite_transformer_tf._foreign_lines import unknown
from tests.architecture.source import ROOT

pytestmark = pytest.mark.light

FOREIGN = """WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1795857013.269859   29304 cudart_stub.cc:31] Could not find cuda drivers on your machine.
E0000 00:00:1795857016.494628   29304 cuda_platform.cc:52] failed call to cuInit: INTERNAL: CUDA error
INFO: Created TensorFlow Lite XNNPACK delegate for CPU.
Using TensorFlow backend
normalizer.cc(51) LOG(INFO) precompiled_charsmap is empty. use identity normalization.
"""
OTHER = """E0000 00:00:1795857016.494628   29304 service.cc:52] out of memory
ERROR: tensorflow/lite/kernels/gather.cc:150 index out of bounds
I am a sentence. INFO: Created TensorFlow Lite XNNPACK delegate for CPU.
F0000 00:00:1795857016.494628   29304 cuda_platform.cc:52] fatal
"""
OURS = re.compile(r"\d+ answers have faults that the copy check found \(docs/trust.md\)")
HOLD = "import os, sys\nfrom lite_transformer_tf._foreign_lines import held_back\n"
TRANSLATE = ["translate", "tests/upgrade/fixtures/bundle", "Where is it?", "--beam-size", "1"]


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    variables |= {"PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(
        [sys.executable, "-c", code], env=variables, capture_output=True, text=True, timeout=240, cwd=ROOT
    )


def program(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return python(f"from lite_transformer_tf.cli.main import main; sys_exit = main({list(arguments)!r})", **environment)


def test_known_lines() -> None:
    assert unknown(FOREIGN.encode()) == b""
    assert unknown((FOREIGN + OTHER).encode()).decode() == OTHER


def test_lines_are_dropped_only_when_all_goes_well() -> None:
    write = f"os.write(2, {FOREIGN.encode()!r}); print('ours', file=sys.stderr); os.write(2, {OTHER.encode()!r})"
    done = python(f"{HOLD}with held_back(): {write}\nos.write(2, b'after')")
    assert (done.stdout, done.stderr) == ("", f"ours\n{OTHER}after")
    failed = python(f"{HOLD}with held_back():\n    {write}\n    raise ValueError('broken')")
    assert failed.stderr.startswith(f"{FOREIGN}ours\n{OTHER}Traceback")
    asked = python(f"{HOLD}with held_back(): {write}", TF_CPP_MIN_LOG_LEVEL="0")
    assert asked.stderr == f"{FOREIGN}ours\n{OTHER}"


def test_nested_uses_other_threads_and_a_closed_descriptor() -> None:
    code = f"""{HOLD}
import threading
def hold():
    with held_back():
        os.write(2, b"Using TensorFlow backend\\n")
        os.write(2, b"kept\\n")
with held_back():
    hold()
    thread = threading.Thread(target=hold)
    thread.start()
    thread.join()
for _ in range(50):
    threads = [threading.Thread(target=hold) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
os.write(2, b"end\\n")
with held_back(once="a"):
    os.write(2, b"Using TensorFlow backend\\n")
with held_back(once="a"):
    os.write(2, b"Using TensorFlow backend\\n")
os.close(2)
with held_back():
    pass
print("alive")
"""
    done = python(code)
    lines = done.stderr.splitlines()
    assert done.stdout == "alive\n"
    assert lines.count("kept") == 202
    assert lines[lines.index("end") :].count("Using TensorFlow backend") == 1


def test_what_another_thread_ends_to_write_too_late_is_passed_on_later() -> None:
    """The thread has the file in which lines are held, as a write has that is preempted before it copies its bytes."""
    code = f"""{HOLD}
import threading, time
done = threading.Event()
threading.Thread(target=done.wait, daemon=True).start()
for text in (b"first\\n", b"second\\nUsing TensorFlow backend\\n"):
    with held_back():
        begun = os.dup(2)
    os.write(begun, text)
    os.write(2, b"between\\n")
    os.close(begun)
"""
    assert python(code).stderr == "between\nfirst\nbetween\nsecond\n"


@pytest.mark.parametrize(
    "arguments, output",
    [
        (TRANSLATE, 1),
        (["profile", "tests/upgrade/fixtures/bundle"], None),
        (
            [
                "evaluate",
                "tests/upgrade/fixtures/bundle",
                "--data-dir",
                "tests/upgrade/fixtures/data",
                "--split",
                "valid",
            ],
            5,
        ),
        (["--help"], None),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_programs_without_tensorflow_write_only_their_own_lines(arguments: list[str], output: int | None) -> None:
    done = program(*arguments)
    assert done.returncode == 0
    assert [line for line in done.stderr.splitlines() if not OURS.fullmatch(line)] == []
    assert output is None or len(done.stdout.splitlines()) == output


def test_who_asks_for_the_lines_sees_them() -> None:
    done = program(*TRANSLATE, TF_CPP_MIN_LOG_LEVEL="0")
    assert "Created TensorFlow Lite XNNPACK delegate" in done.stderr
