import { Random } from '../random.js';
import { livePipeline, topology } from '../stage/documents.js';
import type { Stage } from '../stage/stage.js';
import { type Fault, nothing } from './fault.js';

const CALLS = 60;
/** Live pipelines beside those of the run, which are left alone. */
const SPARES = ['spare-1', 'spare-2'];
const METHODS = ['livePipelineActivate', 'livePipelineDeactivate', 'livePipelineDelete', 'livePipelineGet'];
const MALFORMED: readonly unknown[] = [
  '{"name":',
  '[]',
  'null',
  { name: 7 },
  { name: 'x'.repeat(5000) },
  { name: 'bad', properties: { topologyName: 'OnInput', parameters: [{ name: 'nope', value: '1' }] } },
  { name: 'bad', properties: { sinks: [{ '@type': '#Nothing' }] } },
  `${'['.repeat(500)}${']'.repeat(500)}`,
  { __proto__x: 1, name: 'a/../b' },
];

export const controlCalls: Fault = {
  async inject(stage, { seed, target }) {
    const random = new Random(seed);
    const url = stage.cameras[Math.floor(target * stage.cameras.length)]!.url;
    // At least one change of a state, whatever chance brings.
    await call(stage, 'livePipelineSet', livePipeline(SPARES[0]!, 'input', url));
    await call(stage, 'livePipelineActivate', { name: SPARES[0] });
    for (let i = 0; i < CALLS; i++) await oneCall(stage, random, url);
    for (const name of SPARES) {
      await call(stage, 'livePipelineDeactivate', { name });
      await call(stage, 'livePipelineDelete', { name });
    }
    return { what: `${CALLS} calls`, pipelines: SPARES, undo: nothing };
  },
};

const oneCall = async (stage: Stage, random: Random, url: string): Promise<void> => {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random.next() * values.length)]!;
  const name = pick(SPARES);
  const kind = random.next();
  if (kind < 0.2) await call(stage, 'livePipelineSet', livePipeline(name, pick(['input', 'motion']), url));
  else if (kind < 0.7) await call(stage, pick(METHODS), { name });
  else if (kind < 0.75) await call(stage, 'pipelineTopologySet', topology(pick(['input', 'motion'])));
  else await call(stage, pick([...METHODS, 'livePipelineSet', 'pipelineTopologySet']), pick(MALFORMED));
};

/** Whatever is asked, the answer is never a fault of the engine, and never missing. */
const call = async ({ client, engine, history }: Stage, method: string, payload: unknown): Promise<void> => {
  const { status, body } = await client.method(method, payload);
  if (status === 500 || (status === 0 && engine.expected))
    history.violation(
      'control',
      `${method}: ${status || 'no answer'} ${JSON.stringify(body)} to ${JSON.stringify(payload)?.slice(0, 200)}`,
    );
};
