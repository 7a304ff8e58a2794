"""Turns each *.gradle.kts file into a Kotlin function, so that the compiler checks it without Gradle.

    python3 tools/gradle_scripts.py --root android_demo --output DIRECTORY

The declarations that Gradle adds to a script's scope are in scripts/src/main/kotlin.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

SETTINGS = "org.gradle.api.initialization.Settings"
PROJECT = "org.gradle.api.Project"
FOLDERS = ("", "core", "coroutines", "litert", "app")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, required=True, metavar="DIRECTORY", help="of the Gradle build")
    parser.add_argument("--output", type=Path, required=True, metavar="DIRECTORY")
    options = parser.parse_args()
    shutil.rmtree(options.output, ignore_errors=True)
    options.output.mkdir(parents=True)
    scripts = [script for folder in FOLDERS for script in sorted((options.root / folder).glob("*.gradle.kts"))]
    if len(scripts) != len(FOLDERS) + 1:
        rule = f"there must be settings and a script for each of {FOLDERS}"
        sys.exit(f"gradle_scripts.py: {rule}. Received: {[str(script) for script in scripts]}")
    for script in scripts:
        name = script.relative_to(options.root).as_posix().removesuffix(".gradle.kts").replace("/", "_")
        (options.output / f"{name}.kt").write_text(as_function(script.read_text("utf-8"), name), "utf-8")


def as_function(script: str, name: str) -> str:
    """The imports stay first; all other lines keep their order, for the compiler's messages."""
    lines = script.splitlines()
    imports = [line for line in lines if line.startswith("import ")]
    body = [line for line in lines if not line.startswith("import ")]
    receiver = SETTINGS if name.startswith("settings") else PROJECT
    head = [
        *imports,
        "import org.gradle.kotlin.dsl.*",
        "import org.gradle.api.*",
        "import org.gradle.api.initialization.resolve.*",
    ]
    return "\n".join([*head, f"fun {receiver}.{name}_script() {{", *body, "}", ""])


if __name__ == "__main__":
    main()
