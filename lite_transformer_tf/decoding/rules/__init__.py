"""Rules that forbid tokens during search (docs/decoding.md, "Rules"): one file per rule, listed in `registry`."""
