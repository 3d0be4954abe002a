/** Waiting for media instead of for time: what a busy machine delays is waited for as long as it takes. */

import type { Engine } from '../../engine/index.js';
import { withFile } from '../../engine/mp4/boxes.js';
import { partsOf } from '../../engine/parts-of.js';
import { layoutOf } from '../../engine/recording/mp4-layout.js';
import { until } from './until.js';

const DEADLINE_MS = 60_000;

const cameraOf = (engine: Engine, pipeline: string): string => {
  const stats = engine.stats().pipelines.find(({ name }) => name === pipeline);
  if (!stats?.camera) throw new Error(`${pipeline} is not active, or reads no camera`);
  return stats.camera;
};

/** Resolves when the ring of each pipeline's camera reaches so many seconds back. */
export const ringHolds = (engine: Engine, seconds: number, ...pipelines: string[]): Promise<void> =>
  until(
    `${seconds} s in the rings of ${pipelines}`,
    () => {
      const { cameras } = engine.stats();
      return pipelines.every((name) =>
        cameras.some((camera) => camera.pipelines.includes(name) && camera.ringSeconds >= seconds),
      );
    },
    DEADLINE_MS,
  );

/** Resolves when so many more access units have come from the camera of each pipeline; the test cameras send 25 a second. */
export const unitsCome = (engine: Engine, count: number, ...pipelines: string[]): Promise<void> => {
  const units = pipelines.map((name) => partsOf(engine).metrics.camera(cameraOf(engine, name)).units);
  const wanted = units.map((each) => each.value + count);
  return until(
    `${count} units from the cameras of ${pipelines}`,
    () => units.every((each, index) => each.value >= wanted[index]!),
    DEADLINE_MS,
  );
};

/** What of a clip would play if its muxer died now: nothing while there is no file, or none that has begun. */
const onDisk = (path: string): { seconds: number; fragments: number } => {
  try {
    return withFile(path, layoutOf);
  } catch {
    return { seconds: 0, fragments: 0 };
  }
};

/** Resolves when so much of a clip that is being written would play. */
export const secondsOnDisk = (path: string, seconds: number): Promise<void> =>
  until(`${seconds} s in ${path}`, () => onDisk(path).seconds >= seconds, DEADLINE_MS);
