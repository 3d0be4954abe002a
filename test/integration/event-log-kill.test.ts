import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openJournal, upTo } from '../kit/event-journal.js';
import { tempDir } from '../kit/temp-dir.js';

const PUBLISHER = fileURLToPath(new URL('../kit/publisher.mjs', import.meta.url));

/** Runs the publisher, kills it with SIGKILL some time after its first event, and gives what was seen until then. */
const runAndKill = (dir: string, run: number, afterMs: number): Promise<Array<[number, string]>> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PUBLISHER, dir, String(run)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), afterMs));
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (signal !== 'SIGKILL') {
        reject(new Error(`the publisher ended by itself: ${code} ${signal}`));
        return;
      }
      const lines = text.slice(0, text.lastIndexOf('\n')).split('\n');
      resolve(lines.map((line) => [Number(line.split(' ')[0]), line.split(' ')[1] ?? '']));
    });
  });

describe('event log under kill -9', () => {
  it('has no hole, repeats no number and keeps every event that was seen', async () => {
    const dir = tempDir();
    const seen = new Map<number, string>();
    for (let run = 0; run < 8; run++) {
      for (const [seq, id] of await runAndKill(dir, run, 5 + run * 23)) {
        expect(seen.get(seq) ?? id).toBe(id);
        seen.set(seq, id);
      }
    }
    const { journal } = openJournal({ dir });
    const events = journal.read(0, 1_000_000).map((event) => event.record);
    expect(events.map((event) => event.seq)).toEqual(upTo(journal.lastSeq));
    expect(journal.gapAfter(0)).toBeUndefined();
    expect(seen.size).toBeGreaterThan(100);
    for (const [seq, id] of seen) expect(events[seq - 1]?.id).toBe(id);
    // Within each life, events are in the order in which they were published, without one missing in between.
    for (let run = 0; run < 8; run++) {
      const numbers = events.filter((event) => event.data['run'] === run).map((event) => event.data['n']);
      expect(numbers).toEqual(numbers.map((_, index) => index));
    }
  });
});
