#!/usr/bin/env bash
# Builds and tests core and app, and packs a signed APK, without Android's SDK: android_demo/build_apk.sh [arguments for Maven]
# For instance `-DskipTests` for the APK alone. Ends with apk/target/lite-transformer.apk.
set -euo pipefail
cd "$(dirname "$0")"

# A program and the Debian package that has it.
needed="aapt2:aapt apksigner:apksigner dexdump:dexdump readelf:binutils mvn:maven"
missing=""
for pair in $needed; do
    command -v "${pair%%:*}" > /dev/null || missing="$missing ${pair##*:}"
done
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
        echo "Installing$missing"
        apt-get update --quiet=2
        # shellcheck disable=SC2086 # one word a package
        apt-get install --quiet=2 --yes --no-install-recommends $missing
    else
        echo "build_apk.sh needs more programs; on Debian or Ubuntu: sudo apt-get install$missing" >&2
        exit 1
    fi
fi

# Robolectric's Android 16 wants JDK 21 or newer.
is_new() { [ -x "$1/bin/javac" ] && [ "$("$1/bin/javac" -version 2>&1 | sed -E 's/javac ([0-9]+).*/\1/')" -ge 21 ]; }
if ! is_new "${JAVA_HOME:-}"; then
    found=""
    for home in "$(dirname "$(dirname "$(readlink -f "$(command -v javac || echo /none/bin/javac)")")")" /usr/lib/jvm/* /opt/*jdk*; do
        if is_new "$home"; then
            found="$home"
            break
        fi
    done
    if [ -z "$found" ]; then
        echo "build_apk.sh needs a JDK of version 21 or newer; name one: JAVA_HOME=... android_demo/build_apk.sh" >&2
        exit 1
    fi
    export JAVA_HOME="$found"
fi

# core's tests compare with Python's answers.
if [ ! -d core/target/fixtures/decoding ] && [[ " $* " != *" -DskipTests "* && " $* " != *" -Dmaven.test.skip=true "* ]]; then
    python="${PYTHON:-../.venv/bin/python}"
    "$python" tools/tokenizer_fixtures.py --output core/target/fixtures
    "$python" tools/decoding_fixtures.py --output core/target/fixtures --updates 30
fi

mvn --batch-mode -Papk "$@" package
