import { SCENES } from '../../engine/simulator/index.js';
import { numberOf } from '../common/numbers.js';
import type { BenchOptions } from '../common/result.js';
import { SCENES_SHOWN, SIZES, type Size, type SubjectKey } from './names.js';
import { KEYS, QUICK_KEYS } from './table.js';

/** Parts of a run. */
const PARTS = ['table', 'many', 'recall'] as const;
type Part = (typeof PARTS)[number];

export interface Plan {
  parts: readonly Part[];
  sizes: readonly Size[];
  scenes: readonly string[];
  subjects: readonly SubjectKey[];
  rounds: number;
  cameras: number | undefined;
  clips: string;
}

const CLIPS = '../shared/footage';
const TABLE_ONLY = ['size', 'scene', 'subjects'] as const;

/** The words of `--name a,b`, each of them known. */
const listOf = <T extends string>(name: string, given: string | undefined, known: readonly T[]): T[] | undefined => {
  const words = given?.split(',').filter(Boolean);
  if (!words) return undefined;
  if (words.length === 0) throw new RangeError(`--${name} names nothing; there are ${known.join(', ')}`);
  return words.map((word) => {
    const found = known.find((each) => each === word);
    if (found === undefined) throw new RangeError(`--${name}: there is no ${word}; there are ${known.join(', ')}`);
    return found;
  });
};

/**
 * What a run has to do.
 * @throws RangeError if an option has a value that is not known, or does not go with another one
 */
export const planOf = ({ quick, args }: BenchOptions): Plan => {
  if (args.has('ingest')) throw new RangeError('--ingest goes with --recording only');
  const only = listOf('only', args.get('only'), PARTS);
  const ofTable = TABLE_ONLY.filter((name) => args.has(name));
  if (only && !only.includes('table') && ofTable.length > 0) {
    throw new RangeError(`--${ofTable[0]} is about the table, which --only ${only.join(',')} leaves out`);
  }
  const sizes = listOf(
    'size',
    args.get('size'),
    SIZES.map(({ size }) => size),
  );
  const scenes = listOf('scene', args.get('scene'), [...new Set([...SCENES_SHOWN, ...SCENES.map(({ name }) => name)])]);
  return {
    parts: only ?? (ofTable.length > 0 ? ['table'] : PARTS),
    sizes: SIZES.filter(({ size }) => sizes?.includes(size) ?? (!quick || size === SIZES[0]!.size)),
    scenes: [...new Set(scenes ?? SCENES_SHOWN)],
    subjects: [...new Set(listOf('subjects', args.get('subjects'), KEYS) ?? (quick ? QUICK_KEYS : KEYS))],
    rounds: numberOf(args, 'rounds') ?? (quick ? 1 : 3),
    cameras: numberOf(args, 'cameras'),
    clips: args.get('clips') ?? CLIPS,
  };
};

/** @throws RangeError if there is an option with it that is about something else */
export const checkRecording = ({ args }: BenchOptions): void => {
  const other = [...TABLE_ONLY, 'only'].find((name) => args.has(name));
  if (other !== undefined) throw new RangeError(`--${other} does not go with --recording`);
};
