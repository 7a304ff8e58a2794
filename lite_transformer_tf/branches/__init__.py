"""Branches: the parts that share the channels of a layer, one folder per kind.

A folder contains everything about its kinds: the configuration, the Keras layer, the Mult-Adds, how the weights are
fused for the phone, the graph over a sequence, the graph of one step, and what is cached between steps. The rest of the
library loops over branches without naming a kind. Only the modules named `*layer.py` import TensorFlow.
"""

from lite_transformer_tf.branches.base import BranchConfig, BranchUse, branch_kinds
from lite_transformer_tf.branches.cache import CacheSpec, Growth

__all__ = ["BranchConfig", "BranchUse", "CacheSpec", "Growth", "branch_kinds"]
