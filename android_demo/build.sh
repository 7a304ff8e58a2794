#!/usr/bin/env bash
# Builds and tests the Android demo without Android's SDK.
#
#   build.sh install         the packages of Debian or Ubuntu that the rest needs; for root
#   build.sh test [...]      core's tests, and all that `apk` does where there is what it needs; says loudly what it leaves out
#   build.sh publish DIR     core, coroutines and litert, with their sources, into a Maven repository: a directory on this machine
#   build.sh apk [...]       core, app, Android Lint, the signed APK apk/target/lite-transformer.apk, and the tests on its shrunk classes
#
# Further arguments are Maven's: `build.sh apk -DskipTests` makes the APK alone, `-Dabis=arm64-v8a` one for phones only.
set -euo pipefail
cd "$(dirname "$0")"

FIXTURES=core/target/fixtures
# Programs, each with the package that has it.
APK_PROGRAMS="aapt2:aapt apksigner:apksigner dexdump:dexdump readelf:binutils"

# The packages of those programs that are not there.
packages_of() {
    for pair in "$@"; do
        command -v "${pair%%:*}" > /dev/null || echo "${pair##*:}"
    done | sort -u | tr '\n' ' '
}

# The home of a JDK of version 21 or newer, which Robolectric's Android 16 needs; nothing when there is none.
find_jdk() {
    local home javac version
    javac="$(readlink -f "$(command -v javac)" || true)"
    for home in "${JAVA_HOME:-/none}" "${javac%/bin/javac}" /usr/lib/jvm/* /opt/*jdk*; do
        if [ ! -x "$home/bin/javac" ] || [ ! -f "$home/release" ]; then continue; fi
        version="$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")"
        if [ "${version:-0}" -ge 21 ]; then
            echo "$home"
            return
        fi
    done
}

install_packages() {
    local packages package
    # shellcheck disable=SC2086 # one word a program
    packages="$(packages_of $APK_PROGRAMS mvn:maven javac:default-jdk-headless)"
    if [ -z "$packages" ] && [ -n "$(find_jdk)" ]; then return; fi
    if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
        echo "Only root can install, with apt-get: ${packages:-a JDK of version 21 or newer}"
        return
    fi
    apt-get update --quiet=2 || true
    if [ -z "$(find_jdk)" ]; then
        for package in openjdk-25-jdk-headless openjdk-21-jdk-headless; do
            if apt-cache show "$package" > /dev/null 2>&1; then packages="$packages $package" && break; fi
        done
    fi
    # shellcheck disable=SC2086 # one word a package
    DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends $packages > /dev/null ||
        echo "apt-get could not install $packages; the tests will say what they leave out"
}

maven() { mvn --batch-mode --no-transfer-progress "$@"; }

skip() { echo "SKIPPED, LOUDLY: $*"; }

# Python's answers, with which core's tests compare.
write_fixtures() {
    local python="${PYTHON:-../.venv/bin/python}"
    "$python" tools/tokenizer_fixtures.py --output "$FIXTURES"
    "$python" tools/trust_fixtures.py --output "$FIXTURES"
    "$python" tools/decoding_fixtures.py --output "$FIXTURES" --updates 30
    "$python" tools/suggestion_fixtures.py --output "$FIXTURES"
    "$python" tools/paragraph_fixtures.py --output "$FIXTURES"
}

# Why the app cannot be built; nothing when it can.
why_no_app() {
    local packages
    # shellcheck disable=SC2086 # one word a program
    packages="$(packages_of $APK_PROGRAMS)"
    if [ -z "$(find_jdk)" ]; then
        echo "a JDK of version 21 or newer is needed (JAVA_HOME names one)"
    elif [ -n "$packages" ]; then
        echo "programs are missing, on Debian or Ubuntu: apt-get install $packages"
    elif ! JAVA_HOME="$(find_jdk)" maven --quiet -Papk --projects aars,toolbox process-resources > /dev/null; then
        echo "Maven cannot fetch Android's tools, some of which are only in Google's repository"
    fi
}

build_all() {
    JAVA_HOME="$(find_jdk)" maven -Papk "$@" package
}

run_tests() {
    local reason
    if ! command -v javac > /dev/null || ! command -v mvn > /dev/null; then
        skip "the tests of android_demo need Maven and a JDK of version 17 or newer"
        return
    fi
    if ! maven --quiet --projects core dependency:resolve > /dev/null; then
        skip "Maven cannot fetch what the tests of android_demo need"
        return
    fi
    write_fixtures
    reason="$(why_no_app)"
    if [ -n "$reason" ]; then
        maven --projects core,interpreter,coroutines "$@" test
        skip "the tests of android_demo/app and its APK: $reason"
    else
        build_all "$@"
    fi
}

# Writes the libraries into a Maven repository, and resolves them from there.
publish() {
    local repository="${1:?a directory for the Maven repository is needed}" version
    maven --quiet --projects core,aars,interpreter,coroutines,litert-types,litert "${@:2}" package
    version="$(sed -n 's/^  <version>\(.*\)<.*/\1/p' pom.xml)"
    python3 tools/publish.py --root . --repository "$repository"
    python3 tools/check_published.py --repository "$repository" --version "$version"
}

build_apk() {
    local reason
    reason="$(why_no_app)"
    if [ -n "$reason" ]; then
        echo "build.sh: $reason" >&2
        exit 1
    fi
    if [ ! -d "$FIXTURES/decoding" ] && [[ " $* " != *" -DskipTests "* ]]; then write_fixtures; fi
    build_all "$@"
}

case "${1:-}" in
    install) install_packages ;;
    test) run_tests "${@:2}" ;;
    apk) build_apk "${@:2}" ;;
    publish) publish "${@:2}" ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "$0" && exit 2 ;;
esac
