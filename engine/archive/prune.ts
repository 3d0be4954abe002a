import { statSync } from 'node:fs';
import type { UtcMicros } from '../core/time.js';
import type { Segment } from './archive-index.js';
import type { LeftOpenDeps } from './left-open.js';
import { readFacts } from './segment-facts.js';

const ALWAYS = { startUtc: Number.MIN_SAFE_INTEGER as UtcMicros, endUtc: Number.MAX_SAFE_INTEGER as UtcMicros };

/**
 * Forgets the segments whose files are gone or hold something else than the index says; `rebuildIndex` then adds what is
 * there. Those that were being written are left to `settleLeft`.
 * @returns how many
 */
export const forgetWrong = ({ media, index, events }: Pick<LeftOpenDeps, 'media' | 'index' | 'events'>): number => {
  let forgotten = 0;
  for (const { name } of index.videos()) {
    const wrong = index.between(name, ALWAYS).filter((segment) => segment.state !== 'open' && !fits(segment, media));
    events.commit(() => {
      for (const { id } of wrong) index.forget(id);
    }, []);
    forgotten += wrong.length;
  }
  return forgotten;
};

/** Whether the file of a segment is there and holds what the index says. */
const fits = ({ path, bytes, pictures }: Segment, media: LeftOpenDeps['media']): boolean => {
  try {
    const file = media.find(path);
    if (file === undefined || statSync(file).size < bytes) return false;
    return readFacts(file)?.pictures === pictures;
  } catch {
    return false;
  }
};
