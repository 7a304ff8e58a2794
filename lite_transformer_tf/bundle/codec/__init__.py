"""Entropy coding and LZMA for the download form of bundles."""
