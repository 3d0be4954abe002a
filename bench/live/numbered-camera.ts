import { statSync } from 'node:fs';
import { join } from 'node:path';
import { startSimulator } from '../../engine/simulator/index.js';
import { FPS, type NumberedOptions, PICTURE_MS, writeNumbered } from '../page/numbered-media.js';

const PICTURES = 20 * FPS;

/** A camera whose pictures say their number. */
export interface NumberedCamera {
  url: string;
  bytesPerSecond: number;
  /** How long ago a picture with this number was taken, at a moment in ms since the epoch. In ms. */
  age(number: number, at: number): number;
  stop(): Promise<void>;
}

/** @param dir for its clip, which is played in a loop */
export const numberedCamera = async (
  dir: string,
  { size, gop, bframes = 0 }: Required<Pick<NumberedOptions, 'size' | 'gop'>> & Pick<NumberedOptions, 'bframes'>,
): Promise<NumberedCamera> => {
  const clip = join(dir, `numbered-${size}-${gop}-${bframes}.mp4`);
  writeNumbered(clip, { pictures: PICTURES, size, gop, bframes });
  let begun: number | undefined;
  const simulator = await startSimulator({
    clips: [clip],
    onEvent: (event) => {
      if (event.event === 'streamStart') begun ??= event.utcMicros / 1000;
    },
  });
  return {
    url: simulator.cameras[0]!.url,
    bytesPerSecond: (statSync(clip).size * FPS) / PICTURES,
    age: (number, at) => ageOf(at - (begun ?? Number.NaN) - number * PICTURE_MS, PICTURES * PICTURE_MS),
    stop: () => simulator.stop(),
  };
};

/** What is left of it in a loop that is far longer than a picture is old. A clock may be a little behind another. */
export const ageOf = (since: number, loopMs: number): number => {
  const rest = ((since % loopMs) + loopMs) % loopMs;
  return rest > 0.9 * loopMs ? rest - loopMs : rest;
};
