import { describe, expect, it } from 'vitest';
import type { Fleet } from '../../../../engine/fleet/fleet.js';
import { FleetMethods } from '../../../../engine/fleet/fleet-methods.js';
import { Owners } from '../../../../engine/fleet/owners.js';
import { namesOnEach } from '../../../kit/engine-fleet.js';

type Answer = (method: string, payload: Record<string, unknown>) => { status: number; payload?: unknown };

/** Engines that answer direct methods as a test wants, and what they were asked. */
const fleetOf = (...answers: Answer[]) => {
  const asked: string[] = [];
  const definitions = [0, 1].map((n) => ({
    topologies: [{ name: 't', modifiedAt: '', document: { name: 't', of: n } }],
    adapters: [],
  }));
  const engines = answers.map((answer, index) => ({
    engine: index + 1,
    isRunning: true,
    ask: async (question: string, method: string, payload: Record<string, unknown>) => {
      if (question === 'definitions') return definitions[index];
      if (question === 'uses') return { cameras: [], videos: [] };
      asked.push(`${index + 1} ${method} ${String(payload['name'])}${payload['of'] === undefined ? '' : ' as before'}`);
      const { status, payload: said } = answer(method, payload);
      return { status, json: JSON.stringify(said) };
    },
  }));
  const owners = new Owners(answers.length);
  for (const { engine } of engines) owners.learn(engine, { pipelines: new Map(), videos: [] });
  const fleet = {
    engines,
    owners,
    any: engines[0],
    askAll: async (question: string) => await Promise.all(engines.map((engine) => engine.ask(question, '', {}))),
    ofPipeline: (name: string) => engines[owners.ofPipeline(name) - 1],
    place: async (name: string) => ({
      engine: engines[owners.placeOf(name, undefined) - 1],
      uses: { cameras: [], videos: [] },
    }),
    inTurn: async (work: () => Promise<unknown>) => await work(),
    learn: async () => {},
  };
  return { methods: new FleetMethods(fleet as unknown as Fleet), asked, owners };
};

const ok: Answer = () => ({ status: 200, payload: null });
const refuses: Answer = () => ({ status: 409, payload: { error: {} } });
const [[ofFirst], [ofSecond]] = namesOnEach(2, 1) as [[string], [string]];

describe('direct methods of several engines', () => {
  it('go to all, or to the owner, or to one that stands for all', async () => {
    const { methods, asked } = fleetOf(ok, ok);
    expect((await methods.invoke('pipelineTopologySet', { name: 't' })).status).toBe(200);
    await methods.invoke('PIPELINETOPOLOGYGET', { Name: 't' });
    await methods.invoke('livePipelineActivate', { name: ofSecond });
    await methods.invoke('unheardOf', { name: 'x' });
    expect(asked).toEqual([
      '1 pipelineTopologySet t',
      '2 pipelineTopologySet t',
      '1 pipelineTopologyGet undefined',
      `2 livePipelineActivate ${ofSecond}`,
      '1 unheardOf x',
    ]);
  });

  it('are undone where they were done if one engine refuses', async () => {
    const { methods, asked } = fleetOf(ok, refuses);
    expect((await methods.invoke('pipelineTopologySet', { name: 't' })).status).toBe(409);
    expect((await methods.invoke('pipelineTopologySet', { name: 'new' })).status).toBe(409);
    expect((await methods.invoke('pipelineTopologyDelete', { name: 't' })).status).toBe(409);
    expect(asked.filter((each) => each.startsWith('1'))).toEqual([
      '1 pipelineTopologySet t',
      '1 pipelineTopologySet t as before',
      '1 pipelineTopologySet new',
      '1 pipelineTopologyDelete new',
      '1 pipelineTopologyDelete t',
      '1 pipelineTopologySet t as before',
    ]);
  });

  it('remember where a live pipeline was put, until it is deleted', async () => {
    const { methods, owners } = fleetOf(ok, ok);
    await methods.invoke('livePipelineSet', { name: ofFirst });
    expect(owners.usesOf(ofFirst)).toBeDefined();
    await methods.invoke('livePipelineDelete', { name: ofFirst });
    expect(owners.usesOf(ofFirst)).toBeUndefined();
  });

  it('make one list of all, in pages', async () => {
    const names = (n: number) => Array.from({ length: 700 }, (_, index) => ({ name: `p${10_000 + 2 * index + n}` }));
    const paged =
      (n: number): Answer =>
      (_method, payload) => {
        const after = String(payload['@continuationToken'] ?? '');
        const all = names(n).filter(({ name }) => name > Buffer.from(after, 'base64url').toString().slice(6));
        const value = all.slice(0, 300);
        const more = all.length > 300 ? { '@continuationToken': token(value.at(-1)!.name) } : {};
        return { status: 200, payload: { value, ...more } };
      };
    const { methods } = fleetOf(paged(0), paged(1));
    const first = (await methods.invoke('livePipelineList', {})).payload as Page;
    const rest = (await methods.invoke('livePipelineList', { '@continuationToken': first['@continuationToken'] }))
      .payload as Page;
    expect([first.value.length, rest.value.length, rest['@continuationToken']]).toEqual([1000, 400, undefined]);
    expect([...first.value, ...rest.value].map(({ name }) => name)).toEqual(
      Array.from({ length: 1400 }, (_, index) => `p${10_000 + index}`),
    );
    const empty: Answer = () => ({ status: 200, payload: { value: [] } });
    expect((await fleetOf(empty, refuses).methods.invoke('livePipelineList', {})).status).toBe(409);
  });
});

interface Page {
  value: { name: string }[];
  '@continuationToken'?: string;
}

const token = (name: string): string => Buffer.from(`after:${name}`).toString('base64url');
