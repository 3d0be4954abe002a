#!/bin/sh
# Builds everything into dist/: the WebAssembly kernels, then TypeScript, the page, and the files that are copied as they are.
set -eu
cd "$(dirname "$0")/.."
mkdir -p dist
if [ -f asconfig.json ]; then sh scripts/build-wasm.sh; fi
node_modules/.bin/tsc -p tsconfig.json
node scripts/pick-types.mjs
node scripts/build-page.mjs
# Files that other programs interpret or compile.
find engine bridge bench -name '*.py' -o -name '*.c' | while read -r file; do
  mkdir -p "dist/$(dirname "$file")"
  cp "$file" "dist/$file"
done
chmod +x dist/engine/cli/main.js 2>/dev/null || true
