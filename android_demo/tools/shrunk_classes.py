"""Shrinks the app's classes as for the APK, but to class files of the JVM, so that tests can run on them.

    python3 tools/shrunk_classes.py --parts apk/target/parts --tests core/target/test-classes app/target/test-classes \\
        --tools toolbox/target --framework android-all.jar --rules apk/rules.pro --java-home JDK \\
        --libraries junit.jar --output shrunk/target

The rules are those of the APK. In addition, everything to which the tests refer keeps its name; the rest may be
renamed, merged or removed. Writes OUTPUT/classes and OUTPUT/test-classes.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import struct
import sys
import zipfile
from pathlib import Path

from r8 import R8

PACKAGE = "dev/litetransformer"
# Tests of the activity need the framework and so a class loader of Robolectric's, which takes the app's own classes.
SKIPPED = f"{PACKAGE}/demo/"
TAKEN = (f"{PACKAGE}/demo/model/", f"{PACKAGE}/demo/state/")
# In the APK's classes already: the tests shall use that one.
RUNTIME = (f"{PACKAGE}/runtime/BytedecoTensorModel", f"{PACKAGE}/runtime/BoundSignature")

# Constants of a class file (Java Virtual Machine Specification, 4.4): bytes behind the tag.
UTF8 = 1
CONSTANT_BYTES = {
    3: 4,
    4: 4,
    5: 8,
    6: 8,
    7: 2,
    8: 2,
    9: 4,
    10: 4,
    11: 4,
    12: 4,
    15: 3,
    16: 2,
    17: 4,
    18: 4,
    19: 2,
    20: 2,
}
TWO_ENTRIES = (5, 6)
NOT_IN_NAMES = re.compile(rb"[^\w$/;()\[<>\x80-\xff-]")


def main() -> None:
    options = parse()
    classes, tests = options.output / "classes", options.output / "test-classes"
    jars = [jar for jar in sorted(options.parts.glob("*.jar")) if "-android-" not in jar.name]
    for directory in (classes, tests):
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
    callers = options.output / "tests.jar"
    collect_tests(options.tests, tests, callers)
    r8 = R8(options.tools, options.framework, options.java_home)
    kept = options.output / "tests.pro"
    libraries = [Path(path) for path in options.libraries.split(os.pathsep) if path.endswith(".jar")]
    r8.keep_rules(callers, jars, libraries, kept)
    r8.shrink(jars, [*options.rules, kept], classes, options.output / "mapping.txt", ["--classfile"])


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--parts", type=Path, required=True, metavar="DIRECTORY", help="jars of the app and of all that it needs"
    )
    parser.add_argument("--tests", type=Path, nargs="+", required=True, metavar="DIRECTORY", help="compiled tests")
    parser.add_argument("--tools", type=Path, required=True, metavar="DIRECTORY", help="r8.jar")
    parser.add_argument("--framework", type=Path, required=True, metavar="JAR", help="Android's classes")
    parser.add_argument("--rules", type=Path, nargs="+", required=True, metavar="FILE", help="what R8 must keep")
    parser.add_argument("--java-home", type=Path, required=True, metavar="DIRECTORY")
    parser.add_argument("--libraries", required=True, metavar="CLASSPATH", help="what the tests need beside the app")
    parser.add_argument("--output", type=Path, required=True, metavar="DIRECTORY")
    return parser.parse_args()


def collect_tests(sources: list[Path], target: Path, archive: Path) -> None:
    """Copies the tests that run without Android's framework; `archive` is for reading what they refer to."""
    with zipfile.ZipFile(archive, "w") as jar:
        for source in sources:
            names = [path.relative_to(source) for path in sorted(source.rglob("*.class"))]
            wanted = [name for name in names if is_wanted(name.as_posix())]
            if not wanted:
                sys.exit(f"shrunk_classes.py: tests must be compiled before. Received: none in {source}")
            for name in wanted:
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source / name, target / name)
                jar.writestr(name.as_posix(), with_plain_names((source / name).read_bytes()))


def with_plain_names(code: bytes) -> bytes:
    """The class file with `_` in names that are sentences, as in tests: Android's tools do not accept such names."""
    changed = bytearray(code)
    (count,) = struct.unpack_from(">H", code, 8)
    place, index = 10, 1
    while index < count:
        tag = code[place]
        size = 2 + struct.unpack_from(">H", code, place + 1)[0] if tag == UTF8 else CONSTANT_BYTES[tag]
        text = code[place + 3 : place + 1 + size]
        if tag == UTF8 and b" " in text:
            changed[place + 3 : place + 1 + size] = NOT_IN_NAMES.sub(b"_", text)
        place += 1 + size
        index += 2 if tag in TWO_ENTRIES else 1
    return bytes(changed)


def is_wanted(name: str) -> bool:
    return not name.startswith(RUNTIME) and (name.startswith(TAKEN) or not name.startswith(SKIPPED))


if __name__ == "__main__":
    main()
