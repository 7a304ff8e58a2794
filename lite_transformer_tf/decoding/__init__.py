"""Greedy and beam search in graph, with caches passed in and returned (docs/decoding.md)."""
