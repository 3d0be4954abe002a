import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { withoutCredentials } from '../credentials.js';

/** A broken stream can make GStreamer print endlessly. */
const LINES_PER_SECOND = 20;

/**
 * Passes on the lines of a host's stderr: so many a second, then how many were left out. They keep no process alive.
 *
 * @param hear is given every line as it is
 * @returns resolves when there are no more
 */
export const forwardLines = (
  stderr: Readable | null | undefined,
  log: (line: string) => void,
  hear: (line: string) => void = () => {},
): Promise<void> => {
  if (!stderr) return Promise.resolve();
  let second = 0;
  let lines = 0;
  const reader = createInterface({ input: stderr }).on('line', (line) => {
    hear(line);
    const now = Math.floor(performance.now() / 1000);
    if (now !== second) {
      if (lines > LINES_PER_SECOND) log(`${lines - LINES_PER_SECOND} more lines were left out`);
      second = now;
      lines = 0;
    }
    lines += 1;
    if (lines <= LINES_PER_SECOND && line.trim() !== '') log(withoutCredentials(line));
  });
  (stderr as unknown as Socket).unref();
  return new Promise((resolve) => reader.once('close', resolve));
};
