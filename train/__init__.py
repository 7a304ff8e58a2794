"""Programs that train and use models: `python -m train --help`."""
