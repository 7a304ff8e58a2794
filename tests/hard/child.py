"""Runs one call in a process of its own, which is watched: how it ends, how long it takes, and the memory it takes."""

from __future__ import annotations

import contextlib
import math
import os
import resource
import select
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass

MEMORY = 4 << 30  # bytes of addresses that a call may take beyond those of its parent
POLL = 0.005  # seconds between two looks, where the system does not tell the end of a process
WAITING = 20  # times the time limit that may pass on the clock, on a machine that does other work as well


@dataclass(frozen=True)
class Outcome:
    """How a call ended.

    Args:
        code: Its exit code; negative for the signal that ended it; None if it was stopped at a time limit.
        out: What it wrote to standard output.
        err: What it wrote to standard error.
        seconds: Time of the processor that it took, which other programs on the machine hardly change.
        memory: Bytes of resident memory at its peak beyond those at its beginning.
    """

    code: int | None
    out: str
    err: str
    seconds: float
    memory: int

    @property
    def traceback(self) -> bool:
        """Whether the user saw a traceback."""
        return "Traceback (most recent call last)" in self.err


def _pages(column: int) -> int:
    """Bytes that /proc/self/statm counts: all addresses (0), those in memory (1)."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[column]) * resource.getpagesize()


def _child(call: Callable[[], int], out: int, err: int, seconds: float, first: int) -> None:
    """The new process: never returns."""
    code = 1
    try:
        os.setsid()
        os.write(first, str(_pages(1)).encode())
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (out, 1), (err, 2)):
            os.dup2(source, target)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115 (the process ends with them)
        sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", closefd=False, errors="backslashreplace")  # noqa: SIM115
        sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr  # type: ignore[misc]
        limit = _pages(0) + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds), math.ceil(seconds) + 1))  # SIGXCPU, then SIGKILL
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        code = call()
    except SystemExit as exit_:
        code = exit_.code if isinstance(exit_.code, int) else 0 if exit_.code is None else 1
    except BaseException:  # noqa: BLE001 (what the interpreter does with it)
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError):
                code = code or 1
        os._exit(code)


def _kill(pid: int) -> None:
    """Kills a process and all it started; in its first moment it has no group of its own yet."""
    os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _end(pid: int, limits: Mapping[str, float]) -> tuple[int, resource.struct_rusage, list[str]]:
    """Waits for the end of a process, which is killed at each limit: its status, its usage, and the limits reached.

    The system tells the end, where it can: looking again and again takes time from the process on a busy machine.
    """
    handle = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
    waiting, reached = sorted(limits.items(), key=lambda limit: limit[1]), []
    try:
        while True:
            found, status, usage = os.wait4(pid, os.WNOHANG)
            if found:
                return status, usage, reached
            while waiting and time.monotonic() >= waiting[0][1]:
                reached.append(waiting.pop(0)[0])
                _kill(pid)
            left = max(0.0, waiting[0][1] - time.monotonic()) if waiting else 1.0
            if handle is None:
                time.sleep(min(left, POLL))
            else:
                select.select([handle], [], [], left)
    finally:
        if handle is not None:
            os.close(handle)


def watched(call: Callable[[], int], seconds: float = 10.0, killed_after: float | None = None) -> Outcome:
    """Runs `call` in a forked process, so that what is imported already is not imported again.

    Args:
        call: Returns an exit code, as `main` of a program does.
        seconds: Time of the processor after which it is stopped; WAITING times as long on the clock is the other limit.
        killed_after: Seconds on the clock after which it gets SIGKILL, as by a power cut. Defaults to never.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin = time.monotonic()
        (told, first), before = os.pipe(), 0
        pid = os.fork()
        if pid == 0:
            _child(call, out.fileno(), err.fileno(), seconds, first)
        os.close(first)
        limits = {"time": begin + WAITING * seconds}
        if killed_after is not None:
            limits["kill"] = begin + killed_after
        status, usage, reached = _end(pid, limits)
        stopped = "time" in reached
        before = int(os.read(told, 100) or 0)
        os.close(told)
        took = usage.ru_utime + usage.ru_stime
        code: int | None = os.waitstatus_to_exitcode(status)
        if stopped or took >= seconds or code == -signal.SIGXCPU:  # the system counts time in other steps than `took`
            code = None
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))
        return Outcome(code, *texts, took, max(0, usage.ru_maxrss * 1024 - before))
