import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SluiceError } from '../core/errors.js';

/** Below the data folder. Engine 1 has the data folder itself, so that what one engine has recorded is there with several. */
const ENGINES = 'engines';
const FRONT = 'front';

/** Ids of clips of engine N begin after (N - 1) times this. */
const CLIPS_OF_EACH = 1_000_000_000_000;

/** The data folder of an engine, counted from 1. */
export const folderOf = (dataDir: string, engine: number): string =>
  engine === 1 ? dataDir : join(dataDir, ENGINES, String(engine));

/** The folder of the merged event log. */
export const frontFolder = (dataDir: string): string => join(dataDir, FRONT);

export const clipIdsAfter = (engine: number): number => (engine - 1) * CLIPS_OF_EACH;

/** The engine whose clip has this id; undefined for what is no id. */
export const engineOfClip = (id: string): number | undefined => {
  const number = /^\d{1,15}$/.test(id) ? Number(id) : Number.NaN;
  return Number.isNaN(number) ? undefined : Math.floor(Math.max(0, number - 1) / CLIPS_OF_EACH) + 1;
};

/**
 * @throws SluiceError `EnginesTooFew` if the data folder belongs to more engines: their cameras would not be recorded, and
 *   their recordings not be found
 */
export const checkEngines = (dataDir: string, engines: number): void => {
  const folder = join(dataDir, ENGINES);
  const found = existsSync(folder) ? readdirSync(folder).filter((name) => /^\d{1,3}$/.test(name)) : [];
  const most = Math.max(1, ...found.map(Number));
  if (most <= engines) return;
  throw new SluiceError('EnginesTooFew', `the data folder is that of ${most} engines, and ${engines} would run`, {
    kind: 'conflict',
    where: { file: folderOf(dataDir, most) },
    hint: `Start 'sluice serve --engines ${most}'. To have fewer, delete the live pipelines of the others and set them anew, and move their folders away.`,
  });
};
