"""The hot operations as functions: layers call them, so a faster form replaces one without touching a layer."""
