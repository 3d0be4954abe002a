import { closeSync, constants, lstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { SluiceError, systemCode } from '../core/errors.js';
import { type Mode, setMode } from '../core/permissions.js';
import { toCompactIso, toPreciseCompactIso, type UtcMicros } from '../core/time.js';

/** Maximum length of a name on common file systems, in bytes of UTF-8. */
const MAX_NAME_BYTES = 255;
/** Kept free for `-2`, `-3`, … and the extension. */
const RESERVED_BYTES = 16;
/** How much of the end of a name stays when it is too long. The time is usually there. */
const KEPT_END_BYTES = 48;
const MAX_TRIES = 10_000;

export interface NameValues {
  /** When the clip's first picture was taken. */
  start: UtcMicros;
  topologyName?: string;
  pipelineName?: string;
}

/** How a variable of time is written. */
interface NameTimes {
  dateTime: string;
  preciseDateTime: string;
}

const value = (
  variable: string,
  values: Omit<NameValues, 'start'>,
  { dateTime, preciseDateTime }: NameTimes,
): string | undefined => {
  switch (variable.toLowerCase()) {
    case 'system.runtime.datetime':
    case 'system.datetime': // as Live Video Analytics spelled it
      return dateTime;
    case 'system.runtime.precisedatetime':
      return preciseDateTime;
    case 'system.topologyname':
    case 'system.graphtopologyname':
      return values.topologyName;
    case 'system.pipelinename':
    case 'system.graphinstancename':
      return values.pipelineName;
    default:
      return undefined;
  }
};

/**
 * The file's name without extension. It is always one plain name: separators, and characters that some file systems
 * refuse, become `_`, so that a pattern can neither create a folder nor leave one. Unknown variables stay as they are.
 */
export const expandFileName = (pattern: string, { start, ...values }: NameValues): string =>
  expand(pattern, values, { dateTime: toCompactIso(start), preciseDateTime: toPreciseCompactIso(start) });

const expand = (pattern: string, values: Omit<NameValues, 'start'>, times: NameTimes): string => {
  const expanded = pattern.replace(
    /\$\{([^{}]*)\}/g,
    (whole, name: string) => value(name.trim(), values, times) ?? whole,
  );
  const plain = expanded
    .normalize('NFC')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be removed
    .replace(/[\u0000-\u001f\u007f-\u009f/\\<>:"|?*]/g, '_')
    .replace(/\p{Surrogate}/gu, '_')
    .replace(/^[.\s]+/, '_');
  const end = plain.trimEnd();
  return shortened(end === plain && plain !== '' ? plain : `${end}_`);
};

/** Stand for times in a name. Nobody can type them: they are reserved for use within a program. */
const MARKS: NameTimes = { dateTime: '\ufdd0', preciseDateTime: '\ufdd1' };
const DATE_TIME = '\\d{8}T\\d{6}Z';
const PRECISE_DATE_TIME = '\\d{8}T\\d{6}\\.\\d{3}Z';

/**
 * Recognises the names of files that `expandFileName` and `reserveFile` make of a pattern, at any time. Misses names that
 * were too long and had to be shortened.
 */
export const namesClip = (pattern: string, values: Omit<NameValues, 'start'>): ((name: string) => boolean) => {
  const literal = expand(pattern, values, MARKS).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  // Every part has a fixed length but the number at the end, so matching takes one pass.
  const stem = literal.replaceAll(MARKS.dateTime, DATE_TIME).replaceAll(MARKS.preciseDateTime, PRECISE_DATE_TIME);
  const expression = new RegExp(`^${stem}(-\\d{1,5})?\\.mp4$`, 'u');
  return (name) => expression.test(name);
};

/** Cuts out the middle, since the two ends are what distinguishes clips. */
const shortened = (name: string): string => {
  const most = MAX_NAME_BYTES - RESERVED_BYTES;
  if (Buffer.byteLength(name) <= most) return name;
  const characters = [...name];
  const end = takeWhileFits([...characters].reverse(), KEPT_END_BYTES).reverse();
  const start = takeWhileFits(characters, most - Buffer.byteLength(end.join('')) - 1);
  return `${start.join('')}~${end.join('')}`;
};

const takeWhileFits = (characters: readonly string[], bytes: number): string[] => {
  const taken: string[] = [];
  let used = 0;
  for (const character of characters) {
    used += Buffer.byteLength(character);
    if (used > bytes) break;
    taken.push(character);
  }
  return taken;
};

/** Told of every file before it exists, so that one that a crash leaves behind can be told from those of others. */
export interface NameKeeper {
  /** @returns false if the name must not be used. May throw: no file is created then. */
  claim(path: string): boolean;
  /** No file was created under this name. Must not throw. */
  release(path: string): void;
}

/**
 * Creates an empty MP4 file of this name, or with `-2`, `-3`, … appended if that name is taken. Never overwrites a file,
 * even if others create files there at the same moment.
 *
 * @returns the path of the file.
 * @throws SluiceError `ClipNotCreated`; its kind distinguishes a full disk from a folder that cannot be written. Whatever
 *   `claim` throws.
 */
export const reserveFile = (folder: string, stem: string, names: NameKeeper, mode: Mode): string => {
  for (let n = 1; n <= MAX_TRIES; n++) {
    const path = join(folder, `${stem}${n === 1 ? '' : `-${n}`}.mp4`);
    if (isTaken(path) || !names.claim(path)) continue;
    try {
      createEmpty(path, mode);
      return path;
    } catch (error) {
      names.release(path);
      if (systemCode(error) !== 'EEXIST') throw notCreated(path, error);
    }
  }
  throw new SluiceError('ClipNotCreated', `${MAX_TRIES} files of this name exist already`, {
    kind: 'conflict',
    where: { file: join(folder, `${stem}.mp4`) },
    hint: 'Put the variable System.Runtime.PreciseDateTime into fileNamePattern.',
  });
};

const isTaken = (path: string): boolean => {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw notCreated(path, error);
  }
};

const createEmpty = (path: string, mode: Mode): void => {
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW;
  const fd = openSync(path, flags, mode);
  try {
    setMode(fd, mode);
  } finally {
    closeSync(fd);
  }
};

const notCreated = (path: string, error: unknown): SluiceError => {
  const code = systemCode(error) ?? 'unknown';
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new SluiceError('ClipNotCreated', `the file cannot be created: ${code}`, {
    kind: full ? 'exhausted' : 'unavailable',
    where: { file: path },
    hint: full ? 'Free some space on this disk.' : 'Check that the folder exists and that the engine may write to it.',
    cause: error,
  });
};
