import type { RunHandlers } from '../hosts/host-process.js';
import type { StartRun } from '../hosts/start-run.js';
import type { EndReason, Ingest, IngestHandlers, IngestSpec } from '../types.js';
import { parseCaps } from './caps.js';

/** A camera connection: units come as they arrive, each stretch of them after its caps. */
export const startIngest = (start: StartRun, spec: IngestSpec, handlers: IngestHandlers): Ingest => {
  let stopping = false;
  let reason: EndReason | undefined;
  let settleFree = (): void => {};
  const whenFree = new Promise<void>((resolve) => {
    settleFree = resolve;
  });
  const runHandlers: RunHandlers = {
    ended: (why) => {
      reason ??= why;
    },
    // Told only now, so that whoever connects again at once gets this slot and not another host.
    freed: () => {
      handlers.onEnd(reason ?? { kind: 'stopped' });
      settleFree();
    },
  };
  // The first caps that arrive may lack what the parser finds out with the first unit, so they wait for it.
  let capsText = '';
  let toldCaps = '';
  const run = start({ role: 'ingest', spec }, runHandlers, {
    onCaps: (text) => {
      capsText = text;
    },
    onBuffer: (unit) => {
      if (stopping || reason !== undefined) return;
      if (capsText !== toldCaps) {
        toldCaps = capsText;
        handlers.onCaps(parseCaps(capsText));
      }
      handlers.onUnit(unit);
    },
  });
  return {
    stop: () => {
      stopping = true;
      run?.stop();
      return whenFree;
    },
  };
};
