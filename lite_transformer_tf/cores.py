"""The processor cores that this process may use."""

from __future__ import annotations

import os


def usable_cores() -> int:
    """Number of cores; fewer than the machine has where a container or `taskset` limits the process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
