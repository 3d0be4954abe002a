import { type EventRecord, pipelineOf, shortType } from '../api/events.js';

/** After these, what could not be written is written again, or is not to be. */
const OVER = /^Operational\.(?:RecordingStarted|PipelineStateChanged)$/;

/** By live pipeline, why its recordings cannot be written: as it is after one more event. */
export const stillNotWritten = (
  before: ReadonlyMap<string, string>,
  event: EventRecord,
): ReadonlyMap<string, string> => {
  const pipeline = pipelineOf(event);
  const type = shortType(event);
  if (pipeline === undefined) return before;
  if (type === 'Diagnostics.StorageError') {
    const { message } = event.data;
    return new Map(before).set(pipeline, typeof message === 'string' ? message : 'no reason was given');
  }
  if (!before.has(pipeline) || !OVER.test(type)) return before;
  const rest = new Map(before);
  rest.delete(pipeline);
  return rest;
};
