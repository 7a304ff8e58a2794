"""Several interpreters of one bundle, for programs that answer in many threads; see docs/serving.md."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager

from lite_transformer_tf.cores import usable_cores
from lite_transformer_tf.decoding.options import DecodingOptions, Hypothesis
from lite_transformer_tf.decoding.sampling import SamplingOptions
from lite_transformer_tf.decoding.translator import of_whole_texts
from lite_transformer_tf.decoding.turns import OneReader
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.limits import DEFAULT_LIMITS, Limits
from lite_transformer_tf.litert.runtime.completer import TFLiteCompleter
from lite_transformer_tf.litert.runtime.generator import TFLiteGenerator
from lite_transformer_tf.litert.runtime.open import BundleFiles


class PoolError(RuntimeError):
    """Base of what a pool raises."""


class PoolBusyError(PoolError):
    """All interpreters stayed in use for the time that the caller would wait."""


class PoolClosedError(PoolError):
    """The pool was closed."""


class BundlePool:
    """Answers with a bundle from any number of threads, `size` calls at a time.

    Thread-safe. The interpreters share the bytes of the file and the vocabularies.

    Args:
        directory: Path of the bundle, or of its download form, or the name of a pretrained model.
        size: Number of interpreters. Defaults to `None`: the number of cores that this process may use.
        threads: Number of threads of each interpreter. Defaults to `1`.
        timeout: Seconds that a call waits for a free interpreter. Defaults to `None`: without limit.
        limits: Bytes that the bundle's files may have. Defaults to `Limits()`.

    Raises:
        BundleError: See `open_bundle`.
        ValueError: `size` or `threads` is smaller than 1, or `timeout` is negative.

    Example:
        with BundlePool("bundle", size=2, timeout=5.0) as pool:
            with ThreadPoolExecutor(8) as threads:
                answers = list(threads.map(pool.generate, [["Hello."], ["Good morning."]]))
    """

    def __init__(
        self,
        directory: PathLike,
        size: int | None = None,
        *,
        threads: int = 1,
        timeout: float | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self.size = usable_cores() if size is None else size
        for name, value in (("size", self.size), ("threads", threads)):
            if value < 1:
                raise ValueError(f"A pool's {name} must be at least 1. Received: {value!r}")
        self._timeout = _checked(timeout)
        files = BundleFiles(directory, limits)
        self.manifest = files.manifest
        self._free = [files.open(threads) for _ in range(self.size)]
        self._changed = threading.Condition()
        self._closed = False

    @contextmanager
    def borrow(self, timeout: float | None = None) -> Iterator[TFLiteGenerator | TFLiteCompleter]:
        """A generator, or the completer of a language model, for this thread's own use within the `with` block.

        Args:
            timeout: Seconds to wait for one. Defaults to `None`: the pool's own `timeout`.

        Raises:
            PoolBusyError: None was free for that time.
            PoolClosedError: The pool was closed.
        """
        taken = self._take(self._timeout if timeout is None else _checked(timeout))
        try:
            yield taken
        finally:
            with self._changed:
                if not self._closed:
                    self._free.append(taken)
                self._changed.notify()

    def generate(
        self, texts: Sequence[str], options: DecodingOptions | None = None, *, timeout: float | None = None
    ) -> list[list[Hypothesis]]:
        """The best hypotheses of each text, as `lt.open_bundle` gives them; `timeout` and further errors as `borrow`.

        Raises:
            TypeError: The bundle holds a language model.
        """
        with self.borrow(timeout) as generator:
            if not isinstance(generator, TFLiteGenerator):
                raise TypeError("generate needs an encoder-decoder. Received: a pool of a language model's bundle")
            whole = of_whole_texts(generator, self.manifest.task, self.manifest.languages, self.manifest.settings)
            return whole.generate(texts, options)

    def complete(
        self, prompt: str = "", options: SamplingOptions | None = None, sample: int = 0, *, timeout: float | None = None
    ) -> str:
        """The text that continues a prompt, see `Completer.complete`; `timeout` and further errors as `borrow`.

        Raises:
            TypeError: The bundle holds no language model.
        """
        return "".join(self.stream(prompt, options, sample, timeout=timeout))

    def stream(
        self, prompt: str = "", options: SamplingOptions | None = None, sample: int = 0, *, timeout: float | None = None
    ) -> OneReader[str]:
        """The same in pieces, see `Completer.stream`.

        A stream has an interpreter from its first piece to its last one; `close` ends an unfinished stream.

        Raises:
            TypeError: The bundle holds no language model.
        """
        return OneReader(self._pieces(prompt, options, sample, timeout))

    def _pieces(
        self, prompt: str, options: SamplingOptions | None, sample: int, timeout: float | None
    ) -> Generator[str, None, None]:
        with self.borrow(timeout) as completer:
            if not isinstance(completer, TFLiteCompleter):
                raise TypeError("complete needs a language model. Received: a pool of an encoder-decoder's bundle")
            yield from completer.stream(prompt, options, sample)

    def close(self) -> None:
        """Refuses further calls, and waiting ones. Those under way end as usual. May be called twice."""
        with self._changed:
            self._closed = True
            self._free.clear()
            self._changed.notify_all()

    def __enter__(self) -> BundlePool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take(self, timeout: float | None) -> TFLiteGenerator | TFLiteCompleter:
        end = None if timeout is None else time.monotonic() + timeout
        with self._changed:
            while not self._closed and not self._free:
                left = None if end is None else end - time.monotonic()
                if left is not None and left <= 0:
                    raise PoolBusyError(
                        f"All {self.size} interpreters of the pool are in use; wait longer, or make it larger. "
                        f"Received: a call that waited {timeout:g} s"
                    )
                self._changed.wait(left)
            if self._closed:
                raise PoolClosedError("A closed pool answers nothing. Received: a call after close()")
            return self._free.pop()


def _checked(timeout: float | None) -> float | None:
    if timeout is not None and not timeout >= 0:
        raise ValueError(f"A pool's timeout must not be negative. Received: {timeout!r}")
    return timeout
