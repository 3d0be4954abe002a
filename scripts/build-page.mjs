/**
 * Builds the page into dist/page, with what browsers can take compressed beside each file. Skips when nothing changed.
 * What is served must never be half of a build: it is made beside, and moved.
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';

const ROOT = resolve(import.meta.dirname, '..');
const OUT = join(ROOT, 'dist/page');
const BESIDE = join(ROOT, 'dist/page.new');

const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const sources = [...filesBelow(join(ROOT, 'page')), join(ROOT, 'package-lock.json'), import.meta.filename];
const built = join(OUT, 'index.html');
// A file that was removed changes the list, which is kept beside the build.
const list = join(ROOT, 'dist/.page-sources');
const names = sources.join('\n');
const isFresh =
  existsSync(built) &&
  existsSync(list) &&
  readFileSync(list, 'utf8') === names &&
  sources.every((file) => statSync(file).mtimeMs <= statSync(built).mtimeMs);

if (!isFresh) {
  await build({ configFile: join(ROOT, 'page/vite.config.ts'), logLevel: 'warn', build: { outDir: BESIDE } });
  for (const file of filesBelow(BESIDE)) {
    const bytes = readFileSync(file);
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  }
  rmSync(OUT, { recursive: true, force: true });
  renameSync(BESIDE, OUT);
  writeFileSync(list, names);
}
