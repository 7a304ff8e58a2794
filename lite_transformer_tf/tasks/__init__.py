"""The tasks: one object each, in one file, that every program asks; `registry` lists them. Nothing here imports TensorFlow
before a model is needed."""
