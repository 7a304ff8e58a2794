"""The script in the README runs as it stands there."""

import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def test_the_fit_script_trains_saves_exports_and_translates(tmp_path):
    script, *_ = re.findall(
        r"```python\n(import lite_transformer_tf.*?)```", README.read_text(encoding="utf-8"), re.DOTALL
    )
    assert len(script.splitlines()) <= 30
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "my_model" / "weights.npz").is_file()
    assert (tmp_path / "my_bundle" / "manifest.json").is_file()
    keras_line, bundle_line = done.stdout.splitlines()[-2:]
    assert keras_line == bundle_line != ""
