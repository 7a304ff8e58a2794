"""`python -m train translation | evaluate | translate | demo`."""

from __future__ import annotations

import sys

from lite_transformer_tf.cli.main import main
from train import demo, translation

if __name__ == "__main__":
    sys.exit(main(program="python -m train", further={"translation": translation, "demo": demo}))
