"""Whole models: stacks of layers, their training step, saving and loading."""
