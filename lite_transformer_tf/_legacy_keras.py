"""Selects legacy Keras before TensorFlow is imported, or explains why it is too late."""

import os
import sys

_VARIABLE = "TF_USE_LEGACY_KERAS"


def select_legacy_keras() -> None:
    """Sets `TF_USE_LEGACY_KERAS=1`.

    Raises:
        ImportError: TensorFlow was already imported with Keras 3.
    """
    chosen = os.environ.get(_VARIABLE, "").lower()
    if "tensorflow" in sys.modules and chosen not in ("1", "true"):
        raise ImportError(
            "lite_transformer_tf works on legacy Keras (tf_keras), but TensorFlow was already imported with Keras 3. "
            f"Import lite_transformer_tf before tensorflow, or set the environment variable {_VARIABLE}=1 before "
            f"Python starts. Received: {_VARIABLE}={os.environ.get(_VARIABLE)!r}"
        )
    os.environ[_VARIABLE] = "1"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


select_legacy_keras()
