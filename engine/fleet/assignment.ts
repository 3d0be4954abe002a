import { createHash } from 'node:crypto';

/**
 * The engine, from 1, that something of this name goes to if nothing else decides: the one with the highest hash of both
 * (rendezvous hashing). With one engine more, a name either stays or goes to the new one.
 */
export const engineFor = (name: string, engines: number): number => {
  let best = 1;
  let highest = '';
  for (let engine = 1; engine <= engines; engine++) {
    const weight = createHash('sha256').update(`${engine}/${name}`).digest('hex');
    if (weight > highest) [best, highest] = [engine, weight];
  }
  return best;
};
