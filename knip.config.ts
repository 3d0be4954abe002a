import type { KnipConfig } from 'knip';

/** `knip --production` leaves the tests out, and so reports what only they use. A pattern that ends in ! is production. */
const withoutTests = process.argv.includes('--production');

const config: KnipConfig = {
  // Besides what package.json names: programs, files that run in a thread or process of their own, makers of reference pages.
  entry: [
    'bridge/child/main.ts!',
    'engine/store/checkpoint-worker.ts!',
    'engine/fleet/engine-process.ts!',
    'engine/doctor/load-module.ts!',
    'wasm/detector/worker.ts!',
    'engine/config/reference.ts!',
    'engine/topology/node-reference.ts!',
    'engine/events/event-reference.ts!',
    'examples/*/main.ts!',
    'infer/detector/worker.ts!',
    'page/main.ts!',
    'page/vite.config.ts!',
    'bench/main.ts!',
    'bench/command/reference.ts!',
    'bench/chaos/main.ts!',
    'bench/chaos/series/*.ts!',
    'bench/chaos/series/trial/engine.ts!',
    'bench/chaos/telling-table.ts!',
    'bench/*/index.ts!',
    'bench/events/{clients,server}.ts!',
    'bench/inference/server.ts!',
    'bench/latency/arrivals.ts!',
    'test/kit/*.mjs',
    'test/kit/consumer/*.ts',
    'scripts/*.mjs',
  ],
  project: [
    '{engine,bridge,bench,examples,infer,page}/**/*.ts!',
    'wasm/*.ts!',
    // Not wasm/assembly: the decorators of AssemblyScript cannot be parsed.
    'wasm/{detector,tracker}/**/*.ts!',
    'test/**/*.{ts,mjs}',
    'scripts/*.mjs',
  ],
  // A test may look at a function that its own file uses; an export that nobody imports is one too many.
  ignoreExportsUsedInFile: withoutTests ? true : { interface: true, type: true },
  // Its readers are the kernels too, which are not in the project.
  ignoreIssues: { 'wasm/layout.ts': ['exports'] },
  ignoreDependencies: [
    // Loaded with createRequire; run by scripts/check.sh.
    ...['gstreamer-superficial', 'publint'],
    // Of fastify, at the last version whose own dependencies run on Node.js 20. Only a dependency holds where others
    // install this package: overrides are the root project's alone.
    'light-my-request',
    // Put into pages by test/kit/player-page.ts and test/kit/page-rig.ts.
    ...(withoutTests ? [] : ['axe-core', '@azure/video-analyzer-player', 'shaka-player', 'shaka-player-5', 'hls.js']),
  ],
  // scripts/packages*.txt lists what comes from Debian.
  exclude: ['binaries'],
};

export default config;
