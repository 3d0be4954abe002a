import { expect, it } from 'vitest';
import type { Fleet } from '../../../../engine/fleet/fleet.js';
import { ownerOf, ownerOfAll } from '../../../../engine/fleet/owner-of.js';

const engines = [{ engine: 1 }, { engine: 2 }];
const fleet = {
  any: engines[0],
  engine: (number: number) => engines[number - 1] ?? engines[0],
  ofPipeline: (name: string) => engines[name === 'door' ? 1 : 0],
  ofVideo: (name: string) => engines[name === 'yard' ? 1 : 0],
} as unknown as Fleet;

it('finds who has a camera, a video or a clip', () => {
  const of = (to: 'pipeline' | 'video' | 'clip', value: string) =>
    ownerOf(fleet, { to, parameter: 'name' }, { name: value }).engine;
  expect([of('pipeline', 'door'), of('pipeline', 'gate'), of('video', 'yard')]).toEqual([2, 1, 2]);
  expect([of('clip', '7'), of('clip', '1000000000007'), of('clip', '5000000000007'), of('clip', 'x')]).toEqual([
    1, 2, 1, 1,
  ]);
});

it('refuses videos of several engines, and says who has which', () => {
  expect(ownerOfAll(fleet, ['yard', 'yard']).engine).toBe(2);
  expect(ownerOfAll(fleet, []).engine).toBe(1);
  expect(() => ownerOfAll(fleet, ['yard', 'hall'])).toThrow(
    expect.objectContaining({
      code: 'NotOnOneEngine',
      message: expect.stringContaining('engine 2 has yard; engine 1 has hall'),
    }),
  );
});
