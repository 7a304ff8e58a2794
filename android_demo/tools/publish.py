"""Writes the libraries into a Maven repository on this machine, from what `mvn package` built.

    python3 tools/publish.py --root android_demo --repository ~/.m2/lite-transformer

    dev.litetransformer:core          JAR and sources: plain Kotlin
    dev.litetransformer:coroutines    JAR and sources: suspending functions and flows
    dev.litetransformer:litert        AAR and sources: the runtimes of Android

Gradle and Maven resolve them there with a repository of the URL file:///DIRECTORY. A version that is there already is
replaced. The same classes and sources give the same files.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

GROUP = "dev.litetransformer"
ENTRY_TIME = (1980, 1, 1, 0, 0, 0)
DIGESTS = ("md5", "sha1", "sha256")
MODULES = {
    "core": ("jar", ("org.jetbrains.kotlin:kotlin-stdlib", "org.tukaani:xz")),
    "coroutines": (
        "jar",
        ("core", "org.jetbrains.kotlin:kotlin-stdlib", "org.jetbrains.kotlinx:kotlinx-coroutines-core-jvm"),
    ),
    "litert": ("aar", ("core", "org.jetbrains.kotlin:kotlin-stdlib")),
}
"""Packaging and dependencies of each library. Which LiteRT an app takes is the app's choice, so `litert` names none."""

MANIFEST = """<?xml version="1.0" encoding="utf-8"?>
<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="{package}">
    <uses-sdk android:minSdkVersion="{min_sdk}" />
</manifest>
"""
METADATA = "aarFormatVersion=1.0\naarMetadataVersion=1.0\nminCompileSdk=1\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, required=True, metavar="DIRECTORY", help="android_demo")
    parser.add_argument("--repository", type=Path, required=True, metavar="DIRECTORY")
    options = parser.parse_args()
    pom = (options.root / "pom.xml").read_text("utf-8")
    for module in MODULES:
        print(publish(options.root / module, pom, options.repository))


def publish(module: Path, pom: str, repository: Path) -> str:
    """Writes one library; returns its coordinates.

    Args:
        module: Its directory, where `mvn package` was run.
        pom: Text of the pom.xml of all modules, which has the versions.
        repository: Directory of the repository; it is made.
    """
    version = found(pom, r"<artifactId>android-demo</artifactId>\s*<version>([^<]+)")
    jar = module / "target" / f"{module.name}-{version}.jar"
    if not jar.is_file():
        raise SystemExit(f"publish.py: the modules must be built, with 'build.sh publish'. Received: no '{jar}'")
    packaging, _ = MODULES[module.name]
    folder = repository / GROUP.replace(".", "/") / module.name
    name = f"{module.name}-{version}"
    write(folder / version / f"{name}.pom", described(module.name, version, pom).encode())
    library = jar.read_bytes() if packaging == "jar" else as_aar(jar, found(pom, "<min.sdk>([^<]+)"))
    write(folder / version / f"{name}.{packaging}", library)
    write(folder / version / f"{name}-sources.jar", zipped(sources(module)))
    write(folder / "maven-metadata.xml", listed(module.name, folder).encode())
    return f"{GROUP}:{module.name}:{version}" + ("" if packaging == "jar" else f"@{packaging}")


def found(text: str, pattern: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise SystemExit(f"publish.py: pom.xml must have its versions. Received: no {pattern}")
    return match.group(1)


def sources(module: Path) -> Iterable[tuple[str, bytes]]:
    for folder in (module / "src/main/kotlin", module / "src/main/resources"):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def as_aar(jar: Path, min_sdk: str) -> bytes:
    """An Android archive of classes alone, without resources."""
    manifest = MANIFEST.format(package=f"{GROUP}.litert", min_sdk=min_sdk)
    return zipped(
        [
            ("AndroidManifest.xml", manifest.encode()),
            ("classes.jar", jar.read_bytes()),
            ("R.txt", b""),
            ("META-INF/com/android/build/gradle/aar-metadata.properties", METADATA.encode()),
        ]
    )


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            entry = zipfile.ZipInfo(name, ENTRY_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return memory.getvalue()


def described(name: str, version: str, pom: str) -> str:
    """The library's own pom.xml, which needs no parent."""
    packaging, dependencies = MODULES[name]
    entries = "".join(dependency(coordinates, version, pom) for coordinates in dependencies)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>{GROUP}</groupId>
  <artifactId>{name}</artifactId>
  <version>{version}</version>
  <packaging>{packaging}</packaging>
  <name>Lite Transformer {name}</name>
  <licenses>
    <license>
      <name>Apache-2.0</name>
      <url>https://www.apache.org/licenses/LICENSE-2.0.txt</url>
    </license>
  </licenses>
  <dependencies>
{entries}  </dependencies>
</project>
"""


def dependency(coordinates: str, version: str, pom: str) -> str:
    group, _, artifact = coordinates.rpartition(":")
    if group:
        block = found(pom, rf"<artifactId>{re.escape(artifact)}</artifactId>\s*<version>\$\{{([^}}]+)\}}")
        version = found(pom, f"<{re.escape(block)}>([^<]+)")
    return f"""    <dependency>
      <groupId>{group or GROUP}</groupId>
      <artifactId>{artifact}</artifactId>
      <version>{version}</version>
      <scope>compile</scope>
    </dependency>
"""


def listed(name: str, folder: Path) -> str:
    """maven-metadata.xml: the versions that are there."""
    versions = sorted(path.parent.name for path in folder.glob("*/*.pom"))
    rows = "".join(f"      <version>{version}</version>\n" for version in versions)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<metadata>
  <groupId>{GROUP}</groupId>
  <artifactId>{name}</artifactId>
  <versioning>
    <latest>{versions[-1]}</latest>
    <release>{versions[-1]}</release>
    <versions>
{rows}    </versions>
  </versioning>
</metadata>
"""


def write(path: Path, data: bytes) -> None:
    """A file appears whole or not at all, with its digests beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for target, content in [
        (path, data),
        *((Path(f"{path}.{name}"), hashlib.new(name, data).hexdigest().encode()) for name in DIGESTS),
    ]:
        temporary = target.with_name(f".{target.name}.partial")
        temporary.write_bytes(content)
        os.replace(temporary, target)


if __name__ == "__main__":
    main()
