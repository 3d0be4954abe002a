/**
 * Reports what the npm package lacks and what it should not hold. Reads the list that `npm pack` would pack, so dist/ must
 * be built.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, normalize, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
process.chdir(ROOT);

/** What somebody who installs the package needs by name. What is compiled is compared with its sources below. */
const REQUIRED = [
  'LICENSE',
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'package.json',
  'dist/wasm/motion.simd.wasm',
  'dist/wasm/motion.scalar.wasm',
  'dist/types/engine/index.d.ts',
  'dist/page/index.html',
  'dist/page/index.html.br',
  'examples/sluice.yaml',
  'examples/gateway/main.ts',
  'examples/logic/topology.json',
  'packages/infer/package.json',
  'packages/infer/package-lock.json',
  'scripts/setup.sh',
  'scripts/packages.txt',
];
/** Compiled, or copied where another interpreter runs it. */
const COMPILED = ['bridge', 'engine', 'wasm', 'examples/gateway', 'examples/logic', 'infer'];
const NOT_COMPILED = /^wasm\/assembly\//;

const FORBIDDEN = [
  [/^(?:dist\/)?(?:bench|test)\//, 'is for those who work on Sluice'],
  [/^(?:engine|bridge|wasm|page|infer)\//, 'is a source; dist/ has what is compiled from it'],
  [/^dist\/(?!types\/).*\.d\.ts$/, 'is a declaration of what programs cannot import; dist/types has the others'],
  [/\.map$/, 'is a source map, and the sources are not packed'],
  [/\.wat$|tsbuildinfo|\.tgz$|\.log$/, 'is left over from a build'],
  [/(?:^|\/)(?:data|node_modules|\.[^/]+)\//, 'is no part of the project'],
  [/\.(?:db|mp4|pem|key|env)$/, 'is data'],
];

// npm runs what belongs to a package around it; prepack would build anew.
const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' });
const packed = new Set(Object.values(JSON.parse(listed))[0].files.map(({ path }) => path));

const sources = COMPILED.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
).filter((file) => /(?<!\.d)\.ts$|\.py$/.test(file) && !NOT_COMPILED.test(file));
const compiled = sources.map((file) => `dist/${file.replace(/\.ts$/, '.js')}`);

const faults = [];
for (const file of [...REQUIRED, ...compiled]) {
  if (!packed.has(file)) faults.push(`${file} is missing${existsSync(file) ? '' : '; run `npm run build`'}`);
}
for (const file of packed) {
  for (const [pattern, why] of FORBIDDEN) if (pattern.test(file)) faults.push(`${file} ${why}`);
  // tsc leaves in dist/ what it made of a source that has gone since.
  if (/^dist\/(?!page\/).*\.(?:js|py)$/.test(file) && !compiled.includes(file)) {
    faults.push(`${file} has no source; remove dist/ and build again`);
  }
}

/** Links of the packed documentation, except those that lead to other sites. */
for (const file of [...packed].filter((path) => /^docs\/.*\.md$/.test(path))) {
  for (const [, link] of readFileSync(file, 'utf8').matchAll(/\]\(([^()#\s\]]+)(?:#[^()\]]*)?\)/g)) {
    if (/^[a-z]+:/.test(link)) continue;
    const target = normalize(join(file, '..', link));
    const isThere = packed.has(target) || [...packed].some((path) => path.startsWith(`${target.replace(/\/$/, '')}/`));
    if (!isThere) faults.push(`${file} links to ${link}, which is not packed`);
  }
}

for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);
console.log(`${packed.size} files in the package, as they should be`);
