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
