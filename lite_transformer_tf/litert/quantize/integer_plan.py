"""Which operators of a file compute in integers."""

from __future__ import annotations

from collections.abc import Sequence

from ai_edge_litert import schema_py_generated as schema

PRODUCTS = ("FULLY_CONNECTED", "BATCH_MATMUL")
KEEPS_SCALE = ("RESHAPE", "TRANSPOSE", "STRIDED_SLICE", "GATHER", "PAD")
"""Operators whose output has the scale of their first input."""
FIXED_SCALE = {"SOFTMAX": 1 / 32768, "LOGISTIC": 1 / 32768}
"""Scales of outputs that the runtime requires."""
ARITHMETIC = ("ADD", "SUB", "MUL", "MEAN", "SUM", "RSQRT", "SQUARED_DIFFERENCE", "CONCATENATION")
INTEGER = (*PRODUCTS, *KEEPS_SCALE, *FIXED_SCALE, *ARITHMETIC)


def behind_logits(names: Sequence[str], graph: schema.SubGraphT) -> set[int]:
    """Indices of the operators after the logits, which stay float.

    These are all operators that follow the last product before a LOG.

    Args:
        names: Names of the graph's operators.
        graph: The graph.
    """
    made = {int(tensor): index for index, operator in enumerate(graph.operators) for tensor in operator.outputs}
    before = [{made[int(t)] for t in operator.inputs if int(t) in made} for operator in graph.operators]
    roots, todo = set(), [index for index, name in enumerate(names) if name == "LOG"]
    seen = set(todo)
    while todo:
        for index in before[todo.pop()] - seen:
            seen.add(index)
            if names[index] in PRODUCTS:
                roots.add(index)
            else:
                todo.append(index)
    head: set[int] = set()
    for index, sources in enumerate(before):  # operators are stored in the order in which they run
        if sources & (roots | head) and index not in roots and names[index] not in PRODUCTS:
            head.add(index)
    return head
