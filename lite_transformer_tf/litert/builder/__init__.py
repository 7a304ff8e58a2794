"""Writes TFLite files operator by operator."""

NEGATIVE = -1e9
"""Stands for minus infinity in masks: finite, so that 0 * mask is 0."""
