"""Checkpoints of the authors' PyTorch code, a fork of fairseq: read, written, never executed (docs/fairseq.md)."""
