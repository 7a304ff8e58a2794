"""A door to the programs that make bundles: `python -m export --help`."""
