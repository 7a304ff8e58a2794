"""Tells the C library's allocator to keep the memory of large tensors, which more than doubles the speed of training.

The batches of a text model change their shape, so every step allocates large tensors of new sizes. glibc fetches each
of them from the kernel and gives it back when it is freed, and the kernel fills its pages with zeros every time. Memory
that is kept costs nothing: the peak is the same.
"""

from __future__ import annotations

import ctypes
import os

VARIABLE = "LITE_TRANSFORMER_ALLOCATOR"
CHOICES = ("keep", "system")
# Parameters of mallopt(3), and their values: never a mapping of its own for a large block, never a trimmed heap, which grows by 64 MiB at a time.
SETTINGS = {"M_MMAP_MAX": (-4, 0), "M_TRIM_THRESHOLD": (-1, 2**31 - 1), "M_TOP_PAD": (-2, 64 << 20)}


def keep_freed_memory() -> bool:
    """Sets glibc's allocator so; call it before TensorFlow allocates. Importing `lite_transformer_tf` does.

    The environment variable `LITE_TRANSFORMER_ALLOCATOR=system` leaves the allocator alone. So does another C library
    than glibc, and an allocator that was preloaded in its place takes no notice.

    Returns:
        Whether the allocator took the settings.

    Raises:
        ImportError: The variable has another value than "keep" and "system".
    """
    choice = os.environ.get(VARIABLE, "keep")
    if choice not in CHOICES:
        raise ImportError(f"The environment variable {VARIABLE} must be one of {list(CHOICES)}. Received: {choice!r}")
    if choice == "system":
        return False
    try:
        library = ctypes.CDLL(None)
        library.gnu_get_libc_version  # noqa: B018 (only glibc has it, and only its parameters have these numbers)
        return all([library.mallopt(parameter, value) == 1 for parameter, value in SETTINGS.values()])
    except (AttributeError, OSError, TypeError):
        return False


KEPT = keep_freed_memory()
