"""Bundles: manifest, directory, archive and codec; nothing here needs TensorFlow."""
