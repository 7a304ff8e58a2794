"""Selects legacy Keras before any test module imports TensorFlow."""

import lite_transformer_tf  # noqa: F401
