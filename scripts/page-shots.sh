#!/bin/sh
# Pictures of everything that the page shows, light, dark and on a phone, for people to look at. Needs dist/.
#   sh scripts/page-shots.sh DIR [STATE,…]
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || { echo "page-shots: a folder for the pictures is missing" >&2; exit 2; }
SLUICE_PAGE_SHOTS=$(realpath -m "$1") SLUICE_PAGE_SHOTS_OF="${2:-}" exec node_modules/.bin/vitest run test/e2e/page-shots.test.ts
