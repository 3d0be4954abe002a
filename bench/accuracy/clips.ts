/** Folders of labelled clips, and their pictures as the engine's decoder gives them, kept as raw files. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { PlaneInput } from '../../wasm/types.js';
import { stepOf } from './phases.js';

export interface Clip {
  name: string;
  file: string;
  folder: string;
  fps: number;
  sourceWidth: number;
  sourceHeight: number;
  width: number;
  height: number;
  /** Labelled intervals in seconds: objects, not what happens to the camera. */
  events: [number, number][];
  dontCare: [number, number][];
  /** Seconds at which the camera itself begins to be moved. */
  moved: number[];
  /** Somebody is there all the time: only seconds with a verdict count, whole ones from the first to before the second. */
  busy?: [number, number];
  /** Counted in the pooled figures. */
  pooled: boolean;
  /** Only nuisance outside its events. */
  nuisance: boolean;
  /** Of the set that the detector was first made with: its quiet seconds have a goal of their own. */
  old: boolean;
  kind?: string;
  base?: string;
}

/** Pictures of a clip in one raw file, I420. */
export interface Pictures {
  path: string;
  frames: number;
  /** Seconds of picture i. */
  time(i: number): number;
}

export const CACHE = join(tmpdir(), 'sluice-accuracy');
const VIDEO = /\.(mp4|avi|mkv|mov|webm)$/i;
const NOT_POOLED = new Set(['office_ceiling', 'dvrscan_traffic_camera']);
const NUISANCE = new Set(['opencv_tree', 'cdnet_fall']);
const LATER = new Set(['night_ir_trail', 'ir_indoor', 'rain_road', 'psu_movecam']);
/** At first, the infrared clip shows a man who moves before anything is known of the place; the road is judged from its start. */
const BUSY: Record<string, [number, number]> = { ir_indoor: [2, 35], rain_road: [0, 18] };
const DONT_CARE: Record<string, [number, number][]> = { cdnet_highway: [[0, 18.76]], candela_m1_10: [[3.97, 8.97]] };

interface EventsFile {
  name?: string;
  kind?: string;
  base?: string;
  pooled?: boolean;
  nuisance?: boolean;
  events?: { start_s: number; end_s: number; what?: string }[];
  dont_care?: [number, number][];
}

export function findClips(root: string): Clip[] {
  const clips: Clip[] = [];
  for (const entry of readdirSync(root).sort()) {
    const folder = join(root, entry);
    const labels = join(folder, 'events.json');
    if (!existsSync(labels)) continue;
    const meta = JSON.parse(readFileSync(labels, 'utf8')) as EventsFile;
    // A twin with uneven timestamps has the same frames.
    const files = readdirSync(folder).filter((f) => VIDEO.test(f) && !f.includes('_vfr'));
    for (const file of files.sort()) {
      const name = files.length === 1 ? entry : `${entry}-${basename(file).replace(VIDEO, '')}`;
      const labelled = meta.events ?? [];
      const tampered = (e: (typeof labelled)[number]): boolean => e.what?.includes('tamper') ?? false;
      const events = labelled.filter((e) => !tampered(e)).map((e): [number, number] => [e.start_s, e.end_s]);
      const busy = BUSY[entry];
      clips.push({
        name,
        file: join(folder, file),
        folder,
        ...probe(join(folder, file)),
        events,
        dontCare: meta.dont_care ?? DONT_CARE[entry] ?? [],
        moved: labelled.filter(tampered).map((e) => e.start_s),
        ...(busy === undefined ? {} : { busy }),
        pooled: meta.pooled !== false && busy === undefined && !NOT_POOLED.has(entry),
        nuisance: meta.nuisance ?? (NUISANCE.has(entry) || events.length === 0),
        old: !LATER.has(entry),
        ...(meta.kind === undefined ? {} : { kind: meta.kind }),
        ...(meta.base === undefined ? {} : { base: meta.base }),
      });
    }
  }
  return clips;
}

function probe(file: string): Pick<Clip, 'fps' | 'sourceWidth' | 'sourceHeight' | 'width' | 'height'> {
  const text = execFileSync(
    'ffprobe',
    [
      '-v',
      'error',
      '-select_streams',
      'v:0',
      '-show_entries',
      'stream=width,height,r_frame_rate',
      '-of',
      'csv=p=0',
      file,
    ],
    { encoding: 'utf8' },
  );
  const [w, h, rate] = text.trim().split(',');
  const [a, b] = (rate ?? '25/1').split('/').map(Number);
  const sourceWidth = Number(w);
  const sourceHeight = Number(h);
  return {
    fps: (a as number) / (b as number),
    sourceWidth,
    sourceHeight,
    width: 320,
    height: 2 * Math.round((320 * sourceHeight) / sourceWidth / 2),
  };
}

function pictureBytes(clip: Clip): number {
  const chroma = ((clip.width >> 1) + 3) & ~3;
  return clip.width * clip.height + 2 * chroma * (clip.height >> 1);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

// ffmpeg decodes, so that frame numbers are those of the labels; GStreamer scales, since it does so in the engine.
function scaleCommand(input: string, clip: Clip, out: string): string {
  const [w, h] = [clip.sourceWidth, clip.sourceHeight];
  const [cw, ch] = [(w + 1) >> 1, (h + 1) >> 1];
  const parse = `rawvideoparse format=i420 width=${w} height=${h} framerate=25/1 frame-size=${w * h + 2 * cw * ch} plane-strides='<${w},${cw},${cw}>' plane-offsets='<0,${w * h},${w * h + cw * ch}>'`;
  const scale = `videoscale ! video/x-raw,width=${clip.width},height=${clip.height}`;
  return `ffmpeg -v error ${input} -fps_mode passthrough -f rawvideo -pix_fmt yuv420p - | gst-launch-1.0 -q fdsrc ! ${parse} ! ${scale} ! filesink location=${quoted(out)}`;
}

/** How a copy is made of a clip before its pictures are taken. */
export interface Coding {
  /** Of x264; 23 unless told. */
  crf?: number;
  /** Seconds between keyframes; only these are taken. */
  gop?: number;
}

/** All pictures of a clip, or of a copy of it that is coded anew. */
export function picturesOf(clip: Clip, coding?: Coding): Pictures {
  const gop = coding?.gop;
  mkdirSync(CACHE, { recursive: true });
  const stat = statSync(clip.file);
  const key = createHash('sha256').update(`${clip.file}:${stat.size}:${stat.mtimeMs}`).digest('hex').slice(0, 12);
  const size = clip.width === 320 ? '' : `-${clip.width}`;
  const made = `${gop === undefined ? '' : `-gop${gop}`}${coding?.crf === undefined ? '' : `-crf${coding.crf}`}`;
  const path = join(CACHE, `${clip.name}-${key}${size}${made}.yuv`);
  const step = gop === undefined ? 1 : Math.max(1, Math.round(gop * clip.fps));
  if (!existsSync(path)) {
    const part = `${path}.part`;
    if (coding === undefined) sh(scaleCommand(`-i ${quoted(clip.file)}`, clip, part));
    else {
      const coded = `${path}.mp4`;
      const keyframes = gop === undefined ? '' : `-bf 0 -g ${step} -keyint_min ${step} -sc_threshold 0`;
      sh(
        `ffmpeg -v error -y -i ${quoted(clip.file)} -an -fps_mode passthrough -c:v libx264 -preset veryfast -crf ${coding.crf ?? 23} -pix_fmt yuv420p -vf 'pad=ceil(iw/2)*2:ceil(ih/2)*2' ${keyframes} ${quoted(coded)}`,
      );
      sh(scaleCommand(`${gop === undefined ? '' : '-skip_frame nokey '}-i ${quoted(coded)}`, clip, part));
    }
    renameSync(part, path);
  }
  const frames = Math.floor(statSync(path).size / pictureBytes(clip));
  return { path, frames, time: (i) => (i * step) / clip.fps };
}

function sh(command: string): void {
  execFileSync('sh', ['-c', `set -e; ${command}`], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Which pictures a run takes: about so many a second, from picture `phase` on. */
export function picksOf(clip: Clip, pictures: Pictures, rate: string, phase = 0): number[] {
  const step = stepOf(clip.fps, rate);
  const picks: number[] = [];
  for (let i = phase; i < pictures.frames; i += step) picks.push(i);
  return picks;
}

function planeOf(clip: Clip, pts: number, data: Uint8Array): PlaneInput {
  const chroma = ((clip.width >> 1) + 3) & ~3;
  const u = clip.width * clip.height;
  return {
    pts,
    width: clip.width,
    height: clip.height,
    strides: [clip.width, chroma, chroma],
    offsets: [0, u, u + chroma * (clip.height >> 1)],
    data,
  };
}

/** Reads pictures one after another into the same buffer: each is to be used, or copied, before the next. */
export function* planes(clip: Clip, pictures: Pictures, picks: readonly number[]): Generator<PlaneInput> {
  const bytes = pictureBytes(clip);
  const data = new Uint8Array(bytes);
  const fd = openSync(pictures.path, 'r');
  try {
    for (const i of picks) {
      readSync(fd, data, 0, bytes, i * bytes);
      yield planeOf(clip, Math.round(pictures.time(i) * 1e6), data);
    }
  } finally {
    closeSync(fd);
  }
}

/** Pictures that stay. */
export function copiesOf(clip: Clip, pictures: Pictures, picks: readonly number[]): Uint8Array[] {
  return Array.from(planes(clip, pictures, picks), ({ data }) => Uint8Array.from(data));
}
