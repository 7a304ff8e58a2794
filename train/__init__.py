"""A door to the programs that train and use models: `python -m train --help`."""
