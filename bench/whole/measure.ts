/** Runs one suite in this process, and watches what else the machine has to do. */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { messageOf } from '../../engine/core/errors.js';
import type { SuiteAbout } from '../common/definition.js';
import { missing } from '../common/programs.js';
import type { BenchOptions, BenchSuite } from '../common/result.js';
import { loadBefore, machine, watchLoad } from './machine.js';
import type { BenchReport } from './report.js';

const CLIPS = '../shared/footage';

const hasLabels = (root: string, file: string): boolean =>
  existsSync(root) && readdirSync(root).some((folder) => existsSync(join(root, folder, file)));

/** Why the suite cannot run here, and what to do about it; undefined if it can. */
const obstacle = ({ needs, needsClips }: SuiteAbout, args: ReadonlyMap<string, string>): string | undefined => {
  const lacking = needs.map(missing).find((why) => why !== undefined);
  if (lacking !== undefined) return lacking;
  const root = resolve(args.get('clips') ?? CLIPS);
  if (needsClips === undefined || hasLabels(root, needsClips)) return undefined;
  return `there are no labelled clips (folders with a video and ${needsClips}) in ${args.get('clips') ?? CLIPS}; --clips DIR says where they are`;
};

/** A report in any case: if the suite fails, it says why. */
export const measureSuite = async (
  about: SuiteAbout,
  load: () => Promise<BenchSuite>,
  options: BenchOptions,
): Promise<BenchReport> => {
  const started = new Date().toISOString();
  const report = { suite: about.name, quick: options.quick, started };
  const facts = machine([...about.needs, ...about.peers]);
  const why = obstacle(about, options.args);
  if (why !== undefined) return { ...report, machine: facts, results: [], trouble: { kind: 'missing', why } };
  const before = await loadBefore();
  const during = watchLoad();
  const began = performance.now();
  const ended = () => ({
    ...{ ...report, machine: facts, seconds: Math.round((performance.now() - began) / 100) / 10 },
    load: { before, during: during() },
  });
  try {
    const results = await (await load()).run(options);
    return { ...ended(), results };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return { ...ended(), results: [], trouble: { kind: 'failed', why: messageOf(error) } };
  }
};
