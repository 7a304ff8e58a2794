"""Variants of a compiled file with narrower weights or integer arithmetic."""
