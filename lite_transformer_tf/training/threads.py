"""TensorFlow's threads: one thread per operation, and as many operations at once as there are towers.

Small matrix products scale badly over threads; two half batches ("towers") side by side use two cores fully. So
training sets one intra-op thread and several inter-op threads. Both can be set only before TensorFlow's context starts.
"""

from __future__ import annotations

import warnings

import tensorflow as tf

from lite_transformer_tf.cores import usable_cores


def default_towers() -> int:
    """Towers that suit the cores of this process: 2 on two cores or more, 1 on one core or beside an accelerator."""
    if tf.config.list_physical_devices("GPU"):
        return 1
    return min(2, usable_cores())


def configure_threads(intra_op: int | None = None, inter_op: int | None = None) -> tuple[int, int]:
    """Sets the numbers of threads and returns those in force, (intra-op, inter-op).

    Args:
        intra_op: Threads within one operation; `None` means 1.
        inter_op: Operations that may run at once; `None` means the number of cores that the process may use, at least 2
            (tf.data needs one beside the step).

    When TensorFlow has already started with other numbers they stay, and a warning says so: results then may differ in
    the last bits from a run with the wanted numbers, and training may be slower.
    """
    wanted = (intra_op or 1, inter_op or max(2, usable_cores()))
    if min(wanted) < 1:
        raise ValueError(f"Numbers of threads must be positive. Received: {wanted!r}")
    current = (
        tf.config.threading.get_intra_op_parallelism_threads(),
        tf.config.threading.get_inter_op_parallelism_threads(),
    )
    if current == wanted:
        return wanted
    try:
        tf.config.threading.set_intra_op_parallelism_threads(wanted[0])
        tf.config.threading.set_inter_op_parallelism_threads(wanted[1])
    except RuntimeError:
        warnings.warn(
            f"TensorFlow had already started with {current} (intra-op, inter-op) threads (0: its own choice), "
            f"so {wanted} cannot be set. "
            "Call configure_threads() before anything else that uses TensorFlow.",
            RuntimeWarning,
            stacklevel=2,
        )
        return current
    return wanted
