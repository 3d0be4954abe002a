import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { access, lstat, mkdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { messageOf, systemCode } from '../core/errors.js';
import { PYTHON, pythonEnv, pythonFile, simulatorError } from './python.js';
import { SCENES, sceneNamed, sceneRenderer } from './scenes.js';
import type { EncodingOptions, SimulatedCamera } from './types.js';

/** Part of every cache key: raise it when scenes or encoder settings change. */
const VERSION = 4;

/**
 * Seconds of the loop's end that an encoder gets before its beginning. One that has just started spends its bits unevenly, which
 * no camera does every few seconds.
 */
const WARM_UP = 4;

export type Source = SimulatedCamera['source'];

const parseSize = (size: string): { width: number; height: number } => {
  const match = /^(\d{2,5})x(\d{2,5})$/.exec(size);
  const [width, height] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || width % 2 || height % 2 || width < 16 || height < 16 || width > 8192 || height > 8192) {
    throw simulatorError(
      'badSize',
      `size is WIDTHxHEIGHT in even pixels from 16 to 8192, such as 640x360, not "${size}"`,
    );
  }
  return { width, height };
};

const within = (name: string, value: number, low: number, high: number): number => {
  if (!(value >= low && value <= high)) {
    throw simulatorError('badOption', `${name} must be a number from ${low} to ${high}, not ${value}`);
  }
  return value;
};

/**
 * The folder for encoded files. Others could guess its name and create it first, so it must be ours and not a link.
 */
const cacheFolder = async (wanted: string | undefined): Promise<string> => {
  if (wanted) {
    await mkdir(wanted, { recursive: true });
    return resolve(wanted);
  }
  const folder = join(tmpdir(), `sluice-simulator-${process.getuid?.() ?? 'user'}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  if (!found.isDirectory() || (process.getuid && found.uid !== process.getuid())) {
    throw simulatorError('cacheFolder', `${folder} belongs to somebody else; remove it or name another folder`);
  }
  return folder;
};

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const hashOf = (key: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify([VERSION, key]))
    .digest('hex')
    .slice(0, 24);

/**
 * Runs encode.py; `feed` writes raw frames into its stdin. Without `feed`, stdin stays open so that the encoder ends
 * when this process does. Resolves with the file to play: `out`, unless the job's own file can be played. The result is
 * renamed to `out` only when all has gone well: an encoder whose parent dies sees a shorter scene, not an error.
 */
const encode = async (
  job: object,
  out: string,
  feed?: (write: (chunk: Uint8Array) => Promise<boolean>) => Promise<void>,
): Promise<string> => {
  const part = `${out}.${process.pid}-${randomUUID()}.part`;
  const child = spawn(PYTHON, [pythonFile('encode.py')], { stdio: ['pipe', 'pipe', 'pipe'], env: pythonEnv() });
  let text = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    err = (err + part).slice(-2000);
  });
  // A child that gives up early closes its stdin; the reason is on its stdout.
  child.stdin.on('error', () => {});
  const closed = new Promise<void>((done, failed) => {
    child.once('error', (problem) => failed(simulatorError('pythonMissing', `${PYTHON}: ${messageOf(problem)}`)));
    child.once('close', () => done());
  });
  const write = async (chunk: Uint8Array): Promise<boolean> => {
    if (!child.stdin.writable || child.exitCode !== null) return false;
    // The renderer reuses its buffer, so what Node queues must be a copy.
    if (!child.stdin.write(Uint8Array.from(chunk)))
      await Promise.race([once(child.stdin, 'drain'), closed]).catch(() => {});
    return true;
  };
  const work = (async () => {
    await write(Buffer.from(`${JSON.stringify({ ...job, out: part })}\n`));
    if (!feed) return;
    await feed(write);
    child.stdin.end();
  })();
  try {
    await Promise.all([closed, work]);
    return await finish(text, err, part, out);
  } finally {
    await rm(part, { force: true });
  }
};

const finish = async (text: string, err: string, part: string, out: string): Promise<string> => {
  let answer: { ok: boolean; file: string; code: string; message: string };
  try {
    answer = JSON.parse(text);
  } catch {
    throw simulatorError('encoderFailed', `the encoder ended without an answer: ${err.trim() || 'no output'}`);
  }
  if (!answer.ok) throw simulatorError(answer.code, answer.message);
  if (answer.file !== part) return answer.file;
  await rename(part, out);
  return out;
};

const prepareScene = async (name: string, options: EncodingOptions, folder: string): Promise<string> => {
  const scene = sceneNamed(name);
  if (!scene) {
    const known = SCENES.map((each) => each.name).join(', ');
    throw simulatorError('noSuchScene', `there is no scene "${name}"; there are ${known}`);
  }
  const { width, height } = parseSize(options.size ?? '640x360');
  const fps = within('fps', options.fps ?? 25, 1, 120);
  const gop = within('gop', options.gop ?? 2, 0.04, 600);
  // The loop begins with a keyframe, so it lasts at least a GOP; whole periods keep the scene's timetable.
  const periods = Math.max(1, Math.ceil(gop / scene.period - 1e-9));
  const distance = Math.max(1, Math.round(gop * fps));
  const frames = Math.round(scene.period * periods * fps);
  const warmUp = distance * Math.floor(Math.min(WARM_UP * fps, frames) / distance);
  const job = { width, height, fps, distance, skip: warmUp, ...common(options) };
  const out = join(folder, `scene-${name}-${hashOf([job, periods])}.mp4`);
  if (await exists(out)) return out;
  return encode({ ...job, kind: 'raw' }, out, async (write) => {
    const render = sceneRenderer(scene, width, height, fps);
    for (let index = -warmUp; index < frames; index++) {
      if (!(await write(render((index + frames) % frames)))) return;
    }
  });
};

const common = (options: EncodingOptions) => ({
  codec: options.codec ?? 'h264',
  bitrate: within('bitrate', options.bitrate ?? 800_000, 10_000, 200_000_000),
  bframes: within('bframes', options.bframes ?? 0, 0, 8),
});

const prepareClip = async (file: string, options: EncodingOptions, folder: string): Promise<string> => {
  const info = await stat(file).catch((problem: unknown) => {
    const why = systemCode(problem) === 'ENOENT' ? 'no such file' : messageOf(problem);
    throw simulatorError('clipMissing', `${file}: ${why}`);
  });
  if (!info.isFile()) throw simulatorError('clipMissing', `${file} is not a file`);
  const asked = [options.gop, options.fps, options.size, options.bitrate, options.bframes, options.codec];
  const job = {
    kind: 'file',
    file: resolve(file),
    asIs: asked.every((each) => each === undefined),
    gop: within('gop', options.gop ?? 2, 0.04, 600),
    fps: options.fps === undefined ? 0 : within('fps', options.fps, 1, 120),
    ...(options.size === undefined ? {} : parseSize(options.size)),
    ...common(options),
  };
  const out = join(folder, `clip-${hashOf([job, info.size, info.mtimeMs])}.mp4`);
  return (await exists(out)) ? out : encode(job, out);
};

/** A file that the server can play as it is, encoded now or taken from the cache. Rejects with a SluiceError. */
export const prepareSource = async (
  source: Source,
  options: EncodingOptions,
  cacheDir: string | undefined,
): Promise<string> => {
  const folder = await cacheFolder(cacheDir);
  return source.kind === 'scene'
    ? prepareScene(source.name, options, folder)
    : prepareClip(source.file, options, folder);
};
