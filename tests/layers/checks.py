"""All checks of the contract that every layer keeps: rows of the table, whose columns are the layers."""

from tests.layers.contract import CHECKS as OF_VALUES
from tests.layers.keras_checks import KERAS_CHECKS

CHECKS = {**OF_VALUES, **{check.__name__: check for check in KERAS_CHECKS}}
