#!/bin/sh
# Set-up, static checks, then all tests. Arguments go to vitest.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh --with-tests
node_modules/.bin/tsc -b tsconfig.test.json
node_modules/.bin/biome check .
exec node_modules/.bin/vitest run "$@"
