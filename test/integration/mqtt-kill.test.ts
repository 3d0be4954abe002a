import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { soakHub } from '../kit/hub-soak.js';
import { Mosquitto, mosquittoMissing } from '../../bench/common/mosquitto.js';

/** The short form takes half a minute; SLUICE_SOAK_MINUTES=5 is how long the broker is away otherwise. */
const minutes = Number(process.env['SLUICE_SOAK_MINUTES'] ?? 0);
const away = minutes > 0 ? minutes * 60_000 : 10_000;

const built = existsSync(fileURLToPath(new URL('../../dist/engine/hub/index.js', import.meta.url)));
const reason = mosquittoMissing ?? (built ? undefined : 'skipped: dist/ is missing (npm run build)');
if (reason) console.warn(reason);

describe.skipIf(reason)('the hub when broker and engine are killed under load', () => {
  it(
    'brings every event, in order per pipeline, and lets duplicates be recognised',
    async () => {
      // Mosquitto throws away what a slow subscriber has not fetched beyond 1000 messages; we are after what the hub loses.
      const broker = await Mosquitto.start({ config: ['max_queued_messages 0'] });
      try {
        const result = await soakHub({
          broker,
          eventsPerSecond: 100,
          before: 300,
          away,
          say: (line) => minutes > 0 && console.log(line),
        });
        const count = [...result.expected.values()].flat().length;
        console.log(`${count} events, ${result.duplicates} duplicates, at most ${result.highestRss >> 20} MiB`);
        expect(count).toBeGreaterThan(((4000 + away) / 1000) * 100 * 0.5);
        expect([...result.received.keys()].sort()).toEqual([...result.expected.keys()].sort());
        for (const [pipeline, seqs] of result.expected) expect(result.received.get(pipeline)).toEqual(seqs);
        expect(result.strangers).toBe(0);
        expect(result.last).toMatchObject({ done: true, lag: 0, lost: 0, dropped: 0 });
      } finally {
        await broker.close();
      }
    },
    120_000 + 2 * away,
  );
});
