"""Errors of any kind as an exit code and one line."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from lite_transformer_tf.boundary import program, sentences
from lite_transformer_tf.boundary.errors import CommandError, Failure
from lite_transformer_tf.boundary.program import guarded
from lite_transformer_tf.boundary.sentences import LIBRARIES, one_line, told
from lite_transformer_tf.files import OutputError

pytestmark = pytest.mark.light


def of_class(name: str, *bases: type, message: str = "") -> Exception:
    """An error of a class with this full name, which this process need not import."""
    module, _, last = name.rpartition(".")
    return type(last, bases or (Exception,), {"__module__": module})(message)


def of_library(name: str, kind: type[Exception], message: str) -> Exception:
    """An error that code of a library raises."""
    space = {"__name__": name, "kind": kind, "message": message}
    exec("def fail(): raise kind(message)", space)
    with pytest.raises(kind) as caught:
        space["fail"]()
    return caught.value


def found_by_pydantic() -> Exception:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(int).validate_python("a", strict=True)
    return caught.value


TF = sentences.TENSORFLOW
OOM = "{{function_node __wrapped__MatMul}} OOM when allocating tensor with shape[9,9] [Op:MatMul]"
IN_FIT = (
    "Graph execution error:\n\nDetected at node a defined at (recent call last):\n  File b\n\nnames differ\n\t [[c]]"
)
TABLE = [
    (CommandError("A. Received: 1"), 2, "p: A. Received: 1"),
    (ValueError("a\n  b"), 2, "p: a b"),
    (ValueError(), 2, "p: ValueError"),
    (Failure("no"), 1, "p: no"),
    (KeyboardInterrupt(), 130, "p: interrupted"),
    (BrokenPipeError(errno.EPIPE, "Broken pipe"), 141, ""),
    (FileNotFoundError("A file must exist. Received: 'x'"), 2, "p: A file must exist. Received: 'x'"),
    (OSError(errno.ENOENT, "No such file", "x"), 2, "p: The path must exist. Received: 'x'"),
    (OSError(errno.ENOSPC, "No space left on device", "x"), 1, "p: The disk must have room. Received: 'x'"),
    (OSError(errno.EROFS, "Read-only", b"x", None, "y"), 2, "on a read-only file system. Received: 'x' and 'y'"),
    (OSError(errno.ENOSPC, "No space left on device"), 1, "must have room. Received: No space left on device"),
    (OSError(errno.EINVAL, "Invalid argument", "x"), 2, "p: Invalid argument. Received: 'x' (Invalid argument)"),
    (MemoryError(), 1, "p: There is not enough memory. Use a smaller batch or model, or close other programs. Re"),
    (RecursionError("maximum"), 2, "must not be nested so deeply. Received: maximum"),
    (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), 2, "A text must be UTF-8. Received: 'utf-8' codec"),
    (UnicodeEncodeError("ascii", "é", 0, 1, "bad"), 2, "PYTHONIOENCODING"),
    (zipfile.BadZipFile("no zip"), 2, "A file must be whole, and of the kind that its name says. Received: no zip"),
    (EOFError(), 2, "Received: EOFError"),
    (found_by_pydantic(), 2, "p: must be a whole number. Received: 'a'"),
    (ModuleNotFoundError("no", name="tensorflow"), 2, "p` needs TensorFlow: pip install 'lite-transformer-tf[train]'"),
    (ModuleNotFoundError("No module named 'x'", name="x"), 70, "Received: ModuleNotFoundError: No module named 'x'"),
    (KeyError("x"), 70, "LITE_TRANSFORMER_TRACEBACK=1 shows where it arose. Received: KeyError: 'x'"),
    (ZeroDivisionError("division by zero"), 70, "Received: ZeroDivisionError: division by zero"),
    (AttributeError("'NoneType' object has no attribute 'buffer'"), 70, "a fault of the program"),
    (
        of_class(f"{TF}ResourceExhaustedError", message=OOM),
        1,
        "close other programs. Received: OOM when allocating tensor w",
    ),
    (of_class(f"{TF}ResourceExhaustedError", message="a; No space left on device"), 1, "p: The disk must have room."),
    (
        of_class(f"{TF}InvalidArgumentError", type(of_class(f"{TF}OpError")), message=IN_FIT),
        1,
        "p: TensorFlow refused an operation. Received: names differ",
    ),
    (of_class(f"{TF}DataLossError", message="x"), 2, "p: A file must be whole"),
    (of_library("sentencepiece", RuntimeError, "Internal: (model_proto)"), 2, "A vocabulary must be one that Sent"),
    (
        of_library("ai_edge_litert.interpreter", RuntimeError, "Node 7"),
        1,
        "model's file. Received: RuntimeError: Node 7",
    ),
    (of_library("ai_edge_litert.interpreter", ValueError, "Op builtin"), 2, "LiteRT cannot run the model's file. Rec"),
    (
        of_library("lite_transformer_tf.litert.runtime.signature", RuntimeError, "x"),
        1,
        "LiteRT cannot run the model's f",
    ),
    (of_library("tensorflow.python.eager", TypeError, "x"), 1, "refused an operation. Received: TypeError: x"),
    (RuntimeError("A pool must be open. Received: a closed one"), 1, "p: A pool must be open. Received: a closed one"),
    (of_library("lite_transformer_tf.x", RuntimeError, "y"), 70, "Received: RuntimeError: y"),
    (
        OutputError("The output needs a shorter name. Received: 'x'", 36),
        2,
        "p: The output needs a shorter name. Received",
    ),
    (
        OutputError("The output needs space on the disk. Received: 'x'", 28),
        1,
        "p: The output needs space on the disk. ",
    ),
    (
        ValueError("embedded null byte"),
        2,
        "p: The name of a file must have no zero byte. Received: one with a zero byte",
    ),
]


@pytest.mark.parametrize(("error", "code", "line"), TABLE, ids=lambda entry: repr(entry)[:40])
def test_every_error_is_a_code_and_a_line(error, code, line):
    found, told_line = told(error, "p")
    assert found == code and line in told_line and "\n" not in told_line
    assert not line or told_line.startswith("p: " if code != 2 or "pip install" not in line else "`p")


def test_names_of_classes_are_those_of_the_libraries():
    """Those that need no TensorFlow; names change with versions."""
    import importlib

    skipped = ("tensorflow.",)
    for name in sentences.CLASSES:
        if not name.startswith(skipped):
            module, _, last = name.rpartition(".")
            found = getattr(importlib.import_module(module), last)
            assert f"{found.__module__}.{found.__qualname__}" == name
    assert "numpy" not in LIBRARIES, "NumPy raises what this package computes wrongly"


def test_a_line_commands_no_terminal_and_is_bounded():
    assert one_line("a\x1b[2J\n\u202eb\ud800") == "a\\x1b[2J \\u202eb\\ud800"


def test_a_long_value_is_shown_by_its_beginning_and_its_end():
    rule, path = "The path must exist. Received:", "/" + "d/" * 2500
    assert one_line(f"{rule} {path!r}, a link") == (
        f"{rule} '/{'d/' * 79}... (4,764 more characters) ...{'d/' * 39}', a link"
    )
    assert one_line(f"{rule} '{'x' * 298}'") == f"{rule} '{'x' * 298}'"
    assert one_line("\x1b" * 100) == "\\x1b" * 40 + "... (160 more characters) ..." + "\\x1b" * 20
    many = one_line(f"{rule} {'a word ' * 1000}and the end")
    assert len(many) <= 1900 and many.startswith(f"{rule} a word") and many.endswith("a word and the end")


def test_codes_of_what_a_program_returns(capsys):
    assert [guarded("p", lambda code=code: code) for code in (0, None, 1, 130)] == [0, 0, 1, 130]
    assert capsys.readouterr() == ("", "")
    with pytest.raises(SystemExit) as ended:
        guarded("p", lambda: sys.exit(2))
    assert ended.value.code == 2


def test_the_traceback_comes_when_it_is_asked_for(capsys, monkeypatch):
    def fail():
        raise ValueError("rule. Received: 1")

    assert guarded("p", fail) == 2
    assert capsys.readouterr().err == "p: rule. Received: 1\n"
    monkeypatch.setenv(sentences.VARIABLE, "1")
    assert guarded("p", fail) == 2
    written = capsys.readouterr().err
    assert written.startswith("Traceback (most recent call last)") and written.endswith("\np: rule. Received: 1\n")


def test_an_interrupt_that_a_library_turned_into_its_own_error(capsys):
    import signal

    def work():
        try:
            os.kill(os.getpid(), signal.SIGINT)
            signal.sigtimedwait([], 5)
        except KeyboardInterrupt as error:
            raise ImportError("numpy failed") from error

    before = signal.getsignal(signal.SIGINT)
    assert guarded("p", work) == 130
    assert capsys.readouterr().err == "p: interrupted\n"
    assert signal.getsignal(signal.SIGINT) is before and program._interrupts == []


STREAMS = """
import os, sys
from lite_transformer_tf.boundary.program import guarded
def work():
    with open(sys.argv[1], "w") as file:
        assert file.fileno() > 2, file.fileno()
        if "in" in sys.argv[2]:
            sys.stdin.buffer.read()
        if "out" in sys.argv[2]:
            print("text")
sys.exit(guarded("p", work))
"""


@pytest.mark.parametrize(
    ("redirections", "uses", "code", "line"),
    [
        ("<&- >&-", "none", 0, ""),
        (">&-", "out", 1, "p: Standard output must take what is written. Received: Bad file descriptor\n"),
        ("<&-", "in", 1, "p: A standard stream must be open. Received: Bad file descriptor\n"),
        ("<&- >&- 2>&-", "in", 1, ""),
        ("| true", "out", 141, ""),
    ],
)
def test_closed_streams(redirections, uses, code, line, tmp_path):
    command = f'"{sys.executable}" -c "$PROGRAM" "{tmp_path / "file"}" {uses}'
    if redirections.startswith("|"):
        command = f"set -o pipefail; (sleep 0.5; {command}) {redirections}"
    else:
        command = f"{command} {redirections}"
    environment = {**os.environ, "PROGRAM": STREAMS, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (code, line)
    assert (tmp_path / "file").read_bytes() == b""


def test_names_of_files_that_are_no_unicode_are_printed_as_they_are():
    code = (
        "import sys; from lite_transformer_tf.boundary.program import guarded; guarded('p', lambda: print(sys.argv[1]))"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", code, b"a\xff"], env=environment, capture_output=True, timeout=300)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"a\xff\n", b"")


IMPORTS = """
import os, signal, sys
from importlib.abc import MetaPathFinder
class Interrupting(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "lite_transformer_tf.cli.programs":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
from lite_transformer_tf.cli.main import main
sys.exit(main(["--version"]))
"""


def test_an_interrupt_during_the_imports_of_a_program():
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", IMPORTS], env=environment, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "lite-transformer: interrupted\n")
