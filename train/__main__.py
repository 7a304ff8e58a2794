"""`python -m train translation | summarization | language-model | evaluate | translate | summarize | complete | profile | demo`."""

from __future__ import annotations

import sys

from lite_transformer_tf.cli.main import main
from train import demo, language_model, summarization, translation

PROGRAMS = {"translation": translation, "summarization": summarization, "language-model": language_model, "demo": demo}

if __name__ == "__main__":
    sys.exit(main(program="python -m train", further=PROGRAMS))
