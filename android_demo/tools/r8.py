"""Runs R8, the shrinker of Android's build, and related programs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

MEMORY = "-Xmx1500m"


class R8:
    """R8 of one jar, against the classes of Android and of a JDK."""

    def __init__(self, tools: Path, framework: Path, java_home: Path) -> None:
        self._java = [java_home / "bin" / "java", MEMORY, "-cp", tools / "r8.jar"]
        self._libraries = ["--lib", framework, "--lib", java_home]

    def shrink(
        self, jars: Iterable[Path], rules: Iterable[Path], output: Path, mapping: Path, form: Iterable[str]
    ) -> None:
        """Writes the needed classes into `output`, and their new names into `mapping`.

        `form` is `--min-api LEVEL` for Android's dex files, or `--classfile`.
        """
        configurations = [word for path in rules for word in ("--pg-conf", path)]
        words = [
            "com.android.tools.r8.R8",
            "--release",
            *form,
            *self._libraries,
            *configurations,
            "--pg-map-output",
            mapping,
            "--output",
            output,
        ]
        run([*self._java, *words, *jars])

    def keep_rules(self, callers: Path, jars: Iterable[Path], libraries: Iterable[Path], output: Path) -> None:
        """Writes rules that keep exactly the parts of `jars` to which the classes in `callers` refer."""
        words = [
            "com.android.tools.r8.tracereferences.TraceReferences",
            "--keep-rules",
            "--map-diagnostics",
            "info",
            "none",
            *self._libraries,
        ]
        words += [word for path in libraries for word in ("--lib", path)]
        words += [word for path in jars for word in ("--target", path)]
        run([*self._java, *words, "--source", callers, "--output", output])


def run(command: list[object], environment: dict[str, str] | None = None) -> None:
    """Ends the program when the command fails."""
    words = [str(word) for word in command]
    if subprocess.run(words, env=environment, check=False).returncode != 0:
        sys.exit(f"{Path(sys.argv[0]).name}: {Path(words[0]).name} failed; its message is above")
