import type { LogFn, RunHandlers } from '../hosts/host-process.js';
import type { StartRun } from '../hosts/start-run.js';
import type { GdpHandlers } from '../lanes/gdp-reader.js';
import type { EndReason, Ingest, IngestHandlers, IngestSpec } from '../types.js';
import { parseCaps } from './caps.js';

/** A camera connection. Units are handed on as they arrive; new caps come before the first unit that they describe. */
export const startIngest = (start: StartRun, spec: IngestSpec, handlers: IngestHandlers, log: LogFn): Ingest => {
  let stopping = false;
  let threw = false;
  /** The reader of the lane and the watch over the host, which call this, would lose their place. Told once. */
  const call = (what: () => void): void => {
    try {
      what();
    } catch (error) {
      if (!threw) log('error', `what came from a camera could not be handled: ${String(error)}`);
      threw = true;
    }
  };
  let reason: EndReason | undefined;
  let settleFree = (): void => {};
  const whenFree = new Promise<void>((resolve) => {
    settleFree = resolve;
  });
  const runHandlers: RunHandlers = {
    ended: (why) => {
      reason ??= why;
    },
    // Reported only now, so that a caller that connects again at once gets this slot and not a new host.
    freed: () => {
      call(() => handlers.onEnd(reason ?? { kind: 'stopped' }));
      settleFree();
    },
  };
  // The parser completes its caps when it has seen the first unit, so caps wait for a unit.
  let capsText = '';
  let toldCaps = '';
  const packets: GdpHandlers = {
    onCaps: (text) => {
      capsText = text;
    },
    onBuffer: (unit) => {
      if (stopping || reason !== undefined) return;
      if (capsText !== toldCaps) {
        toldCaps = capsText;
        call(() => handlers.onCaps(parseCaps(capsText)));
      }
      call(() => handlers.onUnit(unit));
    },
  };
  const { owner, ...connection } = spec;
  const run = start({ role: 'ingest', spec: connection }, runHandlers, packets, owner);
  return {
    stop: () => {
      stopping = true;
      run?.stop();
      return whenFree;
    },
  };
};
