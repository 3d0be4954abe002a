import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** In the order of preference: what the build has made of a file besides the file itself. */
const ENCODINGS = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface PageFile {
  type: string;
  etag: string;
  /** Its name has a hash of what is in it. */
  immutable: boolean;
  bytes: Buffer;
  encoded: readonly { name: string; bytes: Buffer }[];
}

/** From the folder of the sources as well as from dist/. */
const pageFolder = (): string =>
  fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../dist/page' : '../../page', import.meta.url));

/**
 * The files of the page by their path, as `/index.html` and `/assets/…`, in memory: they are few and small. None if the page
 * has not been built.
 */
export const readPageFiles = (folder = pageFolder()): ReadonlyMap<string, PageFile> => {
  const files = new Map<string, PageFile>();
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const name = `/${relative(folder, path).split(sep).join('/')}`;
    const bytes = readFileSync(path);
    files.set(name, {
      type,
      etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
      immutable: name.startsWith('/assets/'),
      bytes,
      encoded: ENCODINGS.flatMap((encoding) =>
        existsSync(path + encoding.suffix)
          ? [{ name: encoding.name, bytes: readFileSync(path + encoding.suffix) }]
          : [],
      ),
    });
  }
  return files;
};

/** What of a file a client takes that sent this `Accept-Encoding`. */
export const encodedFor = (file: PageFile, accepted: string | undefined): { name?: string; bytes: Buffer } => {
  const names = new Set<string>();
  for (const each of (accepted ?? '').split(',')) {
    const [name = '', ...parameters] = each.split(';').map((part) => part.trim().toLowerCase());
    if (!parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))) names.add(name);
  }
  return file.encoded.find(({ name }) => names.has(name)) ?? { bytes: file.bytes };
};
