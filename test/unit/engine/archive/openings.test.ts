import { expect, it } from 'vitest';
import { Openings } from '../../../../engine/archive/openings.js';
import type { MediaTime } from '../../../../engine/core/time.js';

const at = (seconds: number): MediaTime => (seconds * 1e6) as MediaTime;

/** Openings of a sink whose book is the test. */
const openings = () => {
  const told: string[] = [];
  const book = {
    begin: () => ({}),
    stopped: () => told.push('stopped'),
    available: () => told.push('available'),
    dropped: () => told.push('dropped'),
  };
  const session = { toUtc: (time: number) => time };
  const all = new Openings({ pipeline: 'p', sink: 's', video: 'v' }, { session, book } as never);
  all.open(
    { type: 'open', activation: 1, start: at(1), trigger: at(2), signalId: 'x', requestedPreRoll: 0 } as never,
    undefined,
  );
  all.began(at(1), 1e6 as never);
  return { all, told };
};

it.each([
  ['its last picture is on the disk', (all: Openings) => all.written(at(6))],
  ['nothing more comes of it', (all: Openings) => all.settled(at(5))],
])('is available when %s, and not while something that it lacks is being written', (_, end) => {
  const { all, told } = openings();
  const [first, second] = [all.hold(), all.hold()];
  all.close(1, at(5), 'minimum' as never);
  end(all);
  first();
  expect(told).toEqual(['stopped']);
  expect(all.waits).toBe(true);
  second();
  expect(told).toEqual(['stopped', 'available']);
  expect(all.waits).toBe(false);
});
