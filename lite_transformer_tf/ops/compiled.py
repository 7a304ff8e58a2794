"""Whether XLA will compile what is being traced."""

from __future__ import annotations

import tensorflow as tf
from tf_keras.src.utils.control_flow_util import GraphOrParentsInXlaContext


def compiled_by_xla() -> bool:
    """Whether the function being traced is to be compiled by XLA (`jit_compile=True`).

    XLA must know every shape, also those of gradients. Where that needs slower operations, only XLA gets them.
    """
    return not tf.executing_eagerly() and GraphOrParentsInXlaContext(tf.compat.v1.get_default_graph())
