"""The tasks: one object each, in one file, that every program asks; `registry` lists them.

TensorFlow is imported only when a model is needed.
"""
