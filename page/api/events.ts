import { getJson } from './http.js';

export interface EventRecord {
  seq: number;
  id: string;
  correlationId?: string;
  subject: string;
  eventType: string;
  eventTime: string;
  data: Readonly<Record<string, unknown>>;
}

export interface EventPage {
  value: EventRecord[];
  /** What to ask for next with `since`. */
  next: number;
  firstSeq: number;
  lastSeq: number;
  gap?: { from: number; to: number; reason: string };
}

export interface EventFilter {
  pipeline?: string | undefined;
  type?: string | undefined;
}

/** A page of the log, oldest first. @throws ApiError */
export const readEvents = (since: number, limit: number, filter: EventFilter = {}, signal?: AbortSignal) =>
  getJson<EventPage>('/events', { since, limit, pipeline: filter.pipeline, type: filter.type }, signal);

/** `Operational.RecordingStarted` of the full type. */
export const shortType = ({ eventType }: Pick<EventRecord, 'eventType'>): string =>
  eventType.split('.').slice(-2).join('.');

/** The live pipeline that an event is of; undefined for one of the engine as a whole. */
export const pipelineOf = ({ subject }: Pick<EventRecord, 'subject'>): string | undefined =>
  /\/livePipelines\/([^/]+)/.exec(subject)?.[1];
