import { readFileSync } from 'node:fs';

/** Version of this package. */
export function version(): string {
  // From dist/engine/core or, in tests, from engine/core.
  for (const up of ['../../../package.json', '../../package.json']) {
    try {
      const text = readFileSync(new URL(up, import.meta.url), 'utf8');
      const { name, version: found } = JSON.parse(text) as { name: string; version: string };
      if (name === 'sluice') return found;
    } catch {
      // not there: try the other place
    }
  }
  return 'unknown';
}
