import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EnergyMeter } from './energy.js';
import type { Timetable } from './movement.js';
import { cpuMicros, readMachineTicks, usageOf } from './processes.js';
import type { GroupSample, Running, Sample, Subject } from './subject.js';

export interface Window {
  /** After every camera has its client and the subject says that it is at work. */
  warmUpSeconds: number;
  measureSeconds: number;
}

/** How many clients the simulated cameras have at this moment. */
export interface Audience {
  readonly urls: readonly string[];
  clients(): number;
}

/** What somebody is measured on. */
export interface Stage extends Audience {
  /** Cameras in front of which nothing ever moves. */
  readonly calm: number;
  /** Something moves in front of all cameras all the time, so that whoever records what moves records everything. */
  readonly alwaysMoves: boolean;
  /** Of each camera, once it has sent something. */
  timetables(): readonly (Timetable | undefined)[];
}

const PATIENCE_MS = 60_000;
const POLL_MS = 100;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs a subject once on all cameras. @throws if a camera has no client at the beginning or the end of the window. */
export const sample = async (subject: Subject, stage: Stage, window: Window, meter?: EnergyMeter): Promise<Sample> => {
  const cameras = stage.urls.length;
  await until(() => stage.clients() === 0, 'the clients of the run before did not leave');
  const dir = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  let running: Running | undefined;
  try {
    running = await subject.start(stage.urls, dir);
    await until(() => stage.clients() >= cameras, `${subject.name} did not connect to all cameras`);
    await running.settled?.(stage.calm);
    const { videos } = running;
    if (videos && stage.alwaysMoves) {
      await until(() => videos() >= cameras, `${subject.name} did not record all cameras, in front of which all moves`);
    }
    await pause(window.warmUpSeconds * 1000);
    const from = Date.now() / 1000;
    const taken = await measure(subject, running, stage, window, meter);
    if (videos && stage.alwaysMoves && taken.work['bytes written'] === 0) {
      throw new Error('nothing was recorded, although something moved all the time');
    }
    const timetables = stage.timetables();
    const { kept } = running;
    if (kept) {
      // A clip is whole when it has been closed.
      await running.stop();
      running = undefined;
      taken.kept = await kept(timetables, [from, from + taken.seconds]);
    }
    return taken;
  } catch (error) {
    throw new Error(`${subject.name} with ${cameras} cameras: ${String(error)}${lastWords(dir)}`, { cause: error });
  } finally {
    await running?.stop();
    rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  }
};

/** One window of what runs already. @throws if a camera has no client at its end. */
export const measure = async (
  subject: Pick<Subject, 'name'>,
  running: Pick<Running, 'processes' | 'work'>,
  audience: Audience,
  window: Pick<Window, 'measureSeconds'>,
  meter?: EnergyMeter,
): Promise<Sample> => {
  const workBefore = (await running.work?.()) ?? new Map<string, number>();
  const before = new Map([...running.processes().values()].flat().map((pid) => [pid, cpuMicros(pid)]));
  const ticksBefore = readMachineTicks();
  const joulesBefore = meter?.joules() ?? 0;
  const startedAt = performance.now();
  await pause(window.measureSeconds * 1000);
  const seconds = (performance.now() - startedAt) / 1000;
  const ticks = readMachineTicks();
  const energy = meter ? { joules: meter.joules() - joulesBefore } : {};
  const idleShare = (ticks.idle - ticksBefore.idle) / Math.max(1, ticks.all - ticksBefore.all);
  const groups: Record<string, GroupSample> = {};
  for (const [name, pids] of running.processes()) {
    const group: GroupSample = { processes: pids.length, threads: 0, cpuMicros: 0, rssBytes: 0, pssBytes: 0 };
    for (const pid of pids) {
      const usage = usageOf(pid);
      // A process that began within the window has its whole life counted.
      group.cpuMicros += usage.cpuMicros - (before.get(pid) ?? 0);
      group.threads += usage.threads;
      group.rssBytes += usage.rssBytes;
      group.pssBytes += usage.pssBytes;
    }
    groups[name] = group;
  }
  const clients = audience.clients();
  if (clients !== audience.urls.length) throw new Error(`${clients} connections at the end of the window`);
  const work: Record<string, number> = {};
  for (const [name, value] of (await running.work?.()) ?? []) work[name] = value - (workBefore.get(name) ?? 0);
  return { subject: subject.name, cameras: audience.urls.length, seconds, idleShare, groups, work, ...energy };
};

const until = async (condition: () => boolean, otherwise: string): Promise<void> => {
  const deadline = performance.now() + PATIENCE_MS;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(otherwise);
    await pause(POLL_MS);
  }
};

/** What the processes said last, for whoever has to find out why a run failed. */
const lastWords = (dir: string): string =>
  readdirSync(dir)
    .filter((name) => name.endsWith('.log'))
    .slice(0, 3)
    .map((name) => `\n${name}: ${readFileSync(join(dir, name), 'utf8').slice(-1000).trim()}`)
    .join('');
