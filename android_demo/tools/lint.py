"""Runs Android Lint on the app without Gradle; any finding that app/lint.xml does not explain ends the build.

    python3 tools/lint.py --classpath-file toolbox/target/lint.classpath --app app \\
        --sources app/src/main/kotlin core/src/main/kotlin --libraries android-all.jar kotlin-stdlib.jar xz.jar \\
        --target-sdk 36 --java-home JDK --output apk/target/lint
"""

from __future__ import annotations

import argparse
import xml.etree.ElementTree as xml
from pathlib import Path

from r8 import run


def main() -> None:
    options = parse()
    options.output.mkdir(parents=True, exist_ok=True)
    project = options.output / "project.xml"
    describe(options).write(project, encoding="utf-8", xml_declaration=True)
    command = [
        options.java_home / "bin" / "java",
        "-Xmx1500m",
        "-cp",
        options.classpath_file.read_text("utf-8").strip(),
        "com.android.tools.lint.Main",
    ]
    command += ["--project", project, "--config", options.app / "lint.xml", "--exitcode", "-Werror", "--quiet"]
    run([*command, "--text", options.output / "report.txt", "--text", "stdout"])
    print("Android Lint: no findings")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--classpath-file", type=Path, required=True, metavar="FILE", help="has the class path of Lint")
    parser.add_argument(
        "--app", type=Path, required=True, metavar="DIRECTORY", help="with target/android, which resources.py made"
    )
    parser.add_argument("--sources", type=Path, nargs="+", required=True, metavar="DIRECTORY")
    parser.add_argument(
        "--libraries", type=Path, nargs="+", required=True, metavar="JAR", help="what the sources refer to"
    )
    parser.add_argument("--target-sdk", required=True)
    parser.add_argument("--java-home", type=Path, required=True, metavar="DIRECTORY")
    parser.add_argument("--output", type=Path, required=True, metavar="DIRECTORY")
    return parser.parse_args()


def describe(options: argparse.Namespace) -> xml.ElementTree:
    """The app as one module, as Gradle's Android plugin describes it to Lint."""
    project = xml.Element("project")
    xml.SubElement(project, "root", dir=str(options.app.resolve().parent))
    module = xml.SubElement(
        project,
        "module",
        {"name": "app", "android": "true", "library": "false", "compile-sdk-version": options.target_sdk},
    )
    xml.SubElement(module, "manifest", file=str((options.app / "target/android/AndroidManifest.xml").resolve()))
    xml.SubElement(module, "resource", file=str((options.app / "src/main/res").resolve()))
    for directory in options.sources:
        for source in sorted([*directory.rglob("*.kt"), *directory.rglob("*.java")]):
            xml.SubElement(module, "src", file=str(source.resolve()))
    for library in options.libraries:
        xml.SubElement(module, "classpath", jar=str(library.resolve()))
    return xml.ElementTree(project)


if __name__ == "__main__":
    main()
