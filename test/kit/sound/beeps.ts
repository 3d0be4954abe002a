import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Seconds at which it flashes and beeps, in each round of `ROUND` seconds. Unevenly apart, so that only one shift fits. */
const ONSETS = [0, 0.8, 2];
const ROUND = 3;
const FPS = 25;
const FLASH_FRAMES = 4;
export const TONE_HZ = 1000;

const isOn = (variable: string, perSecond: number, length: number): string =>
  ONSETS.map(
    (at) => `between(mod(${variable},${ROUND * perSecond}),${at * perSecond},${at * perSecond + length})`,
  ).join('+');

/** A file of H.264 that flashes and PCM that beeps at the same moments, a minute long; made once. */
export const beepFile = (): string => {
  const folder = join(tmpdir(), 'sluice-beeps');
  const path = join(folder, 'beeps-1.mkv');
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const mine = join(folder, `${process.pid}.mkv`);
  const flash = `color=c=black:size=320x180:rate=${FPS},geq=lum='if(${isOn('N', FPS, FLASH_FRAMES - 1)},235,16)':cb=128:cr=128`;
  const beep = `aevalsrc=exprs='if(${isOn('t', 1, FLASH_FRAMES / FPS)},0.5*sin(2*PI*${TONE_HZ}*t),0)':s=48000`;
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', flash, '-f', 'lavfi', '-i', beep, '-t', '60'],
    ...[
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-pix_fmt',
      'yuv420p',
      '-g',
      String(FPS),
      '-bf',
      '0',
      '-c:a',
      'pcm_s16le',
      mine,
    ],
  ]);
  renameSync(mine, path);
  return path;
};

/** The pictures of `beepFile`, as a byte stream. They can be looped. */
export const flashStream = (): Buffer =>
  execFileSync(
    'ffmpeg',
    ['-v', 'error', '-i', beepFile(), '-map', '0:v', '-c', 'copy', '-bsf:v', 'h264_mp4toannexb', '-f', 'h264', '-'],
    { maxBuffer: 1 << 28 },
  );

/** What is heard at a time in seconds, -1 to 1. */
export const beepAt = (time: number): number => {
  const place = time % ROUND;
  const on = ONSETS.some((at) => place >= at && place < at + FLASH_FRAMES / FPS);
  return on ? 0.5 * Math.sin(2 * Math.PI * TONE_HZ * time) : 0;
};

/** Whether it flashes in a picture, counted from 0. */
export const isLit = (picture: number): boolean => {
  const place = picture % (ROUND * FPS);
  return ONSETS.some((at) => place >= at * FPS && place < at * FPS + FLASH_FRAMES);
};
