"""Branches: the parts that share the channels of a layer, one folder per kind.

A folder holds everything about its kinds: the configuration, the Keras layer, the Mult-Adds, how the weights fuse for
the phone, the graph over a sequence, the graph of one step, and what is cached between steps. The rest of the library
loops over branches and knows no kind. TensorFlow is imported by the modules named `*layer.py` only.
"""

from lite_transformer_tf.branches.base import BranchConfig, BranchUse, branch_kinds
from lite_transformer_tf.branches.cache import CacheSpec, Growth

__all__ = ["BranchConfig", "BranchUse", "CacheSpec", "Growth", "branch_kinds"]
