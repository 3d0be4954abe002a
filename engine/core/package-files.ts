import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this package, from dist/engine/core and, in tests, from engine/core. */
const ROOT = new URL(import.meta.url.endsWith('.ts') ? '../../' : '../../../', import.meta.url);

/** Version of this package. */
export const version = (): string =>
  (JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as { version: string }).version;

/** The folder of the sample topologies, as short as it can be written from the working directory. */
export const topologiesFolder = (): string => {
  const folder = fileURLToPath(new URL('examples/topologies', ROOT));
  const short = relative(process.cwd(), folder);
  return short.length < folder.length ? short : folder;
};
