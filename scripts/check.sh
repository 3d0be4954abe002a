#!/bin/sh
# What can be known about the tree without running it. Goes on after a fault, so that one run shows all of them.
#   sh scripts/check.sh [STEP…]     types lint size unused pack; without a step, all of them
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/node_modules/.bin:$PATH"

# Sources, then tests; the page apart, because its types are those of a browser.
types() { tsc -b tsconfig.test.json && tsc -p page/tsconfig.json; }
lint() { biome check .; }
size() { node scripts/check-size.mjs; }
# First with the tests, then as if there were none.
unused() { knip --no-progress && knip --no-progress --production; }
# Needs dist/, as `npm run build` makes it.
pack() { node scripts/check-pack.mjs && publint --strict --pack npm; }

failed=''
for step in ${*:-types lint size unused pack}; do
  case $step in
    types | lint | size | unused | pack) ;;
    *) echo "check: unknown step $step" >&2; exit 2 ;;
  esac
  echo "check: $step"
  "$step" || failed="$failed $step"
done
[ -z "$failed" ] || { echo "check: faults in:$failed" >&2; exit 1; }
echo "check: no faults"
