import { AvaEvent, SluiceEvent } from '../../../engine/events/catalogue.js';
import type { EventRecord } from '../../../engine/events/types.js';
import type { Violation } from '../report.js';
import { pipelineOf } from './stories.js';

/** A message that the engine has taken. */
export interface Accepted {
  pipeline: string;
  eventId: string;
  /** Wall time in ms of the answer. */
  atMs: number;
}

/** Before an event is written, a kill can still lose it, as docs/ref/events.md says. */
const UNWRITTEN_MS = 1_000;
/** An explanation may come as late as the clip that should have been, and its camera's failure may be found late. */
const BEFORE_MS = 15_000;
const AFTER_MS = 30_000;

const LOST: readonly string[] = [
  AvaEvent.NetworkError,
  AvaEvent.ProtocolError,
  AvaEvent.MediaFormatError,
  AvaEvent.AuthenticationError,
  SluiceEvent.EngineStarted,
];
const EXPLAINING: readonly string[] = [
  ...LOST,
  AvaEvent.StorageError,
  SluiceEvent.NothingRecorded,
  AvaEvent.DataDropped,
  AvaEvent.MediaSessionEstablished,
];

export interface Activations {
  violations: Violation[];
  recorded: number;
  /** Not recorded, and an event says why. */
  explained: number;
  /** Accepted within the last moment before a kill, and not in the log. */
  unwritten: number;
}

/** Every message that was taken is recorded, or something says why not. */
export const judgeActivations = (
  accepted: readonly Accepted[],
  events: readonly EventRecord[],
  killedAt: readonly number[],
): Activations => {
  const result: Activations = { violations: [], recorded: 0, explained: 0, unwritten: 0 };
  const byId = new Map(events.map((event) => [event.id, event]));
  const spans = recordedSpans(events);
  const away = awaySpans(events);
  for (const { pipeline, eventId, atMs } of accepted) {
    const event = byId.get(eventId);
    if (!event) {
      if (killedAt.some((at) => at >= atMs - UNWRITTEN_MS && at - atMs <= UNWRITTEN_MS)) result.unwritten++;
      else
        result.violations.push({
          rule: 'input.lost',
          what: `${pipeline}: accepted as ${eventId} at ${iso(atMs)}, in no event`,
        });
      continue;
    }
    const at = Date.parse(event.eventTime);
    const covers = (span: Span) => span.pipeline === pipeline && span.from <= at && at <= span.to;
    const caused = events.some(
      (other) => other.eventType === AvaEvent.RecordingStarted && other.correlationId === eventId,
    );
    if (caused || spans.some(covers)) result.recorded++;
    else if (away.some(covers) || explains(events, event, pipeline, at)) result.explained++;
    else
      result.violations.push({
        rule: 'input.silent',
        what: `${pipeline}: event ${event.seq} at ${event.eventTime} was neither recorded nor explained`,
      });
  }
  return result;
};

interface Span {
  pipeline: string;
  from: number;
  to: number;
}

const recordedSpans = (events: readonly EventRecord[]): Span[] => {
  const begun = new Map<unknown, number>();
  return events.flatMap(({ eventType, subject, data }) => {
    if (eventType === AvaEvent.RecordingStarted) begun.set(data.outputLocation, Date.parse(String(data.startTime)));
    const from = begun.get(data.outputLocation);
    if (eventType !== AvaEvent.RecordingStopped || from === undefined) return [];
    return [{ pipeline: pipelineOf({ subject }) ?? '', from, to: Date.parse(String(data.endTime)) }];
  });
};

/** From the failure of a camera, or the start of the engine, until its media is back. */
const awaySpans = (events: readonly EventRecord[]): Span[] => {
  const spans: Span[] = [];
  const since = new Map<string, number>();
  for (const event of events) {
    const at = Date.parse(event.eventTime);
    const pipeline = pipelineOf(event);
    if (!pipeline) continue;
    if (LOST.includes(event.eventType) && !since.has(pipeline)) since.set(pipeline, at);
    if (event.eventType !== AvaEvent.MediaSessionEstablished) continue;
    const from = since.get(pipeline);
    if (from !== undefined) spans.push({ pipeline, from: from - BEFORE_MS, to: at });
    since.delete(pipeline);
  }
  for (const [pipeline, from] of since) spans.push({ pipeline, from: from - BEFORE_MS, to: Number.POSITIVE_INFINITY });
  return spans;
};

const explains = (events: readonly EventRecord[], cause: EventRecord, pipeline: string, at: number): boolean =>
  events.some((event) => {
    if (event.eventType === SluiceEvent.SignalIgnored) return event.correlationId === cause.id;
    if (!EXPLAINING.includes(event.eventType)) return false;
    const about = pipelineOf(event);
    const time = Date.parse(event.eventTime);
    return (about === undefined || about === pipeline) && time >= at - BEFORE_MS && time <= at + AFTER_MS;
  });

const iso = (ms: number): string => new Date(ms).toISOString();
