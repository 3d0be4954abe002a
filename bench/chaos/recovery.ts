import { setTimeout as sleep } from 'node:timers/promises';
import { AvaEvent } from '../../engine/events/catalogue.js';
import { pipelineOf } from './judge/stories.js';
import { slowness } from './patience.js';
import type { Stage } from './stage/stage.js';

/** An activation that is going on ends first, and a camera that was away may be asked for late. */
const RECOVERED_MS = 45_000;
const EVERY_MS = 3_000;

/**
 * Waits until every pipeline that records on a message has begun a clip since now, and sends messages meanwhile.
 * @returns those that do not record again in time
 */
export const notRecording = async ({ follower, inputs }: Stage): Promise<string[]> => {
  const since = follower.last;
  let waiting = [...inputs.pipelines];
  for (const began = performance.now(); ; await sleep(EVERY_MS)) {
    for (const event of follower.events.slice(since)) {
      if (event.eventType === AvaEvent.RecordingStarted) waiting = waiting.filter((name) => name !== pipelineOf(event));
    }
    if (waiting.length === 0 || performance.now() - began > RECOVERED_MS * slowness()) return waiting;
    for (const pipeline of waiting) await inputs.send(pipeline);
  }
};
