#!/bin/sh
# What npm runs after `npm install` in this folder, and in a clone of it that another project installs by its git address:
# builds what is not built yet.
set -eu
cd "$(dirname "$0")/.."
[ ! -f dist/page/index.html ] || exit 0
# A packed file has no sources, and an installation without development packages nothing to build them with.
[ -f tsconfig.json ] || exit 0
if [ ! -x node_modules/.bin/tsc ]; then
  echo 'prepare: nothing is built, because the development packages are not installed' >&2
  exit 0
fi
sh scripts/build.sh >&2
