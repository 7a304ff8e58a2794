#!/usr/bin/env bash
# Sets the page up (npm packages by their hashes, runtime, models) and runs its tests. What is missing on this machine is left out, and said.
#   web_demo/build.sh           set up and test
#   web_demo/build.sh setup     set up only
set -euo pipefail
cd "$(dirname "$0")"

leave_out() {
    echo "web_demo: LEFT OUT: $1" >&2
    exit 0
}

command -v node >/dev/null && command -v npm >/dev/null || leave_out "node and npm are needed, version 20.12 or newer, and were not found"
node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 12) ? 0 : 1)' ||
    leave_out "node 20.12 or newer is needed, and $(node --version) was found"
[ -d node_modules/@litertjs ] || npm ci --no-audit --no-fund || leave_out "the npm packages of package-lock.json could not be fetched"
node tools/setup.js
[ "${1:-}" = setup ] && exit 0

PYTHONPATH=.. "${PYTHON:-python3}" ../android_demo/tools/trust_fixtures.py --output fixtures --count 500
PYTHONPATH=.. "${PYTHON:-python3}" ../android_demo/tools/paragraph_fixtures.py --output fixtures --texts 1000
PYTHONPATH=.. "${PYTHON:-python3}" ../android_demo/tools/dictionary_fixtures.py --output fixtures --texts 1000
node --test --test-concurrency=1 tests/
