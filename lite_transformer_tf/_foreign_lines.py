"""Keeps the start-up lines of other libraries out of a program's output.

TensorFlow, LiteRT and keras-nlp write lines about themselves to standard error, or into the middle of a streamed text,
and no setting silences all of them. What is written in three moments is therefore held back: while such a library is
imported, while TensorFlow looks for devices, and while a file or a vocabulary is opened. Known lines are dropped, all
others are passed on; when the moment ends with an error, everything is passed on. A user who sets the environment
variable `TF_CPP_MIN_LOG_LEVEL` to 0 or 1 before Python starts sees everything at once.
"""

from __future__ import annotations

import atexit
import ctypes
import functools
import io
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

VARIABLE = "TF_CPP_MIN_LOG_LEVEL"
WANTED = os.environ.get(VARIABLE, "2") in ("0", "1")
"""Whether the user asked for the lines."""

KNOWN = re.compile(
    rb"WARNING: All log messages before absl::InitializeLog\(\)"
    rb"|[IW]\d{4} \d\d:\d\d:\d+\.\d+ +\d+ \w+\.cc:\d+\] "
    rb"|E\d{4} \d\d:\d\d:\d+\.\d+ +\d+ (cuda|computation_placer)\w*\.cc:\d+\] "
    rb"|To enable the following instructions: .* rebuild TensorFlow with the appropriate compiler flags\.$"
    rb"|INFO: Created TensorFlow Lite XNNPACK delegate for CPU\."
    rb"|Using TensorFlow backend$"
    rb"|\w+\.cc\(\d+\) LOG\(INFO\) "
)
"""The beginnings of lines that only tell how a library starts."""

_SET_MIN_LOG_LEVEL = "_ZN4absl12lts_2025081414SetMinLogLevelENS0_18LogSeverityAtLeastE"
"""absl::SetMinLogLevel(absl::LogSeverityAtLeast), as the pinned TensorFlow exports it."""
_ABSL_ERROR = 2

_UNDER_WAY = 0.02
"""Seconds in which another thread ends a write that it had begun. What comes later still is passed on later."""


class _Held:
    """The file in which lines are held, one for the life of a process, so that no late write of a thread is lost.

    Args:
        descriptor: The file, in memory.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._process, self._read = os.getpid(), 0

    @property
    def own(self) -> bool:
        """Whether this process made it, not the one that it was forked from."""
        return self._process == os.getpid()

    def take(self) -> bytes:
        """What was written since the last call."""
        written = os.pread(self.descriptor, os.fstat(self.descriptor).st_size - self._read, self._read)
        self._read += len(written)
        return written


_holding = threading.Lock()
_over: set[str] = set()
_held: _Held | None = None
F = TypeVar("F", bound=Callable[..., Any])


def unknown(written: bytes) -> bytes:
    """What is left of `written` without known lines."""
    return b"".join(line for line in written.splitlines(keepends=True) if not KNOWN.match(line.rstrip(b"\r\n")))


@contextmanager
def held_back(once: str | None = None) -> Iterator[None]:
    """Holds back what is written to standard error, from C++ too, and drops the known lines of it.

    A second thread, or a nested use, holds back nothing: the first one already does.

    Args:
        once: Name of a moment that happens once per process. Defaults to `None`: it may happen again.
    """
    if WANTED or once in _over or not _holding.acquire(blocking=False):
        yield
        return
    try:
        held = _place()
        saved = None if held is None else _copy_of_standard_error()
        if held is None or saved is None:
            yield
            return
        _pass_on(unknown(held.take()))
        os.dup2(held.descriptor, 2)
        keep: Callable[[bytes], bytes] = bytes  # everything, after an error
        try:
            yield
            keep = unknown
            if once is not None:
                _over.add(once)
        finally:
            _flush()
            os.dup2(saved, 2)
            os.close(saved)
            if threading.active_count() > 1:
                time.sleep(_UNDER_WAY)
            _pass_on(keep(held.take()))
    finally:
        _holding.release()


def _place() -> _Held | None:
    """Where this process holds lines; `None` where it cannot."""
    global _held
    if _held is None or not _held.own:
        with suppress(AttributeError, OSError):
            _held = _Held(os.memfd_create("lines"))
    return _held if _held is not None and _held.own else None


def _copy_of_standard_error() -> int | None:
    """A copy of the file descriptor; `None` if the process has none."""
    with suppress(OSError):
        _flush()
        return os.dup(2)
    return None


def _pass_on(written: bytes) -> None:
    with suppress(OSError):  # closed meanwhile
        if written:
            os.write(2, written)


def _pass_on_late() -> None:
    """At the end of the process: what other threads had begun to write while lines were held, and ended afterwards."""
    if _held is not None and _held.own:
        _pass_on(unknown(_held.take()))


def _flush() -> None:
    with suppress(AttributeError, OSError, ValueError):  # none, closed, or gone
        sys.stderr.flush()


def _starting(function: F) -> F:
    """The function with its lines held back, those that Python code prints too."""

    @functools.wraps(function)
    def call(*arguments: Any, **settings: Any) -> Any:
        printed = io.StringIO()
        try:
            with held_back(), redirect_stdout(printed):
                result = function(*arguments, **settings)
        except BaseException:
            sys.stdout.write(printed.getvalue())
            raise
        text = printed.getvalue()
        if text:
            sys.stdout.write(text if WANTED else unknown(text.encode()).decode())
        return result

    return call  # type: ignore[return-value]


def _after_tensorflow(module: ModuleType) -> None:
    """Errors only from now on, as level 2 means, and no lines about devices when TensorFlow looks for them."""
    with suppress(OSError, AttributeError):  # another build of TensorFlow
        library = ctypes.CDLL(str(Path(str(module.__file__)).parent / "libtensorflow_framework.so.2"))
        getattr(library, _SET_MIN_LOG_LEVEL)(ctypes.c_int(_ABSL_ERROR))
    with suppress(ImportError, AttributeError):
        from tensorflow.python.eager.context import Context  # type: ignore[import-untyped]

        for name in ("ensure_initialized", "_initialize_physical_devices"):
            _hold_first_call(Context, name)


def _hold_first_call(owner: type, name: str) -> None:
    original = getattr(owner, name)

    @functools.wraps(original)
    def first(*arguments: Any, **settings: Any) -> Any:
        setattr(owner, name, original)
        with held_back():
            return original(*arguments, **settings)

    setattr(owner, name, first)


AFTER: dict[str, Callable[[ModuleType], None]] = {
    "tensorflow": _after_tensorflow,
    "tensorflow_text": lambda module: None,
    "tf_keras": lambda module: None,
    "keras_nlp": lambda module: None,
    "tensorflow_model_optimization": lambda module: None,
}
"""Libraries whose import is quiet, and what follows it."""


class _QuietImports(MetaPathFinder):
    """Finds the libraries of `AFTER` as the other finders do, with loaders that hold their lines back."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in AFTER:
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        found = (finder.find_spec(name, path, target) for finder in others)
        spec = next((spec for spec in found if spec is not None), None)
        if spec is not None and spec.loader is not None:
            execute = _starting(spec.loader.exec_module)

            def quiet(module: ModuleType) -> None:
                execute(module)
                AFTER[name](module)

            spec.loader.exec_module = quiet  # type: ignore[method-assign]
        return spec


def install() -> None:
    """Makes the imports of this process quiet. Importing `lite_transformer_tf` calls it, once."""
    if not WANTED:
        sys.meta_path.insert(0, _QuietImports())
        atexit.register(_pass_on_late)


install()
