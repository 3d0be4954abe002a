/** One step of a run: a fault, what must tell of it, its end, and what must tell of that. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Injected } from './faults/fault.js';
import { FAULTS } from './faults/index.js';
import { slowness } from './patience.js';
import type { Step } from './plan.js';
import type { Stage } from './stage/stage.js';
import { type FaultName, TELLING, type Telling } from './telling.js';
import { type Before, disturbed, missingSigns, promisedWithin, remember } from './witness.js';

/** What was tried, and how long it took until everything had told of it. */
export interface Tried {
  fault: FaultName;
  /** Undefined if there was nothing to hit. */
  toldAfterSeconds: number | undefined;
}

interface Active extends Injected {
  name: FaultName;
  before: Before;
}

/** @returns one entry for the fault and one for its companion, if they were tried */
export const takeStep = async (stage: Stage, step: Step<FaultName>): Promise<Tried[]> => {
  const began = performance.now();
  const tried: Tried[] = [];
  const active: Active[] = [];
  for (const name of [step.fault, step.companion]) {
    if (name === undefined) continue;
    const from = performance.now();
    const one = await inflict(stage, step, name);
    tried.push({ fault: name, toldAfterSeconds: one && (performance.now() - from) / 1000 });
    if (one) active.push(one);
  }
  if (active.length === 0) return tried;
  await sleep(Math.max(0, step.holdSeconds * 1000 - (performance.now() - began)));
  for (const one of active.reverse()) await end(stage, step, one);
  isolated(stage, active);
  if (!stage.engine.running) await stage.engine.start();
  await sleep(step.calmSeconds * 1000);
  return tried;
};

const inflict = async (stage: Stage, step: Step<FaultName>, name: FaultName): Promise<Active | undefined> => {
  const { history } = stage;
  const telling: Telling = TELLING[name];
  const before = await remember(stage);
  const injected = await FAULTS[name].inject(stage, step);
  if (!injected) {
    history.note(`#${step.number} ${name}: nothing to hit`);
    return undefined;
  }
  const { what, pipelines } = injected;
  history.note(`#${step.number} ${name}: ${what} (slowness ${slowness().toFixed(1)})`);
  const withinSeconds = promisedWithin(telling.knownAfterSeconds);
  for (const any of await missingSigns(stage, before, { tells: telling.tells, pipelines, withinSeconds }))
    history.violation('silent', `${name} (${what}): within ${withinSeconds} s none of ${JSON.stringify(any)}`);
  return { ...injected, name, before };
};

const end = async (stage: Stage, step: Step<FaultName>, one: Active): Promise<void> => {
  const { history } = stage;
  const { name, what, pipelines } = one;
  const { over }: Telling = TELLING[name];
  const atEnd = await remember(stage);
  await one.undo();
  history.note(`#${step.number} ${name}: ends`);
  if (!over) return;
  // A camera that was cut is back before the fault has ended: its events count from the beginning.
  const byEvents = over.tells.some((any) => any.some(({ by }) => by === 'event'));
  const expected = { tells: over.tells, pipelines, withinSeconds: over.withinSeconds };
  for (const any of await missingSigns(stage, byEvents ? one.before : atEnd, expected))
    history.violation('notOver', `${name} (${what}): within ${over.withinSeconds} s none of ${JSON.stringify(any)}`);
};

/** Faults that hit some pipelines must leave the others alone. */
const isolated = ({ history, follower }: Stage, active: readonly Active[]): void => {
  const hit = active.flatMap(({ pipelines }) => pipelines ?? []);
  if (active.some(({ pipelines }) => pipelines === undefined)) return;
  const first = Math.min(...active.map(({ before }) => before.last));
  const names = active.map(({ name, what }) => `${name} (${what})`).join(' and ');
  for (const { seq, subject, eventType, data } of disturbed(follower.events.slice(first), hit)) {
    const text = JSON.stringify(data).slice(0, 200);
    history.violation('isolation', `${names}: event ${seq} ${eventType} from ${subject}: ${text}`);
  }
};
