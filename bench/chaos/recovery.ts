import { setTimeout as sleep } from 'node:timers/promises';
import { AvaEvent } from '../../engine/events/catalogue.js';
import type { EventRecord } from '../../engine/events/types.js';
import { pipelineOf } from './judge/stories.js';
import { slowness } from './patience.js';
import type { Stage } from './stage/stage.js';

/** Of a clip that has just begun: one that cannot be written fails within this time. */
const WRITTEN_MS = 2_000;
/** An activation that is going on ends first, and a camera that was away may be asked for late. */
const RECOVERED_MS = 45_000;
const EVERY_MS = 3_000;

/**
 * Waits until every pipeline that records on a message has begun a clip since now which does not fail at once, and sends
 * messages meanwhile.
 * @returns those that do not record again in time
 */
export const notRecording = async ({ follower, inputs }: Stage): Promise<string[]> => {
  const since = follower.last;
  for (const began = performance.now(); ; await sleep(EVERY_MS)) {
    const recording = new Set(writtenClips(follower.events.slice(since)).map(pipelineOf));
    const waiting = inputs.pipelines.filter((name) => !recording.has(name));
    if (waiting.length === 0 || performance.now() - began > RECOVERED_MS * slowness()) return waiting;
    for (const pipeline of waiting) await inputs.send(pipeline);
  }
};

/** Beginnings of clips that were written for a while. */
const writtenClips = (events: readonly EventRecord[]): EventRecord[] =>
  events.filter(({ eventType, eventTime, data }) => {
    if (eventType !== AvaEvent.RecordingStarted || Date.now() - Date.parse(eventTime) < WRITTEN_MS) return false;
    const end = events.find((other) => other.eventType === AvaEvent.RecordingStopped && isAbout(other, data));
    return end?.data.reason !== 'failed';
  });

const isAbout = (event: EventRecord, { outputLocation }: EventRecord['data']): boolean =>
  event.data.outputLocation === outputLocation;
