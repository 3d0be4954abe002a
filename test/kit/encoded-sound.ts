import { execFileSync } from 'node:child_process';
import { parseCaps } from '../../bridge/filters/caps.js';
import type { EncodedUnit, StreamCaps } from '../../bridge/types.js';

const RATE = 48_000;
const SAMPLES_PER_FRAME = 1024;
const ADTS_HEADER = 7;

/** A tone as AAC frames, as they come from a camera; times in µs from 0. */
export const encodeAac = (seconds: number): { caps: StreamCaps; units: EncodedUnit[] } => {
  const adts = execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=${RATE}:duration=${seconds}`],
    ...['-ac', '1', '-c:a', 'aac', '-b:a', '32k', '-f', 'adts', '-'],
  ]);
  const units: EncodedUnit[] = [];
  for (let at = 0; at + ADTS_HEADER <= adts.length; ) {
    const length = ((adts[at + 3]! & 3) << 11) | (adts[at + 4]! << 3) | (adts[at + 5]! >> 5);
    const micros = (frame: number): number => Math.round((frame * SAMPLES_PER_FRAME * 1_000_000) / RATE);
    units.push({
      ...{ track: 'audio', dts: null, key: true, discont: false },
      pts: micros(units.length),
      duration: micros(units.length + 1) - micros(units.length),
      payload: Uint8Array.from(adts.subarray(at + ADTS_HEADER, at + length)),
    });
    at += length;
  }
  const text =
    'audio/mpeg, mpegversion=(int)4, stream-format=(string)raw, framed=(boolean)true, ' +
    `rate=(int)${RATE}, channels=(int)1, codec_data=(buffer)1188`;
  return { caps: parseCaps(text), units };
};

/** By time, sound so far behind its pictures, in µs. */
export const interleaved = (pictures: EncodedUnit[], sound: EncodedUnit[], behind = 60_000): EncodedUnit[] => {
  const merged: EncodedUnit[] = [];
  let next = 0;
  let newest = 0;
  for (const picture of pictures) {
    newest = Math.max(newest, picture.pts!);
    merged.push(picture);
    while (next < sound.length && sound[next]!.pts! < newest - behind) merged.push(sound[next++]!);
  }
  return [...merged, ...sound.slice(next)];
};
