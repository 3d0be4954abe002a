import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { eventReference } from '../../../../engine/events/event-reference.js';
import { EVENT_TYPES } from '../../../../engine/events/schemas.js';

const FILE = fileURLToPath(new URL('../../../../docs/ref/event-types.md', import.meta.url));
const text = eventReference();

// SLUICE_UPDATE_DOCS=1 writes it anew after the catalogue has changed.
if (process.env['SLUICE_UPDATE_DOCS']) writeFileSync(FILE, text);

describe('docs/ref/event-types.md', () => {
  it('is what the catalogue says', () => {
    expect(readFileSync(FILE, 'utf8')).toBe(text);
  });

  it('has a section for every type', () => {
    const short = (type: string) => type.replace(/^(?:Microsoft\.VideoAnalyzer|Sluice)\./, '');
    const sections = [...text.split('## Inference')[0]!.matchAll(/^### `(.+)`$/gm)].map((match) => match[1]);
    expect(sections.sort()).toEqual(EVENT_TYPES.map(short).sort());
  });
});
