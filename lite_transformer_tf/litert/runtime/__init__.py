"""Runs compiled files and bundles; nothing here needs TensorFlow."""
