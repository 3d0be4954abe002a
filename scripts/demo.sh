#!/bin/sh
# A simulated camera and the engine, from a bare machine to clips. See `npm run demo -- --help`.
set -eu
cd "$(dirname "$0")/.."
with=''
for option; do
  case $option in --infer | --infer=*) with=--with-infer ;; esac
done
sh scripts/setup.sh $with >&2
# npm passes a signal to its shell only: when that is gone, nobody waits for the demo any more.
kill -0 "$PPID" 2>/dev/null || exit 143
exec node dist/examples/demo/main.js "$@"
