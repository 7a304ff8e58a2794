"""The hot operations as functions: layers call them, a faster form replaces one without touching a layer."""
