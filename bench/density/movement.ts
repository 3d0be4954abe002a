/** Whether clips have what moved: the scene's own timetable beside the pictures in the files, as ffprobe finds them. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packetsOf } from '../common/packets.js';
import { overlap, type Span, secondsIn, union } from '../common/spans.js';

/** What moves in front of a camera. */
export interface Timetable {
  /** When the scene was at its start, in seconds of UTC. */
  began: number;
  /** Seconds after which it repeats. */
  period: number;
  /** Within the period. */
  motion: readonly { start: number; end: number }[];
}

/** Seconds in which something moved, and those of them that are in clips. */
export interface Kept {
  moved: number;
  kept: number;
}

/** Pictures follow each other this closely, in seconds: what a file's clock rounds. */
const ROUNDING = 0.002;

const present = (span: Span | undefined): Span[] => (span ? [span] : []);

/** When something moves within a window. */
export const movesIn = ({ began, period, motion }: Timetable, window: Span): Span[] => {
  const spans: Span[] = [];
  for (let turn = Math.floor((window[0] - began) / period); began + turn * period < window[1]; turn++) {
    const start = began + turn * period;
    for (const each of motion) {
      const span = overlap([start + each.start, start + each.end], window);
      if (span) spans.push(span);
    }
  }
  return union(spans, ROUNDING);
};

/** @param pictures each from when to when it is shown, in any order */
export const keptOf = (moves: readonly Span[], pictures: readonly Span[]): Kept => {
  const there = union(pictures, ROUNDING);
  const kept = moves.flatMap((move) => there.flatMap((span): Span[] => present(overlap(move, span))));
  return { moved: secondsIn(moves), kept: secondsIn(kept) };
};

/** `camera-7-20260102T030405.678Z.mp4`, as the benchmark's topology has it: the camera, from 0, and when the clip begins. */
export const clipOf = (file: string): { camera: number; begins: number } | undefined => {
  const found = /^camera-(\d+)-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)([\d.]+)Z(?:-\d+)?\.mp4$/.exec(file);
  if (!found) return undefined;
  const [, camera, year, month, day, hour, minute, second] = found;
  const begins = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) / 1000;
  return { camera: Number(camera) - 1, begins };
};

/** Of every camera's clips, in seconds of UTC. */
const picturesBelow = async (folder: string): Promise<Span[][]> => {
  const pictures: Span[][] = [];
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const clip = clipOf(basename(file));
    if (!clip) continue;
    const packets = await packetsOf(join(folder, file));
    if (packets.length === 0) continue;
    const first = Math.min(...packets.map(({ at }) => at));
    const spans = packets.map(({ at, seconds: shown }): Span => {
      const from = clip.begins + at - first;
      return [from, from + shown];
    });
    pictures[clip.camera] = [...(pictures[clip.camera] ?? []), ...spans];
  }
  return pictures;
};

/** Of all cameras together. @param timetables of each; undefined where nothing is known of it */
export const keptBelow = async (
  folder: string,
  timetables: readonly (Timetable | undefined)[],
  window: Span,
): Promise<Kept> => {
  const pictures = await picturesBelow(folder);
  const all = timetables.map((timetable, camera) =>
    keptOf(timetable ? movesIn(timetable, window) : [], pictures[camera] ?? []),
  );
  const sum = (of: keyof Kept): number => all.reduce((total, each) => total + each[of], 0);
  return { moved: sum('moved'), kept: sum('kept') };
};
