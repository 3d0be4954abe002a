/** Scenes in which nothing moves for a while, and then something does: where a policy that saves decoding is put to the test. */
import type { Clip } from '../accuracy/clips.js';
import { drawn, figure, noise } from '../accuracy/long-scene.js';
import { mostSeconds, type Raw, readRaw } from './coding.js';

export interface Scene {
  name: string;
  raw: Raw;
  /** Seconds: something moves only between them. */
  moves: readonly [number, number];
}

/** A calm part of a clip, and the end of what begins behind it; seconds. */
interface Part {
  clip: string;
  calm: readonly [number, number];
  until: number;
}

const PARTS: readonly Part[] = [
  { clip: 'intel_car_detection', calm: [9, 12], until: 20 },
  { clip: 'intel_car_detection', calm: [23.6, 25], until: 30 },
  { clip: 'intel_one_by_one', calm: [0.2, 5.8], until: 14 },
  { clip: 'intel_one_by_one', calm: [46.4, 50], until: 60 },
  { clip: 'intel_one_by_one', calm: [88, 91.6], until: 100 },
  { clip: 'night_ir_trail', calm: [43.8, 45.4], until: 60 },
  { clip: 'office_ceiling', calm: [0.2, 2.4], until: 10 },
  { clip: 'psu_walk', calm: [0, 2.2], until: 8 },
  { clip: 'psu_getin', calm: [1.2, 2.4], until: 8 },
  { clip: 'psu_movecam', calm: [0, 1.8], until: 8.4 },
  { clip: 'cdnet_fall', calm: [13.2, 14.6], until: 22 },
];

/** Seconds in which nothing moves, before … */
const QUIET = 16;
/** … and behind something short. */
const QUIET_AFTER = 10;
/** Keyframes are elsewhere in the event each time. */
const PHASE = 0.37;

/** Real events behind a long calm, `phases` times with keyframes at other places. */
export function* realScenes(clips: readonly Clip[], phases: number): Generator<Scene> {
  for (const { clip: name, calm, until } of PARTS) {
    const clip = clips.find((each) => each.name === name);
    if (!clip) continue;
    const raw = readRaw(clip.file, clip, calm[0], until);
    const still = raw.pictures.slice(0, Math.round((calm[1] - calm[0]) * raw.fps));
    const rest = raw.pictures.slice(still.length);
    for (let phase = 0; phase < phases; phase++) {
      const quiet = looped(still, Math.round((QUIET + phase * PHASE) * raw.fps));
      yield {
        name: `${name} ${calm[1]} s`,
        raw: { ...raw, pictures: [...quiet, ...rest] },
        moves: [quiet.length / raw.fps, (quiet.length + rest.length) / raw.fps],
      };
    }
  }
}

/** Clips as they are, as much as fits into memory, `phases` times with keyframes at other places. */
export function* wholeScenes(clips: readonly Clip[], phases: number): Generator<Scene> {
  for (const clip of clips) {
    const raw = readRaw(clip.file, clip, 0, mostSeconds(clip));
    for (let phase = 0; phase < phases; phase++) {
      const pictures = raw.pictures.slice(Math.round(phase * PHASE * raw.fps));
      yield { name: clip.name, raw: { ...raw, pictures }, moves: [0, pictures.length / raw.fps] };
    }
  }
}

/** How long something is there, in seconds, and how high it is, as a share of the picture. */
export const LENGTHS = [0.6, 1.2, 2.4] as const;
const HEIGHTS = [0.08, 0.16, 0.32] as const;

/** Something that crosses a part of a calm picture and is gone, once each length and height, at other places each time. */
export function* shortScenes(
  clips: readonly Clip[],
  phases: number,
): Generator<Scene & { length: number; height: number }> {
  const random = noise(7);
  for (const { clip: name, calm } of PARTS.filter(
    ({ clip: each }) => each === 'intel_car_detection' || each.startsWith('psu_'),
  )) {
    const clip = clips.find((each) => each.name === name);
    if (!clip) continue;
    const raw = readRaw(clip.file, clip, calm[0], calm[1]);
    for (const length of LENGTHS) {
      for (const height of HEIGHTS) {
        for (let phase = 0; phase < phases; phase++) {
          const from = QUIET + phase * PHASE + length * 3 * PHASE;
          yield { name: `${name} ${calm[1]} s`, length, height, ...crossed(raw, { from, length, height, random }) };
        }
      }
    }
  }
}

interface Crossing {
  from: number;
  length: number;
  height: number;
  random(): number;
}

function crossed(raw: Raw, { from, length, height, random }: Crossing): Pick<Scene, 'raw' | 'moves'> {
  const pictures = looped(raw.pictures, Math.round((from + length + QUIET_AFTER) * raw.fps));
  const [high, wide] = [Math.round(raw.height * height), Math.round(raw.height * height * 0.5)];
  const who = figure(wide, high, random, random() < 0.5 ? 30 : 150, 60);
  const top = Math.round((raw.height - high) * (0.3 + 0.5 * random()));
  const start = random() * 0.5;
  for (let i = Math.round(from * raw.fps); i < Math.round((from + length) * raw.fps); i++) {
    // As fast as a person who is so high: one and a half of its heights a second, or so.
    const left = Math.round(start * raw.width + ((i - from * raw.fps) / raw.fps) * high * 0.9);
    pictures[i] = drawn(Uint8Array.from(pictures[i]!), raw.width, who, left, top);
  }
  return { raw: { ...raw, pictures }, moves: [from, from + length] };
}

/** Forth and back, so that nothing jumps; it ends with the last. */
function looped(pictures: readonly Uint8Array[], count: number): Uint8Array[] {
  const n = pictures.length;
  return Array.from({ length: count }, (_, i) => {
    const k = (count - 1 - i) % (2 * n - 2);
    return pictures[k < n ? n - 1 - k : k - n + 1] as Uint8Array;
  });
}
