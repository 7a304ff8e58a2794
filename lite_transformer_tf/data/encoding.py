"""Pairs of texts as ids: in this process, or in several that work side by side.

The processes are programs of their own (`text.encoding_worker`), which get texts on standard input and answer with ids
on standard output. Nothing is pickled, no start-up code of the caller runs again, and they end with this process,
however it ends: their input is then closed.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any, Self

import numpy as np

from lite_transformer_tf.cores import usable_cores
from lite_transformer_tf.data.ragged import RaggedIds, splits_of
from lite_transformer_tf.text.encoding_worker import LENGTH, encoded, packed_texts, read_frame, write_frame
from lite_transformer_tf.text.vocabulary_pair import VocabularyPair

CHUNK = 4096  # pairs encoded at a time
ALONE = 16  # chunks that one process encodes before others are started
MODULE = "lite_transformer_tf.text.encoding_worker"
Chunk = list[tuple[str, str]]
Encoded = tuple[RaggedIds, RaggedIds]


def encode_pairs(pairs: Sequence[tuple[str, str]], vocabularies: VocabularyPair) -> Encoded:
    """Source and target ids of pairs, without `eos`; int32."""
    sources = encoded([source for source, _ in pairs], vocabularies.source)
    return _ids(*sources), _ids(*encoded([target for _, target in pairs], vocabularies.target))


def _ids(lengths: bytes, values: bytes) -> RaggedIds:
    """The ids of `encoded`."""
    return RaggedIds(np.frombuffer(values, LENGTH), splits_of(np.frombuffer(lengths, LENGTH)))


class _Worker:
    """One process that encodes."""

    def __init__(self, vocabularies: VocabularyPair) -> None:
        root = str(Path(__file__).resolve().parents[2])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", MODULE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        self._models = [part for name, one in vocabularies.files.items() for part in (name.encode(), one.model)]

    def encode(self, chunk: Chunk) -> Encoded:
        """Ids of a chunk.

        Raises:
            ChildProcessError: The process has ended.
        """
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            if self._models:
                write_frame(self.process.stdin, *self._models)
                self._models = []
            sides = [packed_texts([pair[side] for pair in chunk]) for side in (0, 1)]
            write_frame(self.process.stdin, *sides[0], *sides[1])
            answer = read_frame(self.process.stdout)
        except BrokenPipeError:
            answer = None
        if answer is None:
            code = self.process.wait()
            rule = "The processes that tokenise must run to the end; repeat the command, what is finished is kept"
            raise ChildProcessError(f"{rule}. Received: one that ended with code {code}")
        return _ids(*answer[:2]), _ids(*answer[2:])

    def close(self) -> None:
        """Ends the process."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.kill()  # it writes no files
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            try:
                stream.close()
            except OSError:  # what was on its way to the process
                pass


class Encoder:
    """Encodes chunks of pairs in order; used as a context, so that its processes end.

    Args:
        vocabularies: Source and target vocabulary.
        processes: Number of processes. `None` takes as many as there are usable cores; 1 is this process only.
        alone: Chunks that this process encodes alone before the others are started.
    """

    def __init__(self, vocabularies: VocabularyPair, processes: int | None = None, alone: int = ALONE) -> None:
        self.vocabularies, self.processes = vocabularies, processes or usable_cores()
        self._alone = alone
        self._workers: list[_Worker] = []
        self._free: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        self._threads: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: Any) -> None:
        for worker in self._workers:
            worker.close()
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)

    def encoded(self, pairs: Iterator[tuple[str, str]]) -> Iterator[Encoded]:
        """Source and target ids of each chunk of the pairs, which are read as far as is needed.

        Raises:
            ChildProcessError: A process ended, for instance because memory was short.
        """
        chunks = iter(lambda: list(islice(pairs, CHUNK)), [])
        while self.processes == 1 or self._alone > 0:
            if not (chunk := next(chunks, None)):
                return
            self._alone -= 1
            yield encode_pairs(chunk, self.vocabularies)
        waiting: deque[Future[Encoded]] = deque()
        for chunk in chunks:
            waiting.append(self._pool().submit(self._encode, chunk))
            if len(waiting) >= 2 * self.processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _pool(self) -> ThreadPoolExecutor:
        """One thread per process, which waits for it."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self.processes, thread_name_prefix="encoding")
            for _ in range(self.processes):
                self._workers.append(_Worker(self.vocabularies))
                self._free.put(self._workers[-1])
        return self._threads

    def _encode(self, chunk: Chunk) -> Encoded:
        worker = self._free.get()
        try:
            return worker.encode(chunk)
        finally:
            self._free.put(worker)
