/**
 * Copies the declarations that programs see into dist/types: what engine/index.d.ts leads to, as the compiler has left it in
 * dist/. Everything else is internal, and its declarations may need types that the package does not bring along.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

const DIST = resolve(import.meta.dirname, '../dist');
const TYPES = join(DIST, 'types');

const reached = new Set();
const packages = new Map();
const visit = (file) => {
  if (reached.has(file)) return;
  reached.add(file);
  for (const { fileName: target } of ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles) {
    if (target.startsWith('.')) visit(resolve(dirname(file), target.replace(/\.js$/, '.d.ts')));
    else packages.set(target, relative(DIST, file));
  }
};
visit(join(DIST, 'engine/index.d.ts'));

rmSync(TYPES, { recursive: true, force: true });
for (const file of reached) {
  const copy = join(TYPES, relative(DIST, file));
  mkdirSync(dirname(copy), { recursive: true });
  cpSync(file, copy);
}

const { dependencies } = JSON.parse(readFileSync(join(DIST, '../package.json'), 'utf8'));
const bare = [...packages].filter(([name]) => !name.startsWith('node:') && !(name in dependencies));
const untyped = [...packages].filter(([name]) => !name.startsWith('node:') && name in dependencies && !hasTypes(name));
for (const [name, file] of [...bare, ...untyped]) {
  console.error(`${file} needs the types of ${name}, which whoever installs the package does not have`);
  process.exitCode = 1;
}

function hasTypes(name) {
  const folder = join(DIST, '../node_modules', name);
  const { types, typings } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return types !== undefined || typings !== undefined || existsSync(join(folder, 'index.d.ts'));
}
