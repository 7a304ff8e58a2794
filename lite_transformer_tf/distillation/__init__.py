"""Sequence-level distillation and back-translation: pairs from a trained model's answers (docs/distillation.md).

settings    what a distillation depends on
questions   the texts to answer, and their references
teacher     a trained model with several workers
selection   which answers become training pairs
program     the answers in blocks, resumable; the files and the report
"""
