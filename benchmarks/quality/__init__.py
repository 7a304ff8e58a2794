"""The paper's comparison: Lite Transformer, Transformer and Evolved Transformer at equal Mult-Adds.

docs/quality.md has the method, the commands and the time that they take.
"""
