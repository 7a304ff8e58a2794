"""Texts of any length as sentences, and their answers as one text: docs/paragraphs.md. Needs no TensorFlow."""
