"""Compiles a config and named weights to a float32 TFLite file, operator by operator."""
