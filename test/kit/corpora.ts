import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Public corpora of malformed input beside the project; tests that need them are skipped where they are missing. */
const CORPORA = fileURLToPath(new URL('../../../shared/footage/malformed_corpora', import.meta.url));

/** Why a test is skipped, or undefined when the corpora are there. */
export const corporaMissing = (): string | undefined =>
  existsSync(CORPORA) ? undefined : `no malformed_corpora beside the project (${CORPORA})`;

export interface CorpusFile {
  name: string;
  bytes: Buffer;
}

/** Every file under a folder of the corpora, as it is. */
export const corpusFiles = (folder: string, keep: (name: string) => boolean = () => true): CorpusFile[] =>
  (readdirSync(join(CORPORA, folder), { recursive: true, withFileTypes: true }) as import('node:fs').Dirent[])
    .filter((entry) => entry.isFile() && entry.name !== 'LICENSE' && keep(entry.name))
    .map((entry) => ({ name: entry.name, bytes: readFileSync(join(entry.parentPath ?? entry.path, entry.name)) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

/** The H.264 conformance and error streams. */
export const h264Files = (): CorpusFile[] => corpusFiles('openh264_res', (name) => /\.(h?264)$/.test(name));

/** The byte strings in Go's fuzzing format (`go test fuzz v1`, then one Go literal per line). */
export const goFuzzCases = (folder: string): CorpusFile[] =>
  corpusFiles(join('gortsplib_fuzz/pkg', folder)).flatMap(({ name, bytes }) =>
    bytes
      .toString('utf8')
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const match = /^(?:\[\]byte|string)\("(.*)"\)$/.exec(line.trim());
        return match ? [{ name, bytes: unquoteGo(match[1]!) }] : [];
      }),
  );

const ESCAPES: Record<string, number> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92, '"': 34, "'": 39 };

const unquoteGo = (text: string): Buffer => {
  const parts: Buffer[] = [];
  const pattern = /\\x([0-9a-fA-F]{2})|\\([0-7]{3})|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\(.)|([^\\]+)/g;
  for (const [, hex, octal, short, long, single, plain] of text.matchAll(pattern)) {
    if (hex) parts.push(Buffer.from(hex, 'hex'));
    else if (octal) parts.push(Buffer.from([Number.parseInt(octal, 8)]));
    else if (short ?? long) parts.push(Buffer.from(String.fromCodePoint(Number.parseInt((short ?? long)!, 16))));
    else if (single) parts.push(Buffer.from([ESCAPES[single] ?? single.charCodeAt(0)]));
    else parts.push(Buffer.from(plain!));
  }
  return Buffer.concat(parts);
};
