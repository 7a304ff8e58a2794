"""Cells: the kinds of layers that a model stacks, one file per kind.

A file contains the kind's Keras layer, how its weights are fused, and how it writes phone graphs. Models and graphs
loop over cells without naming a kind.
"""

from lite_transformer_tf.cells.base import Cell, CellConfig, CellUse, Role
from lite_transformer_tf.cells.config import LayerConfig
from lite_transformer_tf.cells.registry import cell_kinds, cell_of, layer_config

__all__ = ["Cell", "CellConfig", "CellUse", "LayerConfig", "Role", "cell_kinds", "cell_of", "layer_config"]
