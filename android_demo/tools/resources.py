"""Compiles the app's resources as the Android plugin of Gradle does: resources.ap_, R.java, and Robolectric's settings.

    python3 tools/resources.py --framework android-all.jar --manifest AndroidManifest.xml --resources res \\
        --models DIRECTORY ... --output DIRECTORY

Needs aapt2 (Debian: `apt-get install aapt`) and nothing else.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from resource_table import expand

# Uncompressed in the APK, so that they can be read without unpacking: .ltpk files are already packed.
STORED = (".ltpk", ".tflite")
ENTRY_TIME = (1980, 1, 1, 0, 0, 0)


def main() -> None:
    options = parse()
    if shutil.which("aapt2") is None:
        sys.exit("resources.py needs aapt2 on the PATH; on Debian: apt-get install aapt")
    options.output.mkdir(parents=True, exist_ok=True)
    framework = prepare_framework(options.framework, options.output)
    assets = collect_assets(options.models, options.output / "assets")
    manifest = options.output / "AndroidManifest.xml"
    manifest.write_text(with_package(options.manifest.read_text("utf-8"), options), "utf-8")
    package = link(options, framework, manifest, assets)
    if options.test_config is not None:
        write_test_config(options, manifest, assets, package)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--framework", type=Path, required=True, metavar="JAR", help="Android's classes and resources")
    parser.add_argument(
        "--manifest",
        type=Path,
        required=True,
        metavar="FILE",
        help="AndroidManifest.xml as Gradle reads it, without a package",
    )
    parser.add_argument("--resources", type=Path, required=True, metavar="DIRECTORY", help="res")
    parser.add_argument(
        "--models",
        type=Path,
        required=True,
        nargs="+",
        metavar="DIRECTORY",
        help="every .ltpk file in them becomes an asset",
    )
    parser.add_argument("--package", required=True, help="name of the application and of the class R")
    parser.add_argument("--version-name", required=True)
    parser.add_argument("--version-code", default="1")
    parser.add_argument("--min-sdk", required=True)
    parser.add_argument("--target-sdk", required=True)
    parser.add_argument("--output", type=Path, required=True, metavar="DIRECTORY")
    parser.add_argument(
        "--test-config",
        type=Path,
        metavar="DIRECTORY",
        help="where test classes are: writes com/android/tools/test_config.properties",
    )
    return parser.parse_args()


def prepare_framework(jar: Path, output: Path) -> Path:
    """Makes the file against which aapt2 links from Android's jar, once per jar."""
    if not jar.is_file():
        sys.exit(f"resources.py: Android's classes must be there before. Received: no {jar}")
    mark = hashlib.sha256(f"{jar.name} {jar.stat().st_size}".encode()).hexdigest()[:12]
    framework = output / f"framework-{mark}.apk"
    if not framework.is_file():
        temporary = framework.with_suffix(".tmp")
        with zipfile.ZipFile(jar) as source, zipfile.ZipFile(temporary, "w") as target:
            target.writestr(zipfile.ZipInfo("AndroidManifest.xml", ENTRY_TIME), source.read("AndroidManifest.xml"))
            target.writestr(zipfile.ZipInfo("resources.arsc", ENTRY_TIME), expand(source.read("resources.arsc")))
        temporary.replace(framework)
    return framework


def collect_assets(models: Sequence[Path], assets: Path) -> Path:
    shutil.rmtree(assets, ignore_errors=True)
    (assets / "models").mkdir(parents=True)
    for model in (file for directory in models for file in sorted(directory.glob("*.ltpk"))):
        shutil.copyfile(model, assets / "models" / model.name)
    return assets


def with_package(manifest: str, options: argparse.Namespace) -> str:
    code, name = options.version_code, options.version_name
    versions = f'package="{options.package}" android:versionCode="{code}" android:versionName="{name}"'
    sdk = f'<uses-sdk android:minSdkVersion="{options.min_sdk}" android:targetSdkVersion="{options.target_sdk}" />'
    text, count = re.subn(r"<manifest\b([^>]*)>", rf"<manifest {versions}\1>{sdk}", manifest)
    if count != 1:
        sys.exit(f"resources.py: a manifest must have one <manifest>. Received: {count}")
    return text


def link(options: argparse.Namespace, framework: Path, manifest: Path, assets: Path) -> Path:
    compiled, package, java = (
        options.output / "resources.zip",
        options.output / "resources.ap_",
        options.output / "java",
    )
    run("aapt2", "compile", "--dir", options.resources, "-o", compiled)
    shutil.rmtree(java, ignore_errors=True)
    command = [
        "aapt2",
        "link",
        compiled,
        "-o",
        package,
        "-I",
        framework,
        "--manifest",
        manifest,
        "-A",
        assets,
        "--java",
        java,
    ]
    command += [
        "--min-sdk-version",
        options.min_sdk,
        "--target-sdk-version",
        options.target_sdk,
        "--proguard",
        options.output / "resources.pro",
        # Debian's aapt2 is older than the element <queries>, which it then says and takes over.
        "--warn-manifest-validation",
    ]
    for suffix in STORED:
        command += ["-0", suffix]
    run(*command)
    return package


def write_test_config(options: argparse.Namespace, manifest: Path, assets: Path, package: Path) -> None:
    properties = {
        "android_custom_package": options.package,
        "android_merged_manifest": manifest,
        "android_merged_assets": assets,
        "android_resource_apk": package,
    }
    directory = options.test_config / "com" / "android" / "tools"
    directory.mkdir(parents=True, exist_ok=True)
    lines = [
        f"{name}={value.resolve().as_posix() if isinstance(value, Path) else value}\n"
        for name, value in properties.items()
    ]
    (directory / "test_config.properties").write_text("".join(lines), "utf-8")


def run(*command: object) -> None:
    words = [str(word) for word in command]
    if subprocess.run(words, check=False).returncode != 0:
        sys.exit(f"resources.py: {' '.join(words[:2])} failed; its message is above")


if __name__ == "__main__":
    main()
