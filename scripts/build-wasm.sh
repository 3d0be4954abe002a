#!/bin/sh
# Compiles the motion kernels twice from one source: with and without SIMD. Skips when nothing changed.
set -eu
cd "$(dirname "$0")/.."
mkdir -p dist/wasm
for target in simd scalar; do
  out="dist/wasm/motion.$target.wasm"
  changed=$(find wasm/assembly asconfig.json package-lock.json scripts/build-wasm.sh scripts/kernel-layout.mjs -type f -newer "$out" 2>/dev/null || echo missing)
  if [ -s "$out" ] && [ -z "$changed" ]; then continue; fi
  # The TypeScript side reads the slab by the offsets that the kernels have.
  if [ "$target" = simd ]; then node scripts/kernel-layout.mjs; fi
  # Written beside and moved: whoever reads the file while it is built sees the old or the new one, never half of it.
  node_modules/.bin/asc --config asconfig.json --target "$target" --outFile "$out.new.wasm" --textFile "dist/wasm/motion.$target.wat"
  # The module must not carry data: a data segment would be written into the shared memory again by every worker.
  if grep -q '^ (data' "dist/wasm/motion.$target.wat"; then
    echo "build-wasm: $out has a data segment" >&2
    exit 1
  fi
  mv "$out.new.wasm" "$out"
done
