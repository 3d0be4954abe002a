import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { probeClip } from '../judge-clip.js';
import { TONE_HZ } from './beeps.js';

const run = promisify(execFile);

const RATE = 8000;
/** Samples over which loudness is measured: 2.5 ms. */
const STEP = 20;

export interface SoundFacts {
  /** Codecs of the tracks of sound. */
  codecs: string[];
  /** Seconds of the track, from its first packet to the end of its last. */
  seconds: number;
  /** When beeps begin, in the file's time. */
  beeps: number[];
  /** When flashes begin. */
  flashes: number[];
  /** When the last picture begins. */
  end: number;
  /** How much of what is heard is the tone, 0 to 1. */
  tone: number;
  /** What ffmpeg had to say while it decoded the sound. */
  complaints: string;
}

/** What ffmpeg and ffprobe hear and see in a clip of a camera that flashes and beeps. */
export const judgeSound = async (path: string): Promise<SoundFacts> => {
  const { stdout } = await run('ffprobe', [
    ...['-v', 'error', '-select_streams', 'a', '-show_entries', 'stream=codec_name:packet=pts_time,duration_time'],
    ...['-of', 'json', path],
  ]);
  const { streams = [], packets = [] } = JSON.parse(stdout) as {
    streams?: { codec_name: string }[];
    packets?: { pts_time: string; duration_time?: string }[];
  };
  const ends = packets.map((each) => Number(each.pts_time) + Number(each.duration_time ?? 0));
  const seconds = packets.length === 0 ? 0 : Math.max(...ends) - Number(packets[0]!.pts_time);
  const heard = streams.length === 0 ? { beeps: [], tone: 0, complaints: '' } : await listen(path);
  return { codecs: streams.map((each) => each.codec_name), seconds, ...(await look(path)), ...heard };
};

/** A clip may begin and end in the middle of both. */
const BEGUN = 0.3;
const ENDS = 0.1;

/** By how much each beep is behind its flash, in seconds. */
export const offsets = ({ beeps, flashes, end }: SoundFacts): number[] =>
  beeps
    .filter((beep) => beep > BEGUN && beep < end - ENDS)
    .map((beep) => flashes.map((flash) => beep - flash).reduce((a, b) => (Math.abs(b) < Math.abs(a) ? b : a)));

const listen = async (path: string): Promise<Pick<SoundFacts, 'beeps' | 'tone' | 'complaints'>> => {
  const args = ['-v', 'error', '-nostdin', '-copyts', '-i', path, '-map', '0:a:0'];
  // Silence where there is no sound, and the first sample at the file's time 0.
  const filter = 'aresample=8000:async=1:min_hard_comp=0.005:first_pts=0';
  const { stdout, stderr } = await run('ffmpeg', [...args, '-af', filter, '-ac', '1', '-f', 's16le', '-'], {
    encoding: 'buffer',
    maxBuffer: 1 << 28,
  });
  const samples = new Int16Array(stdout.buffer, stdout.byteOffset, stdout.length >> 1);
  const loud = Array.from({ length: Math.floor(samples.length / STEP) }, (_, n) =>
    Math.sqrt(samples.subarray(n * STEP, (n + 1) * STEP).reduce((sum, each) => sum + each * each, 0) / STEP),
  );
  // What is encoded is heard a little before it begins: half as loud as it gets is where it begins.
  const threshold = Math.max(...loud) / 2;
  const beeps = onsets(
    loud.map((each) => each > threshold),
    STEP / RATE,
  );
  return { beeps, tone: toneIn(samples), complaints: stderr.toString().trim() };
};

/** Where it turns on, having been off for 100 ms. */
const onsets = (on: readonly boolean[], seconds: number): number[] => {
  const quiet = Math.round(0.1 / seconds);
  return on.flatMap((each, n) =>
    each && n > 0 && !on.slice(Math.max(0, n - quiet), n).includes(true) ? [n * seconds] : [],
  );
};

/** Share of the power that is at the tone's frequency, over the blocks in which something is heard. */
const toneIn = (samples: Int16Array): number => {
  let [all, tone] = [0, 0];
  const block = 400;
  for (let at = 0; at + block <= samples.length; at += block) {
    let [real, imaginary] = [0, 0];
    for (let n = 0; n < block; n++) {
      const angle = (2 * Math.PI * TONE_HZ * n) / RATE;
      real += samples[at + n]! * Math.cos(angle);
      imaginary += samples[at + n]! * Math.sin(angle);
      all += samples[at + n]! ** 2;
    }
    tone += (2 * (real ** 2 + imaginary ** 2)) / block;
  }
  return all === 0 ? 0 : tone / all;
};

const look = async (path: string): Promise<Pick<SoundFacts, 'flashes' | 'end'>> => {
  const { times } = await probeClip(path);
  const { stdout } = await run(
    'ffmpeg',
    [
      '-v',
      'error',
      '-nostdin',
      '-i',
      path,
      '-vf',
      'scale=4:4',
      '-fps_mode',
      'passthrough',
      '-pix_fmt',
      'gray',
      '-f',
      'rawvideo',
      '-',
    ],
    { encoding: 'buffer', maxBuffer: 1 << 28 },
  );
  const bright = times.map((_, n) => stdout[16 * n + 5]! > 128);
  const flashes = times.filter((_, n) => n > 0 && bright[n]! && !bright[n - 1]!);
  return { flashes, end: times.at(-1) ?? 0 };
};
