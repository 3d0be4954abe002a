/**
 * Loaded into the service under test with `--import`: notes when each access unit came, in memory, and writes it all into
 * a file at the end.
 */
import { subscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import type { UnitDiagnostics } from '../../engine/camera/unit-diagnostics.js';
import { ARRIVALS_VARIABLE, type Arrival, monotonicMs } from './matching.js';

const file = process.env[ARRIVALS_VARIABLE];
if (file !== undefined && isMainThread) {
  const arrivals: Arrival[] = [];
  subscribe('sluice:unit', (message) => {
    const { camera, utc } = message as UnitDiagnostics;
    arrivals.push({ camera, utcMs: utc / 1000, atMs: monotonicMs() });
  });
  process.on('exit', () => writeFileSync(file, JSON.stringify(arrivals)));
}
