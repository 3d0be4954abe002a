import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FAULTS } from '../../../../bench/chaos/faults/index.js';
import { FAULT_NAMES, type Sign, TELLING, type Telling } from '../../../../bench/chaos/telling.js';
import { tellingTable } from '../../../../bench/chaos/telling-table.js';
import { AvaEvent, SluiceEvent } from '../../../../engine/events/catalogue.js';

const ROOT = resolve(import.meta.dirname, '../../../..');
const FILE = resolve(ROOT, 'docs/design/reliability.md');
const PART = /(<!-- what tells -->\n)[\s\S]*?(\n<!-- end -->)/;

// SLUICE_UPDATE_DOCS=1 writes the table anew after it has changed.
if (process.env['SLUICE_UPDATE_DOCS']) {
  writeFileSync(
    FILE,
    readFileSync(FILE, 'utf8').replace(PART, (_, open, close) => `${open}\n${tellingTable()}\n${close}`),
  );
}

const signs: Sign[] = Object.values<Telling>(TELLING).flatMap(({ tells, over }) =>
  [...tells, ...(over?.tells ?? [])].flat(),
);

describe('what must tell of faults', () => {
  it('is in docs/design/reliability.md as it is in the code', () => {
    expect(PART.exec(readFileSync(FILE, 'utf8'))?.[0]).toContain(`\n${tellingTable()}\n`);
  });

  it('is said of every fault that a run chooses from', () => {
    expect(Object.keys(FAULTS).sort()).toEqual([...FAULT_NAMES].sort());
  });

  it('names only event types that there are', () => {
    const known: string[] = [...Object.values(AvaEvent), ...Object.values(SluiceEvent)];
    expect(signs.flatMap((sign) => (sign.by === 'event' && !known.includes(sign.type) ? [sign.type] : []))).toEqual([]);
  });

  it('names only metrics that docs/ref/http.md has', () => {
    const text = readFileSync(resolve(ROOT, 'docs/ref/http.md'), 'utf8');
    const known = (name: string): boolean => {
      const parts = name.replace(/^sluice/, '').replace(/_sum$/, '');
      // Families with a common beginning are listed by what follows it.
      const endings = Array.from({ length: parts.length }, (_, i) => parts.slice(i)).filter((end) =>
        end.startsWith('_'),
      );
      return text.includes(`\`sluice${parts}\``) || endings.some((end) => text.includes(`\`${end}\``));
    };
    expect(signs.flatMap((sign) => (sign.by === 'metric' && !known(sign.name) ? [sign.name] : []))).toEqual([]);
    expect(known('sluice_no_such_metric')).toBe(false);
  });
});
