import { expect, it } from 'vitest';
import { agree } from '../../../../engine/fleet/agreement.js';
import type { EngineKeeper } from '../../../../engine/fleet/engine-keeper.js';
import type { Definition } from '../../../../engine/fleet/messages.js';

const topology = (name: string, version: number): Definition => ({
  name,
  modifiedAt: `2026-01-0${version}T00:00:00.000Z`,
  document: { name, version },
});

/** An engine with these topologies, and what it is told to set. */
const engineWith = (engine: number, topologies: Definition[], status = 200) => {
  const set: unknown[] = [];
  const ask = async (question: string, method?: string, document?: unknown) => {
    if (question === 'definitions') return { topologies, adapters: [] };
    set.push([method, document]);
    return { status, json: undefined };
  };
  return { set, keeper: { engine, ask } as unknown as EngineKeeper };
};

const log = { info: () => {}, error: () => {} };

it('gives every engine the newest of each', async () => {
  const one = engineWith(1, [topology('a', 1), topology('b', 3)]);
  const other = engineWith(2, [topology('b', 2)]);
  expect(await agree([one.keeper, other.keeper], log)).toBe(true);
  expect(one.set).toEqual([]);
  expect(other.set).toEqual([
    ['pipelineTopologySet', { name: 'a', version: 1 }],
    ['pipelineTopologySet', { name: 'b', version: 3 }],
  ]);
});

it('leaves alone those that have the same, and says which refuses', async () => {
  const errors: object[] = [];
  const one = engineWith(1, [topology('a', 1)]);
  const same = engineWith(2, [{ ...topology('a', 1), modifiedAt: '2025-01-01T00:00:00.000Z' }]);
  expect(await agree([one.keeper, same.keeper], log)).toBe(false);
  const refusing = engineWith(2, [], 409);
  const told = { ...log, error: (where: object) => void errors.push(where) };
  expect(await agree([one.keeper, refusing.keeper], told as never)).toBe(false);
  expect(errors).toMatchObject([{ engine: 2, name: 'a', status: 409 }]);
});
