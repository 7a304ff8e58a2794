"""Resolves the published libraries as another project does, with Maven from their repository, and opens what comes.

    python3 tools/check_published.py --repository DIRECTORY --version 0.1.0 --mvn 'mvn --offline'

What comes must be the repository's files, byte by byte, not others of the same names that were installed before.
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

GROUP = "dev.litetransformer"
PLUGIN = "3.8.1"
EXPECTED = {
    "core-{version}.jar": "dev/litetransformer/decoding/Translator.class",
    "core-{version}-sources.jar": "dev/litetransformer/decoding/Translator.kt",
    "coroutines-{version}.jar": "dev/litetransformer/coroutines/SuspendingTranslator.class",
    "coroutines-{version}-sources.jar": "dev/litetransformer/coroutines/SuspendingTranslator.kt",
    "litert-{version}.aar": "dev/litetransformer/litert/LiteRtTensorModel.class",
    "litert-{version}-sources.jar": "dev/litetransformer/litert/LiteRtTensorModel.kt",
}
"""What comes, and a file in it; of an AAR, in its classes."""

NEEDED = ("kotlin-stdlib-", "xz-", "kotlinx-coroutines-core-jvm-")
"""What comes with them, because their descriptions say so."""

PROJECT = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>check</groupId><artifactId>check</artifactId><version>1</version><packaging>pom</packaging>
  <repositories><repository><id>published</id><url>{url}</url></repository></repositories>
  <dependencies>{dependencies}</dependencies>
</project>
"""
DEPENDENCY = (
    "<dependency><groupId>{group}</groupId><artifactId>{name}</artifactId>"
    "<version>{version}</version>{more}</dependency>"
)
SOURCES, ARCHIVE = "<classifier>sources</classifier>", "<type>aar</type>"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repository", type=Path, required=True, metavar="DIRECTORY")
    parser.add_argument("--version", required=True)
    parser.add_argument(
        "--local",
        type=Path,
        default=Path.home() / ".m2/repository",
        metavar="DIRECTORY",
        help="Maven's own repository, from which what an earlier check fetched is removed (default: %(default)s)",
    )
    parser.add_argument("--mvn", default="mvn", metavar="COMMAND", help="default: %(default)s")
    options = parser.parse_args()
    forget(options.local)
    try:
        with tempfile.TemporaryDirectory() as folder:
            check(resolved(options, Path(folder)), options.repository, options.version)
    finally:
        forget(options.local)
    print(f"published: {len(EXPECTED)} files resolve from '{options.repository}'")


def forget(local: Path) -> None:
    """Removes what was fetched from a published repository: Maven would not look again for a version that it has."""
    for marker in (local / GROUP.replace(".", "/")).glob("*/*/_remote.repositories"):
        if ">published=" in marker.read_text("utf-8"):
            shutil.rmtree(marker.parent)


def resolved(options: argparse.Namespace, folder: Path) -> Path:
    """Lets Maven fetch everything into a directory."""
    kinds = {"core": ("", SOURCES), "coroutines": ("", SOURCES), "litert": (ARCHIVE, SOURCES)}
    wanted = [(name, more) for name, both in kinds.items() for more in both]
    entries = [DEPENDENCY.format(group=GROUP, name=name, version=options.version, more=more) for name, more in wanted]
    url = options.repository.resolve().as_uri()
    (folder / "pom.xml").write_text(PROJECT.format(url=url, dependencies="".join(entries)), "utf-8")
    output = folder / "files"
    goal = f"org.apache.maven.plugins:maven-dependency-plugin:{PLUGIN}:copy-dependencies"
    # Maven reads the repository's directory also when it may not use the network.
    settings = ["-Daether.offline.protocols=file", f"-DoutputDirectory={output}"]
    subprocess.run([*shlex.split(options.mvn), "--quiet", "--batch-mode", *settings, goal], cwd=folder, check=True)
    return output


def check(files: Path, repository: Path, version: str) -> None:
    for pattern, member in EXPECTED.items():
        path = files / pattern.format(version=version)
        own = repository / GROUP.replace(".", "/") / path.name.split("-")[0] / version / path.name
        if path.read_bytes() != own.read_bytes():
            raise SystemExit(
                f"check_published.py: Maven must find '{own}'. Received: another file; remove the installed one"
            )
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if path.suffix == ".aar":
                (files / "classes.jar").write_bytes(archive.read("classes.jar"))
                names = zipfile.ZipFile(files / "classes.jar").namelist() if "AndroidManifest.xml" in names else []
        if member not in names:
            raise SystemExit(
                f"check_published.py: {path.name} must contain '{member}'. Received: {len(names)} other files"
            )
    names = [path.name for path in files.iterdir()]
    missing = [name for name in NEEDED if not any(found.startswith(name) for found in names)]
    if missing:
        raise SystemExit(f"check_published.py: dependencies must come with the libraries. Received: none for {missing}")


if __name__ == "__main__":
    main()
