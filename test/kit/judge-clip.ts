import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface ClipFacts {
  /** Types of the boxes at the top level, in order. */
  boxes: string[];
  durationSeconds: number;
  frames: number;
  /** Of the first packet in decode order. */
  firstIsKeyframe: boolean;
  /** What ffmpeg had to say while it decoded the whole file. */
  complaints: string;
  /** Presentation times in seconds, sorted. */
  times: number[];
}

/** What ffprobe makes of a clip's container, whatever its pictures hold. */
export async function probeClip(path: string): Promise<Omit<ClipFacts, 'complaints'>> {
  const probe = await run('ffprobe', [
    ...['-v', 'error', '-select_streams', 'v:0'],
    ...['-show_entries', 'packet=pts_time,flags:format=duration', '-of', 'json', path],
  ]);
  const { packets = [], format } = JSON.parse(probe.stdout) as {
    packets?: Array<{ pts_time: string; flags: string }>;
    format: { duration: string };
  };
  return {
    boxes: topLevelBoxes(path),
    durationSeconds: Number(format.duration),
    frames: packets.length,
    firstIsKeyframe: packets[0]?.flags.startsWith('K') ?? false,
    times: packets.map((packet) => Number(packet.pts_time)).sort((a, b) => a - b),
  };
}

/** What independent programs make of a clip: ffprobe for its packets, ffmpeg for decoding all of it. */
export async function judgeClip(path: string): Promise<ClipFacts> {
  const facts = await probeClip(path);
  const decode = await run('ffmpeg', ['-v', 'error', '-nostdin', '-i', path, '-fps_mode', 'vfr', '-f', 'null', '-']);
  return { ...facts, complaints: decode.stderr.trim() };
}

/** Types of the boxes of a file, in order; of one that is still written, those that have begun. */
export function topLevelBoxes(path: string): string[] {
  const file = readFileSync(path);
  const types: string[] = [];
  for (let at = 0; at + 8 <= file.length; ) {
    const size = file.readUInt32BE(at);
    types.push(file.toString('latin1', at + 4, at + 8));
    const length = size === 1 ? Number(file.readBigUInt64BE(at + 8)) : size === 0 ? file.length - at : size;
    if (length < 8) break;
    at += length;
  }
  return types;
}
