import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ABLATIONS } from '../../../bench/accuracy/ablations.js';

const SOURCES = resolve(import.meta.dirname, '../../../wasm/assembly');

describe('the ablations of the detector', () => {
  it.each(ABLATIONS.flatMap(({ without, edits }) => edits.map(([file, text]) => [without, file, text] as const)))(
    'without %s: has its text in %s once',
    (_, file, text) => {
      expect(readFileSync(resolve(SOURCES, file), 'utf8').split(text)).toHaveLength(2);
    },
  );
});
