import type { LogFn } from '../hosts/host-process.js';
import type { IngestHandlers } from '../types.js';

/**
 * The handlers, none of which throws any more: the reader of a lane or of a connection, which calls them, would lose its
 * place. The first fault is logged.
 */
export const guardedHandlers = (handlers: IngestHandlers, log: LogFn): Required<IngestHandlers> => {
  let threw = false;
  const failed = (error: unknown): void => {
    if (!threw) log('error', `what came from a camera could not be handled: ${String(error)}`);
    threw = true;
  };
  const call = (what: () => void): void => {
    try {
      what();
    } catch (error) {
      failed(error);
    }
  };
  return {
    onDescribed: (description) => call(() => handlers.onDescribed(description)),
    onCaps: (caps) => call(() => handlers.onCaps(caps)),
    // Comes with every picture of every camera.
    onUnit: (unit) => {
      try {
        handlers.onUnit(unit);
      } catch (error) {
        failed(error);
      }
    },
    onSoundFault: (fault) => call(() => handlers.onSoundFault(fault)),
    onMetadata: (document) => call(() => handlers.onMetadata?.(document)),
    onMetadataRefused: (message) => call(() => handlers.onMetadataRefused?.(message)),
    onLoss: (loss) => call(() => handlers.onLoss(loss)),
    onStray: () => call(() => handlers.onStray()),
    onEnd: (reason) => call(() => handlers.onEnd(reason)),
  };
};
