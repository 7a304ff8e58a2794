"""Makes a signed APK of the app's jars: R8, zip, signature. Then checks it with tools that were not used to make it.

    python3 tools/apk.py --parts JARS --resources app/target/android --framework android-all.jar --tools DIRECTORY \\
        --rules rules.pro --abis arm64-v8a --java-home JDK --output demo.apk

A missing key is generated, for trying, not for a store. KEYSTORE, KEYSTORE_ALIAS and KEYSTORE_PASSWORD name your own.
"""

from __future__ import annotations

import argparse
import os
import zipfile
from pathlib import Path

from apk_checks import check
from r8 import R8, run

MIN_SDK = "26"
ENTRY_TIME = (1980, 1, 1, 0, 0, 0)
STORED = (".so", ".ltpk", ".tflite", ".arsc")
# Files that R8 passes through from the jars but a phone does not need.
UNWANTED = ("META-INF/", "kotlin/", "DebugProbesKt.bin")
UNWANTED_SUFFIXES = (".kotlin_module", ".kotlin_builtins", ".kotlin_metadata", ".h", ".class")


def main() -> None:
    options = parse()
    work = options.output.parent
    work.mkdir(parents=True, exist_ok=True)
    code = shrink(options, work / "code.zip")
    unsigned = work / "unsigned.apk"
    pack(options, code, unsigned)
    sign(options, unsigned, options.output)
    unsigned.unlink()
    check(options.output, options.parts)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--parts", type=Path, required=True, metavar="DIRECTORY", help="jars of the app and of all that it needs"
    )
    parser.add_argument("--resources", type=Path, required=True, metavar="DIRECTORY", help="what resources.py made")
    parser.add_argument("--framework", type=Path, required=True, metavar="JAR", help="Android's classes")
    parser.add_argument("--tools", type=Path, required=True, metavar="DIRECTORY", help="r8.jar and apksig.jar")
    parser.add_argument("--rules", type=Path, required=True, metavar="FILE", help="what R8 must keep")
    parser.add_argument("--abis", required=True, metavar="NAME,...", help="whose native libraries are packed")
    parser.add_argument("--java-home", type=Path, required=True, metavar="DIRECTORY")
    parser.add_argument("--output", type=Path, required=True, metavar="APK")
    return parser.parse_args()


def is_native(jar: Path) -> bool:
    return "-android-" in jar.name


def shrink(options: argparse.Namespace, output: Path) -> Path:
    """Shrinks the code; the mapping of names, for reading stack traces, is beside the output."""
    jars = [jar for jar in sorted(options.parts.glob("*.jar")) if not is_native(jar)]
    rules = [options.rules, options.resources / "resources.pro"]
    r8 = R8(options.tools, options.framework, options.java_home)
    r8.shrink(jars, rules, output, output.with_name("mapping.txt"), ["--min-api", MIN_SDK])
    return output


def pack(options: argparse.Namespace, code: Path, unsigned: Path) -> None:
    """Puts resources, code, Java resources and native libraries into one file."""
    libraries = tuple(f"lib/{abi}/" for abi in options.abis.split(","))
    with zipfile.ZipFile(unsigned, "w") as apk:
        for archive in (options.resources / "resources.ap_", code):
            with zipfile.ZipFile(archive) as source:
                for name in source.namelist():
                    if (
                        not name.startswith(UNWANTED)
                        and not name.endswith((*UNWANTED_SUFFIXES, "/"))
                        and not is_other_platform(name)
                    ):
                        add(apk, name, source.read(name))
        for jar in sorted(options.parts.glob("*.jar")):
            with zipfile.ZipFile(jar) as source:
                for name in source.namelist():
                    if is_native(jar) and name.startswith(libraries) and name.endswith(".so"):
                        add(apk, name, source.read(name))


def is_other_platform(name: str) -> bool:
    """Whether it is JavaCPP's description of a system that is not Android."""
    return (
        name.startswith("org/bytedeco/javacpp/properties/")
        and "/android-" not in name
        and not name.endswith("/generic.properties")
    )


def add(apk: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, ENTRY_TIME)
    entry.compress_type = zipfile.ZIP_STORED if name.endswith(STORED) else zipfile.ZIP_DEFLATED
    apk.writestr(entry, data)


def sign(options: argparse.Namespace, unsigned: Path, output: Path) -> None:
    environment = dict(os.environ)
    keystore = environment.get("KEYSTORE")
    if keystore is None:
        environment.update(KEYSTORE_PASSWORD="android", KEYSTORE_ALIAS="debug")
        keystore = str(make_key(options, output.with_name("debug.p12")))
    java = options.java_home / "bin" / "java"
    program = Path(__file__).with_name("SignApk.java")
    run(
        [java, "-cp", options.tools / "apksig.jar", program, unsigned, output, keystore, environment["KEYSTORE_ALIAS"]],
        environment,
    )


def make_key(options: argparse.Namespace, keystore: Path) -> Path:
    if not keystore.is_file():
        command = [
            options.java_home / "bin" / "keytool",
            "-genkeypair",
            "-keystore",
            keystore,
            "-storepass",
            "android",
            "-alias",
            "debug",
        ]
        command += ["-keyalg", "RSA", "-keysize", "2048", "-validity", "10000", "-dname", "CN=Android Debug"]
        run(command)
    return keystore


if __name__ == "__main__":
    main()
