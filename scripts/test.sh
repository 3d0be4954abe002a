#!/bin/sh
# Set-up, the quick checks, then all tests. Arguments go to vitest.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh --with-tests
sh scripts/check.sh types lint size
exec node_modules/.bin/vitest run "$@"
