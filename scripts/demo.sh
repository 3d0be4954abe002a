#!/bin/sh
# A simulated camera and the engine, from a bare machine to clips. See `npm run demo -- --help`.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh >&2
exec node dist/examples/demo/main.js "$@"
