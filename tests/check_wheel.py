"""Builds the wheel, installs it into clean environments, and uses it. Run it by `make wheel`.

The base goes into an environment of every Python 3.11-3.13 of the machine: it must translate, with a bundle and with
each pretrained model that the wheel holds, evaluate, profile and pack as this checkout does, and say in a sentence what
the other programs lack. The base with the extra `train` goes into one environment: it must translate from a model
directory too, train for two updates by the default recipe, export the model, and translate with the bundle. No program
may write a line to standard error.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
MINORS = (11, 12, 13)
OURS = re.compile(r"\d+ answers have faults that the copy check found \(docs/trust.md\)\n|[Ll]ine \d+: .*\n")
"""What programs may write to standard error."""
OUTSIDE = ("PYTHONPATH", "TF_CPP_MIN_LOG_LEVEL", "TF_USE_LEGACY_KERAS")
"""Variables of this process that would change what an environment imports, or which lines it writes."""
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


def clean() -> dict[str, str]:
    """The variables of this process without those of `OUTSIDE`."""
    return {name: value for name, value in os.environ.items() if name not in OUTSIDE}


def run(*command: str | Path, env: dict[str, str] | None = None) -> str:
    """Runs a command outside of the checkout and returns what it prints."""
    parts = [str(part) for part in command]
    done = subprocess.run(parts, capture_output=True, text=True, cwd=tempfile.gettempdir(), env=env)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


@dataclass(frozen=True)
class Environment:
    """A clean environment with the wheel."""

    folder: Path

    @classmethod
    def make(cls, python: str, folder: Path, requirement: str) -> Environment:
        """Makes it and prints its size, and the seconds of the installation."""
        run(python, "-m", "venv", folder)
        begin = time.monotonic()
        pip = [folder / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run(*pip, requirement, env=clean())
        seconds = time.monotonic() - begin
        size = sum(path.lstat().st_blocks * 512 for path in folder.rglob("*") if not path.is_symlink())
        print(f"{folder.name}: {size / 1e6:.0f} MB, installed in {seconds:.0f} s", flush=True)
        return cls(folder)

    def call(self, *arguments: str | Path, code: int = 0) -> tuple[str, str]:
        """What `lite-transformer` prints and complains."""
        command = [str(self.folder / "bin/lite-transformer"), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tempfile.gettempdir(), env=clean())
        if done.returncode != code:
            raise SystemExit(f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done.stdout, done.stderr

    def prints(self, *arguments: str | Path, expected: str | None = None) -> str:
        """The output, which must be the expected one, with no foreign line on standard error."""
        output, errors = self.call(*arguments)
        if OURS.sub("", errors) or expected not in (None, output):
            raise SystemExit(f"{arguments} prints {output!r} and {errors!r}; expected is {expected!r}")
        return output

    def lacks(self, package: str, extra: str, *arguments: str | Path) -> None:
        """The program must say in one sentence that it needs a package."""
        found = self.call(*arguments, code=2)
        program = " ".join(str(part) for part in arguments[: 2 if arguments[0] == "train" else 1])
        sentence = f"`lite-transformer {program}` needs {package}: pip install 'lite-transformer-tf[{extra}]'\n"
        if found != ("", sentence):
            raise SystemExit(f"{arguments} says {found!r}; expected is {sentence!r}")


def check_base(base: Environment, work: Work) -> None:
    """What the base can do, and what it says of the rest."""
    base.prints("translate", work.bundle, *TEXTS, expected=work.expected[work.bundle])
    packed, unpacked = base.folder / "bundle.ltpk", base.folder / "bundle"
    base.prints("pack", work.bundle, "--output", packed)
    base.prints("translate", packed, *TEXTS, expected=work.expected[work.bundle])
    base.prints("unpack", packed, "--output", unpacked)
    scores = base.prints("evaluate", unpacked, "--data-dir", work.data, "--languages", "en", "fr", "--max-length", "8")
    if "bleu " not in scores:
        raise SystemExit(f"evaluate prints no BLEU: {scores!r}")
    base.prints("profile", work.bundle, expected=work.profile)
    base.prints("pretrained", expected=work.pretrained)
    for name, expected in work.translations.items():
        source, target = name.split(" to ")
        base.prints("translate", "--from", source, "--to", target, *TEXTS, expected=expected)
    for program in ("translation", "summarization", "language-model", "demo"):
        base.lacks("TensorFlow", "train", "train", program, "--output", base.folder / "run")
    base.lacks("TensorFlow", "train", "compress", "--model", work.model, "--output", base.folder / "run")
    base.lacks("TensorFlow", "train", "translate", work.model, *TEXTS)
    texts = ("--check-set", work.data / "test.en")
    base.lacks("TensorFlow", "export", "export", work.model, "--output", base.folder / "run", *texts)
    base.lacks("TensorFlow", "export", "verify", work.bundle, "--model", work.model, *texts)


def check_train(whole: Environment, work: Work) -> None:
    """Trains for two updates by the default recipe, which is in the wheel, and translates with the exported bundle."""
    whole.prints("translate", work.model, *TEXTS, expected=work.expected[work.model])
    whole.prints("translate", work.bundle, *TEXTS, expected=work.expected[work.bundle])
    settings = ("training.max_updates=2", "vocabulary.size=500", "training.validation.scores=false")
    overrides = [part for setting in settings for part in ("--set", setting)]
    run_folder, bundle = whole.folder / "run", whole.folder / "trained"
    whole.prints("train", "translation", "--data-dir", work.data, "--output", run_folder, "--quiet", *overrides)
    exported = ("--output", bundle, "--check-limit", "2", "--beam-size", "1", "--buckets", "128")
    whole.prints("export", run_folder, *exported)
    whole.prints("translate", bundle, "--max-length", "4", *TEXTS)
    run(whole.folder / "bin/python", "-c", "import tensorboard, zstandard, rouge_score, keras_nlp", env=clean())


@dataclass(frozen=True)
class Work:
    """What the environments work on, and what this checkout prints about it."""

    model: Path
    bundle: Path
    data: Path
    expected: dict[Path, str]
    profile: str
    pretrained: str
    translations: dict[str, str]

    @classmethod
    def make(cls, folder: Path) -> Work:
        import lite_transformer_tf as lt

        (model, bundle), data = make_models(folder), write_data(folder / "data")
        ours = Path(sys.executable).parent / "lite-transformer"
        expected = {path: run(ours, "translate", path, *TEXTS) for path in (model, bundle)}
        pairs = [model.languages for model in lt.pretrained() if model.task == "translation"]
        translations = {
            " to ".join(pair): run(ours, "translate", "--from", pair[0], "--to", pair[1], *TEXTS) for pair in pairs
        }
        profile, pretrained = run(ours, "profile", bundle), run(ours, "pretrained")
        return cls(model, bundle, data, expected, profile, pretrained, translations)


def build(folder: Path) -> Path:
    """The wheel, by way of a source distribution, so that nothing stale gets in."""
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    tops = {entry.split("/")[0] for entry in zipfile.ZipFile(wheel).namelist()}
    strangers = sorted(top for top in tops if top != "lite_transformer_tf" and not top.endswith(".dist-info"))
    if strangers:
        raise SystemExit(f"The wheel must contain only lite_transformer_tf. It has {strangers}")
    return wheel


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheel, work, found = build(folder), Work.make(folder), pythons()
        for minor, python in sorted(found.items()):
            base = Environment.make(python, folder / f"python3.{minor}", str(wheel))
            check_base(base, work)
            print(f"Python 3.{minor}: the base translates, evaluates and profiles as the checkout does", flush=True)
            shutil.rmtree(base.folder)
        # The test suite runs on this Python; the whole installation is checked on another one, if there is one.
        minor = max(found, key=lambda minor: (minor != sys.version_info.minor, minor))
        whole = Environment.make(found[minor], folder / f"python3.{minor}[train]", f"{wheel}[train]")
        check_train(whole, work)
        print(f"Python 3.{minor}: the whole installation trains, exports and translates", flush=True)
        missing = sorted(set(MINORS) - set(found)) or "none"
        print(f"wheel checked on {len(found)} of {len(MINORS)} Python versions; not on this machine: {missing}")


if __name__ == "__main__":
    main()
