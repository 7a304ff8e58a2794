"""Graphs for LiteRT (TensorFlow Lite): written from named weights, quantized, and run."""
