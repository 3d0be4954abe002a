/**
 * kill -9 of the engine's process group at a random moment of its start or of its clips, again and again on the same
 * folder, while the cameras go on.
 */
import { AvaEvent } from '../../../engine/index.js';
import type { Random } from '../random.js';
import type { ChaosReport } from '../report.js';
import type { SeriesOptions } from './options.js';
import { type Aim, killAgain, lossLine, mostLost, pause } from './trial/kill-again.js';

const CAMERAS = 2;
const CLIP_SECONDS = 2;
export const run = async (options: SeriesOptions): Promise<ChaosReport> => {
  let beforeFirstClip = 0;
  const anyMoment = (_dataDir: string, random: Random): Aim => {
    let startMs: number | undefined;
    return {
      moment: async (engine) => {
        let firstClip: number | undefined;
        const begun = new Promise<void>((resolve) => {
          engine.onEvent(({ eventType }) => {
            if (eventType !== AvaEvent.RecordingStarted || firstClip !== undefined) return;
            firstClip = Date.now() - engine.startedMs;
            startMs = startMs === undefined ? firstClip : startMs + (firstClip - startMs) / 5;
            resolve();
          });
        });
        // The first run shows how long a start takes on this machine.
        if (startMs === undefined) await Promise.race([begun, engine.ended]);
        const passed = Date.now() - engine.startedMs;
        await pause(
          Math.max(0, random.between(0, (startMs ?? 0) + CLIP_SECONDS * 1000) - (firstClip === undefined ? 0 : passed)),
        );
        if (firstClip !== undefined) return;
        beforeFirstClip++;
        // On a machine that has become busy, starts take longer than is known, and nearly all would be killed on the way.
        startMs = Math.max(startMs ?? 0, Date.now() - engine.startedMs);
      },
    };
  };
  const settings = { clipSeconds: CLIP_SECONDS, preRollSeconds: 0, pauseMs: 50, staggerMs: 300 };
  const plan = { series: 'kill', cameras: CAMERAS, settings, aim: anyMoment };
  const { kills, clips, losses, violations } = await killAgain(plan, options);
  return {
    lines: [
      `${kills} kills, ${beforeFirstClip} of them before the first clip of their run; ${clips} clips`,
      lossLine(losses),
    ],
    violations,
    rows: [
      {
        tried: 'kill -9 of the whole process group at a random moment of start and clip',
        count: kills,
        lost: mostLost(losses, clips),
        violations: violations.length,
      },
    ],
  };
};
