"""What keeps answers right when several threads share an object: calls wait for their turn, or are refused.

A *call* that begins and ends, such as `generate`, waits for the calls of other threads (`Turns`). What stays open
between calls, such as a stream, is used by one thread at a time and refuses the second one (`Alone`).
"""

from __future__ import annotations

import functools
import threading
import weakref
from collections.abc import Callable, Iterator
from collections.abc import Generator as Yielding
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, Self, TypeVar, overload

T = TypeVar("T")
P = ParamSpec("P")


class ConcurrentUseError(RuntimeError):
    """Something was used in two places at the same time, and no order of the two uses gives a right answer."""


class Turns:
    """Lets one thread at a time use a resource; others wait.

    `with turns:` surrounds one run of the resource and must not be entered again by the same thread, not even by a
    signal handler. `with turns.whole():` surrounds a call of many runs, and may be nested.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._running = False

    def whole(self) -> threading.RLock:  # type: ignore[valid-type]  # a class since Python 3.13
        """The lock for a whole call."""
        return self._lock

    def __enter__(self) -> None:
        self._lock.acquire()
        if self._running:
            self._lock.release()
            raise ConcurrentUseError(
                "A model runs once at a time. Received: a call from within a run, such as from a signal handler"
            )
        self._running = True

    def __exit__(self, *_: object) -> None:
        self._running = False
        self._lock.release()


class Alone:
    """Refuses a second use during the first.

    Args:
        rule: What the error says, such as "A stream is read by one thread at a time".
        turns: Turns to wait for after that. Defaults to `None`: it does not wait.
    """

    def __init__(self, rule: str, turns: Turns | None = None) -> None:
        self._rule, self._turns = rule, turns
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            raise ConcurrentUseError(f"{self._rule}. Received: a second use during the first")
        if self._turns is not None:
            try:
                self._turns.__enter__()
            except BaseException:
                self._lock.release()
                raise

    def __exit__(self, *_: object) -> None:
        if self._turns is not None:
            self._turns.__exit__()
        self._lock.release()


class OneReader(Iterator[T]):
    """An iterator over what a generator yields that one thread at a time may read.

    Raises:
        ConcurrentUseError: `next` is called while another call of `next` is under way.
    """

    def __init__(self, items: Yielding[T, None, None]) -> None:
        self._items = items
        self._alone = Alone("A stream is read by one thread at a time; open one stream per thread")

    def __next__(self) -> T:
        with self._alone:
            return next(self._items)

    def close(self) -> None:
        """Ends the stream before its last item."""
        with self._alone:
            self._items.close()


class TakesTurns(Protocol):
    """An object with whole calls."""

    @property
    def turns(self) -> Turns: ...


S = TypeVar("S", bound=TakesTurns)


def whole_call(method: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
    """A method that has `self.turns` to itself from its beginning to its end; calls of other threads wait."""

    @functools.wraps(method)
    def call(self: S, /, *arguments: P.args, **settings: P.kwargs) -> T:
        with self.turns.whole():  # type: ignore[attr-defined]
            return method(self, *arguments, **settings)

    return call


class PerThread(Generic[T]):
    """An attribute of which every thread has its own, such as a fact about its last call.

    Args:
        default: Value before a thread has set one.
    """

    def __init__(self, default: T) -> None:
        self._default = default
        self._local = threading.local()

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: Any, owner: type) -> T: ...

    def __get__(self, instance: Any, owner: type) -> Self | T:
        if instance is None:
            return self
        values = getattr(self._local, "values", None)
        return self._default if values is None else values.get(instance, self._default)

    def __set__(self, instance: Any, value: T) -> None:
        if not hasattr(self._local, "values"):
            self._local.values = weakref.WeakKeyDictionary()
        self._local.values[instance] = value
