"""Checks of a finished APK, with tools that were not used to make it."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PAGE_BYTES = 16 * 1024


def check(apk: Path, parts: Path) -> None:
    """Ends the program with a sentence when something is wrong."""
    check_signature(apk)
    check_manifest(apk)
    check_code(apk, parts)
    check_libraries(apk)
    print(f"{apk}: {apk.stat().st_size / 1e6:.1f} MB, signed and checked")


def check_signature(apk: Path) -> None:
    output = tool("apksigner", "verify", "--verbose", apk)
    for scheme in ("v2", "v3"):
        if f"Verified using {scheme} scheme" not in output or not re.search(
            rf"Verified using {scheme} scheme.*: true", output
        ):
            fail(f"the APK must be signed by scheme {scheme}", output)


def check_manifest(apk: Path) -> None:
    badging = tool("aapt2", "dump", "badging", apk)
    for wanted in (
        "sdkVersion:'26'",
        "targetSdkVersion:'36'",
        "launchable-activity: name='dev.litetransformer.demo.MainActivity'",
        "'arm64-v8a'",
    ):
        if wanted not in badging:
            fail(f"the APK's description must have {wanted}", badging)
    if "uses-permission" in badging:
        fail("the app must ask for no permission", badging)


def check_code(apk: Path, parts: Path) -> None:
    """Each ABI's libraries must have the function of every native method; all classes of the manifest must exist."""
    with tempfile.TemporaryDirectory() as directory, zipfile.ZipFile(apk) as archive:
        dumps = [
            tool("dexdump", archive.extract(name, directory))
            for name in archive.namelist()
            if re.fullmatch(r"classes\d*\.dex", name)
        ]
        functions = symbols(archive, Path(directory))
        for name in ("models/", "AndroidManifest.xml", "resources.arsc"):
            if not any(entry.removeprefix("assets/").startswith(name) for entry in archive.namelist()):
                fail(f"the APK must have {name}", archive.namelist())
        core = next(parts.glob("core-*.jar"))
        with zipfile.ZipFile(core) as jar:
            missing = [name for name in jar.namelist() if name.endswith(".bin") and name not in archive.namelist()]
        if missing:
            fail("the APK must have core's tables", missing)
    methods = [method for dump in dumps for method in native_methods(dump)]
    if not methods:
        fail("the APK must have native methods", "none")
    for abi, names in functions.items():
        lost = [method for method in methods if not {jni_name(*method[:2]), jni_name(*method)} & names]
        if lost:
            fail(f"every native method must have its function in the libraries of {abi}", lost[:10])
    print(f"{len(methods)} native methods, all found in the libraries of {', '.join(sorted(functions))}")


def symbols(archive: zipfile.ZipFile, directory: Path) -> dict[str, set[str]]:
    """The JNI functions of each ABI's libraries."""
    found: dict[str, set[str]] = {}
    for name in archive.namelist():
        if name.startswith("lib/") and name.endswith(".so"):
            listing = tool("nm", "-D", "--defined-only", archive.extract(name, directory))
            found.setdefault(name.split("/")[1], set()).update(re.findall(r"\bJava_\w+", listing))
    return found


def native_methods(dump: str) -> list[tuple[str, str, str]]:
    """Class, name and signature of each native method that dexdump lists."""
    pattern = re.compile(r"\(in L([^;]+);\)\s+name\s+: '([^']+)'\s+type\s+: '([^']+)'\s+access\s+: 0x\w+ \(([^)]*)\)")
    return [match.groups()[:3] for match in pattern.finditer(dump) if "NATIVE" in match.group(4)]


def jni_name(owner: str, method: str, signature: str | None = None) -> str:
    """The C function of a native method; with a signature the long form, for overloaded methods."""
    name = f"Java_{mangle(owner)}_{mangle(method)}"
    return name if signature is None else f"{name}__{mangle(signature[1 : signature.index(')')])}"


def mangle(text: str) -> str:
    escapes = {"/": "_", "_": "_1", ";": "_2", "[": "_3"}
    return "".join(escapes.get(c) or (c if c.isascii() and c.isalnum() else f"_0{ord(c):04x}") for c in text)


def check_libraries(apk: Path) -> None:
    """16 KB pages, both of the ELF segments and of the positions of the uncompressed libraries in the APK."""
    with zipfile.ZipFile(apk) as archive, apk.open("rb") as stream, tempfile.TemporaryDirectory() as directory:
        libraries = [entry for entry in archive.infolist() if entry.filename.endswith(".so")]
        for entry in libraries:
            stream.seek(entry.header_offset + 26)
            name_size, extra_size = struct.unpack("<HH", stream.read(4))
            place = entry.header_offset + 30 + name_size + extra_size
            if entry.compress_type != zipfile.ZIP_STORED or place % PAGE_BYTES:
                fail("native libraries must be uncompressed at a multiple of 16 KB", f"{entry.filename} at {place}")
            segments = tool("readelf", "-lW", archive.extract(entry, directory))
            alignments = [int(line.split()[-1], 16) for line in segments.splitlines() if line.split()[:1] == ["LOAD"]]
            if not alignments or any(alignment % PAGE_BYTES for alignment in alignments):
                fail("native libraries must be linked for pages of 16 KB", f"{entry.filename} with {alignments}")
    print(f"{len(libraries)} native libraries for pages of 16 KB")


def tool(name: str, *arguments: object) -> str:
    try:
        finished = subprocess.run([name, *map(str, arguments)], check=False, capture_output=True, text=True)
    except FileNotFoundError:
        sys.exit(f"apk_checks.py needs {name} on the PATH; on Debian: apt-get install aapt apksigner dexdump binutils")
    if finished.returncode != 0:
        fail(f"{name} must accept the APK", finished.stdout + finished.stderr)
    return finished.stdout


def fail(rule: str, received: object) -> None:
    sys.exit(f"apk_checks.py: {rule}. Received: {received}")
