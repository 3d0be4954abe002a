/** A run: faults by the plan of a seed, each watched until it is told of and over; at the end everything is judged. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../engine/core/errors.js';
import { sumOf } from '../common/metric-samples.js';
import { companionsOf } from './faults/companions.js';
import { History } from './history.js';
import { judgeActivations } from './judge/activations.js';
import { judgeFollower, judgeHub } from './judge/readers.js';
import { judgeFolder } from './judge.js';
import { awaited } from './patience.js';
import { planOf } from './plan.js';
import type { ChaosReport, ResultRow } from './report.js';
import { buildStage, closeStage, openStage, type Stage } from './stage/stage.js';
import { takeStep } from './step.js';
import { FAULT_NAMES, type FaultName } from './telling.js';

export interface RunOptions {
  minutes: number;
  seed: number;
  /** Only these faults; all if empty. */
  only: readonly string[];
  keep: boolean;
  /** Ends the run early, in good order. */
  signal: AbortSignal;
  log(line: string): void;
}

/** Cameras are connected, and rings hold a pre-roll. */
const SETTLE_MS = 8_000;
/** A clip that has just begun is over, and what waits for the broker is there. */
const DRAIN_MS = 60_000;

interface Tally {
  tried: number;
  skipped: number;
  violations: number;
  /** Longest time until everything had told of it, in seconds. */
  toldAfter: number;
}

const count = (tally: Tally | undefined, toldAfterSeconds: number | undefined): void => {
  if (!tally) return;
  if (toldAfterSeconds === undefined) tally.skipped++;
  else {
    tally.tried++;
    tally.toldAfter = Math.max(tally.toldAfter, toldAfterSeconds);
  }
};

export const run = async (options: RunOptions): Promise<ChaosReport> => {
  const { minutes, seed, only } = options;
  const history = new History(options.log);
  const faults = FAULT_NAMES.filter((name) => only.length === 0 || only.some((word) => name.startsWith(word)));
  const tallies = new Map<FaultName, Tally>(
    faults.map((name) => [name, { tried: 0, skipped: 0, violations: 0, toldAfter: 0 }]),
  );
  const companions = (fault: FaultName) => companionsOf(fault).filter((name) => faults.includes(name));
  history.note(`seed ${seed}, ${minutes} minutes`);
  const stage = await buildStage(history, seed);
  history.note(
    `in ${stage.folder}${stage.disk.limited ? '' : '; no disk of limited size can be mounted: disk faults are left out'}`,
  );
  let facts: string[] = [];
  try {
    await openStage(stage);
    await sleep(SETTLE_MS);
    const end = performance.now() + minutes * 60_000;
    for (const step of planOf(seed, faults, companions)) {
      if (performance.now() >= end || options.signal.aborted) break;
      const before = history.violations.length;
      const tried = await takeStep(stage, step);
      for (const { fault, toldAfterSeconds } of tried) count(tallies.get(fault), toldAfterSeconds);
      const tally = tallies.get(step.fault);
      if (tally) tally.violations += history.violations.length - before;
    }
    facts = await finish(stage);
  } catch (error) {
    history.violation('run', `it could not go on: ${messageOf(error)}`);
  } finally {
    const bad = history.violations.length > 0;
    await closeStage(stage, bad || options.keep);
    if (bad || options.keep) writeFileSync(join(stage.folder, 'history.txt'), `${history.lines.join('\n')}\n`);
  }
  const { violations, lines } = history;
  const told = violations.length > 0 ? [...lines, `kept in ${stage.folder}; again with --seed ${seed}`] : [];
  return { lines: [...told, ...facts], violations, rows: rowsOf(tallies) };
};

/** The orderly end, then the judgement. @returns what was there to be judged, for people */
const finish = async (stage: Stage): Promise<string[]> => {
  const { history, engine, client, follower, subscriber, inputs, health, marks, disk } = stage;
  inputs.stop();
  const drained = await awaited(async () => {
    const lag = sumOf((await client.metrics()) ?? [], 'sluice_mqtt_lag_events');
    return lag === 0 ? true : undefined;
  }, DRAIN_MS);
  if (!drained) history.violation('hub.lag', `the hub is still behind after ${DRAIN_MS} ms`);
  const upTo = Math.max(0, ...subscriber.arrived);
  health.stop();
  await engine.stop();
  history.note('the engine has ended; judging');
  const excuses = marks.excuses(follower.events);
  const { violations, events, stories, played } = await judgeFolder({ dataDir: disk.dataDir, excuses });
  const activations = judgeActivations(inputs.accepted, events, marks.engineKilledAt);
  const hub = judgeHub({ arrived: subscriber.arrived, late: subscriber.late, upTo }, events, marks.brokerKilledAt);
  const found = [
    ...violations,
    ...activations.violations,
    ...judgeFollower(follower.events, events),
    ...hub.violations,
  ];
  for (const { rule, what } of found) history.violation(rule, what);
  const seconds = [...played.values()].reduce((sum, each) => sum + each.seconds, 0);
  return [
    `${events.length} events, ${stories.length} recordings, ${played.size} files with ${Math.round(seconds)} s played`,
    `${inputs.accepted.length} messages accepted: ${activations.recorded} recorded, ${activations.explained} explained, ${activations.unwritten} lost in the last moment before a kill`,
    `${subscriber.arrived.size} events over MQTT, ${hub.lostInBroker} lost with a broker that was killed`,
    `/healthz asked ${health.asked} times, longest answer ${Math.round(health.worstMs)} ms`,
  ];
};

const rowsOf = (tallies: ReadonlyMap<FaultName, Tally>): ResultRow[] =>
  [...tallies].map(([name, { tried, skipped, violations, toldAfter }]) => ({
    tried: `\`${name}\`${skipped > 0 ? ` (${skipped} times nothing to hit)` : ''}`,
    count: tried,
    lost: tried === 0 ? '–' : `told of within ${toldAfter.toFixed(1)} s`,
    violations,
  }));
