"""Scores translations of a test set as Multi30k papers publish them, beside sacreBLEU.

    python -m benchmarks.quality.score --hypotheses FILE --references FILE --language de

Files have one text per line, plain or packed. docs/quality.md says what is published.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from lite_transformer_tf.boundary.program import run_script
from lite_transformer_tf.cli.paths import all_told, input_files
from lite_transformer_tf.data.files import read_lines
from lite_transformer_tf.evaluation.published import NAME, score_published
from lite_transformer_tf.evaluation.translation import score_translations


def main() -> int:
    """Prints the scores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hypotheses", type=Path, required=True, metavar="FILE", help="translations of a system")
    parser.add_argument("--references", type=Path, required=True, metavar="FILE", help="human translations")
    parser.add_argument("--language", required=True, metavar="CODE", help="their language, such as de")
    parser.add_argument("--json", action="store_true", help="write JSON")
    arguments = parser.parse_args()
    all_told(input_files(("--hypotheses", arguments.hypotheses), ("--references", arguments.references)))
    texts = [list(read_lines(path)) for path in (arguments.hypotheses, arguments.references)]
    scores = {**score_translations(*texts), NAME: score_published(*texts, arguments.language)}
    if arguments.json:
        print(json.dumps(scores, indent=1))
    else:
        print("\n".join(f"{name:26s} {entry['score']:6.2f}   {entry['signature']}" for name, entry in scores.items()))
    return 0


if __name__ == "__main__":
    run_script("quality.score", main)
