"""A pool of interpreters: any number of threads, answers as those of one interpreter, waiting with a limit."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import lite_transformer_tf as lt
from lite_transformer_tf.litert.runtime.open import open_bundle
from lite_transformer_tf.litert.runtime.pool import BundlePool, PoolBusyError, PoolClosedError
from tests.cli.models import SOURCES, make
from tests.threads.test_threads import COUNT, DRAWN, GREEDY, in_threads

TEXTS = [" ".join(SOURCES[(i + k) % 4] for k in range(i % 3))[: 4 + i] for i in range(COUNT)]


BUNDLE = Path(__file__).parents[1] / "upgrade" / "fixtures" / "bundle"


@pytest.fixture(scope="module")
def language_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make("language-model", tmp_path_factory.mktemp("language_model")).bundle


@pytest.mark.parametrize("path", [BUNDLE, BUNDLE.with_suffix(".ltpk")], ids=["directory", "download"])
def test_answers_are_those_of_one_interpreter(path: Path) -> None:
    generator = lt.open_bundle(path)
    alone = [generator.generate([text], GREEDY) for text in TEXTS]
    with lt.BundlePool(path, size=2) as pool:
        assert in_threads(lambda text: pool.generate([text], GREEDY), TEXTS) == alone


def test_completions_are_those_of_one_interpreter(language_model) -> None:
    completer, prompts = lt.open_bundle(language_model), list(enumerate(SOURCES * 10))
    alone = [completer.complete(prompt, DRAWN, sample) for sample, prompt in prompts]
    with BundlePool(language_model, size=2) as pool:
        assert in_threads(lambda item: pool.complete(item[1], DRAWN, item[0]), prompts) == alone
        assert in_threads(lambda item: "".join(pool.stream(item[1], DRAWN, item[0])), prompts) == alone


def test_waiting_has_a_limit() -> None:
    pool = BundlePool(BUNDLE, size=1, timeout=0.02)
    with pool.borrow():
        begin = time.monotonic()
        with pytest.raises(PoolBusyError, match="All 1 interpreters.*Received: a call that waited 0.02 s"):
            pool.generate(["one"])
        assert 0.02 <= time.monotonic() - begin < 5
        with pytest.raises(PoolBusyError, match="waited 0 s"):
            pool.generate(["one"], timeout=0)
        with ThreadPoolExecutor(1) as threads:
            waiting = threads.submit(pool.generate, ["one"], GREEDY, timeout=60)
            time.sleep(0.01)
            assert not waiting.done()
            pool._free.append(open_bundle(BUNDLE))
            with pool._changed:
                pool._changed.notify()
            assert waiting.result(60) == lt.open_bundle(BUNDLE).generate(["one"], GREEDY)


def test_an_interpreter_comes_back_after_an_error_and_after_an_unfinished_stream(language_model) -> None:
    with BundlePool(BUNDLE, size=1, timeout=5) as pool:
        with pytest.raises(ValueError, match="min_length must not exceed"):
            pool.generate(["one"], GREEDY.replace(min_length=999, max_length=999))
        assert pool.generate(["one"], GREEDY, timeout=0)
        with pytest.raises(TypeError, match="complete needs a language model"):
            pool.complete("one")
    with BundlePool(language_model, size=1, timeout=0) as pool:
        stream = pool.stream("one", DRAWN)
        first = next(stream)
        with pytest.raises(PoolBusyError):
            pool.complete("two")
        stream.close()
        assert pool.complete("one", DRAWN).startswith(first)
        with pytest.raises(TypeError, match="generate needs an encoder-decoder"):
            pool.generate(["one"])


def test_a_closed_pool_refuses_new_and_waiting_calls_and_ends_those_under_way() -> None:
    pool = BundlePool(BUNDLE, size=1)
    with ThreadPoolExecutor(1) as threads, pool.borrow() as generator:
        waiting = threads.submit(pool.generate, ["one"], GREEDY)
        while not pool._changed._waiters:  # type: ignore[attr-defined]
            threading.Event().wait(0.001)
        pool.close()
        pool.close()
        with pytest.raises(PoolClosedError, match="Received: a call after close"):
            waiting.result(60)
        assert generator.generate(["one"], GREEDY)
    with pytest.raises(PoolClosedError):
        pool.generate(["one"])


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"size": 0}, "A pool's size must be at least 1. Received: 0"),
        ({"threads": 0}, "A pool's threads must be at least 1. Received: 0"),
        ({"timeout": -1.0}, "A pool's timeout must not be negative. Received: -1.0"),
    ],
)
def test_mistakes(wrong: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        BundlePool(BUNDLE, **wrong)
