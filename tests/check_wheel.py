"""Builds the wheel, installs it into a clean environment of every Python 3.11-3.13 of the machine, and uses it.

What the installed command prints must equal what this checkout's own environment prints, from a model directory and
from a bundle; and it trains for two updates by the default recipe, exports the model, and translates with the bundle.
Run it by `make wheel`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
MINORS = (11, 12, 13)
TEXTS = ["Where is the station?", "I would like two coffees, please."]
PROBE = "import sys, venv, ensurepip; print(sys.version_info.minor)"


def pythons() -> dict[int, str]:
    """Minor version -> an interpreter that can make environments: on the path, or where pyenv keeps them."""
    names = [f"python3.{minor}" for minor in MINORS]
    kept = [
        str(path) for minor in MINORS for path in sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python"))
    ]
    found: dict[int, str] = {}
    for name in [sys.executable, *(path for path in map(shutil.which, names) if path), *kept]:
        probe = subprocess.run([name, "-c", PROBE], capture_output=True, text=True)
        if probe.returncode == 0 and int(probe.stdout) in MINORS:
            found.setdefault(int(probe.stdout), name)
    return found


def make_models(folder: Path) -> list[Path]:
    """A tiny untrained model and its bundle: what they say makes no sense, but always the same."""
    import lite_transformer_tf as lt  # isort: skip  (selects legacy Keras first)
    import tf_keras as keras

    from lite_transformer_tf.data.travel_phrases import travel_phrases
    from lite_transformer_tf.text import VocabularyPair

    pairs = travel_phrases("valid")
    vocabularies = VocabularyPair.train([pair.source for pair in pairs], [pair.target for pair in pairs], 500)
    keras.utils.set_random_seed(3)
    size = vocabularies.source.size
    config = lt.LiteTransformerConfig.lite(
        embed_dim=32, kernel_sizes=(3,), source_vocabulary_size=size, target_vocabulary_size=size
    )
    model = lt.LiteTransformer(config)
    model.initialize()
    lt.save_model(model, vocabularies, folder / "model")
    lt.export_bundle(model, vocabularies, folder / "bundle", lt.ExportJob(TEXTS))
    return [folder / "model", folder / "bundle"]


def write_data(folder: Path) -> Path:
    """A few embedded pairs as the files of a data directory."""
    from lite_transformer_tf.data.travel_phrases import travel_phrases

    pairs = travel_phrases("valid")
    folder.mkdir()
    for split, part in (("train", pairs[:400]), ("valid", pairs[400:410]), ("test", pairs[410:420])):
        for language, texts in (("en", [pair.source for pair in part]), ("fr", [pair.target for pair in part])):
            (folder / f"{split}.{language}").write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return folder


def run(*command: str | Path) -> str:
    """Runs a command outside of the checkout and returns what it prints."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, cwd=tempfile.gettempdir())
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def train_and_export(command: Path, folder: Path, data: Path) -> None:
    """Trains for two updates by the default recipe, which is in the wheel, and translates with the exported bundle."""
    settings = ("training.max_updates=2", "vocabulary.size=500", "training.validation.scores=false")
    overrides = [part for setting in settings for part in ("--set", setting)]
    run(command, "train", "translation", "--data-dir", data, "--output", folder / "run", "--quiet", *overrides)
    exported = ("--output", folder / "trained", "--check-limit", "2", "--beam-size", "1", "--buckets", "128")
    run(command, "export", folder / "run", *exported)
    run(command, "translate", folder / "trained", "--max-length", "4", *TEXTS)


def check(
    minor: int, python: str, wheel: Path, models: list[Path], expected: list[str], data: Path, folder: Path
) -> None:
    """Installs the wheel for one Python, compares its translations, and trains with it."""
    environment = folder / f"python3.{minor}"
    run(python, "-m", "venv", environment)
    run(environment / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel)
    command = environment / "bin/lite-transformer"
    for model, text in zip(models, expected, strict=True):
        output = run(command, "translate", model, *TEXTS)
        if output != text:
            raise SystemExit(f"Python 3.{minor} translates {model.name} otherwise: {output!r} instead of {text!r}")
    train_and_export(command, environment, data)
    print(f"Python 3.{minor}: the wheel installs, translates as the checkout does, trains and exports", flush=True)
    shutil.rmtree(environment)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(
            sys.executable, "-m", "build", "--outdir", folder, ROOT
        )  # by way of a source distribution, so that nothing stale gets in
        (wheel,) = folder.glob("*.whl")
        tops = {entry.split("/")[0] for entry in zipfile.ZipFile(wheel).namelist()}
        strangers = sorted(top for top in tops if top != "lite_transformer_tf" and not top.endswith(".dist-info"))
        if strangers:
            raise SystemExit(f"The wheel must install lite_transformer_tf alone. It holds {strangers}")
        models, data = make_models(folder), write_data(folder / "data")
        expected = [
            run(Path(sys.executable).parent / "lite-transformer", "translate", model, *TEXTS) for model in models
        ]
        found = pythons()
        for minor, python in sorted(found.items()):
            check(minor, python, wheel, models, expected, data, folder)
        missing = sorted(set(MINORS) - set(found)) or "none"
        print(f"wheel checked on {len(found)} of {len(MINORS)} Python versions; not on this machine: {missing}")


if __name__ == "__main__":
    main()
