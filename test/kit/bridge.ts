import { readdirSync, readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { type Bridge, type BridgeOptions, openBridge } from '../../bridge/index.js';
import type { EncodedUnit, EndReason, Ingest, IngestSpec, StreamCaps } from '../../bridge/types.js';

/** A bridge that is closed when the test has ended. `lines` collects what it logs. */
export const testBridge = (options: BridgeOptions = {}): { bridge: Bridge; lines: string[] } => {
  const lines: string[] = [];
  const bridge = openBridge({ ...options, onLog: (level, message) => lines.push(`${level} ${message}`) });
  onTestFinished(() => bridge.close());
  return { bridge, lines };
};

export interface RecordedIngest {
  ingest: Ingest;
  caps: StreamCaps[];
  units: EncodedUnit[];
  ends: EndReason[];
  ended: Promise<EndReason>;
  /** Resolves when so many units have come. */
  count(units: number): Promise<void>;
}

export const recordIngest = (bridge: Bridge, spec: IngestSpec): RecordedIngest => {
  const caps: StreamCaps[] = [];
  const units: EncodedUnit[] = [];
  const ends: EndReason[] = [];
  let settle: (reason: EndReason) => void = () => {};
  const ended = new Promise<EndReason>((resolve) => {
    settle = resolve;
  });
  const waiting = new Set<{ at: number; resolve: () => void }>();
  const ingest = bridge.ingest(spec, {
    onCaps: (each) => caps.push(each),
    onUnit: (unit) => {
      units.push({ ...unit, payload: Buffer.from(unit.payload) });
      for (const each of waiting) {
        if (units.length < each.at) continue;
        waiting.delete(each);
        each.resolve();
      }
    },
    onEnd: (reason) => {
      ends.push(reason);
      settle(reason);
    },
  });
  const count = (at: number): Promise<void> =>
    new Promise((resolve, reject) => {
      if (units.length >= at) resolve();
      else {
        waiting.add({ at, resolve });
        void ended.then((reason) => reject(new Error(`ended with ${JSON.stringify(reason)}`)));
      }
    });
  return { ingest, caps, units, ends, ended, count };
};

/** Waits until `condition` holds; fails with `what` after `timeoutMs`. */
export const until = async (what: string, condition: () => boolean, timeoutMs = 10_000): Promise<void> => {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

/** State letter of a process (`R`, `S`, `Z` …), or undefined when there is none. */
export const processState = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
  } catch {
    return undefined;
  }
};

/** Processes whose parent is `pid`. */
export const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => {
      try {
        const stat = readFileSync(`/proc/${candidate}/stat`, 'latin1');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid;
      } catch {
        return false;
      }
    });
