"""The command line: `lite-transformer translate | evaluate`, the same code as `python -m train translate | evaluate`."""
