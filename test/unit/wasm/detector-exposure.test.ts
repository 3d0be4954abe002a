/** A camera that changes its exposure has not moved, and nobody has covered it. */
import { expect, it } from 'vitest';
import type { Look } from '../../kit/motion-planes.js';
import { changesOf, watch } from '../../kit/motion-watch.js';

const RATES = [2, 10];
/** With more, most of this scene would be white, and show nothing. */
const GAINS = [1.1, 1.25, 1.5, 2, 0.8, 0.65, 0.5, 0.33];
const AT = 6;

/** What is told of the camera's place and view. */
const lies = (show: (t: number, n: number) => Look, rate: number, seconds = 12): string[] => {
  const changes = changesOf(watch(seconds, (t, n) => ({ look: { grain: 2, ...show(t, n) } }), rate));
  return changes.flatMap(({ kind, cause, t }) => (kind === 'lightingChanged' ? [] : [`${kind} (${cause}) at ${t}`]));
};

const everywhere = (show: (gain: number) => (t: number, n: number) => Look): string[] =>
  RATES.flatMap((rate) =>
    GAINS.flatMap((gain) => lies(show(gain), rate).map((lie) => `${lie}, gain ${gain}, ${rate} pictures a second`)),
  );

it('whose exposure jumps', () => {
  expect(everywhere((gain) => (t) => (t < AT ? {} : { gain }))).toEqual([]);
  for (const gain of [2, 0.33]) expect(lies((t) => (t < AT ? {} : { gain }), 30)).toEqual([]);
});

it('whose exposure jumps and comes back in steps', () => {
  const settled = (gain: number, t: number): number => gain ** Math.max(0, 1 - Math.floor((t - AT) * 4) / 8);
  expect(everywhere((gain) => (t) => (t < AT ? {} : { gain: settled(gain, t) }))).toEqual([]);
});

it('whose exposure goes up and down for seconds, in steps of a quarter of a second', () => {
  const hunting = (gain: number, t: number): number => (Math.floor(t * 4) % 2 === 0 ? gain : 1);
  expect(everywhere((gain) => (t) => (t < AT || t > AT + 5 ? {} : { gain: hunting(gain, t) }))).toEqual([]);
});

it('whose white balance turns', () => {
  const shows = [0.5, 1.5, 2].map((colour) => (t: number) => (t < AT ? {} : { colour }));
  expect(RATES.flatMap((rate) => shows.flatMap((show) => lies(show, rate)))).toEqual([]);
});

it('whose infrared filter comes and goes, with another brightness', () => {
  const shows = GAINS.map((gain) => (t: number) => (t < AT || t > AT + 5 ? {} : { gain, colour: 0 }));
  expect(RATES.flatMap((rate) => shows.flatMap((show) => lies(show, rate)))).toEqual([]);
});
