import { SluiceError } from '../core/errors.js';
import { idNumber, pageToken, tokenNumbers } from '../core/page-token.js';
import { toIso, type UtcMicros, type UtcRange } from '../core/time.js';
import type { EventCommitter } from '../events/types.js';
import type { ArchiveIndex } from './archive-index.js';
import type { LedgerWriter } from './ledger-writer.js';
import type { Protection } from './protection.js';
import type { Recording, RecordingIndex } from './recording-index.js';
import type { RecordingPage, RecordingQuery, RecordingResource } from './recording-resource.js';

export interface RecordingsDeps {
  videos: Pick<ArchiveIndex, 'video'>;
  recordings: RecordingIndex;
  protection: Protection;
  ledger: LedgerWriter;
  events: EventCommitter;
}

const ALWAYS: UtcRange = { startUtc: 0 as UtcMicros, endUtc: Number.MAX_SAFE_INTEGER as UtcMicros };
const DEFAULT_LIMIT = 1000;

/** What the openings of gates have put into videos: lists, and what people note of them. */
export class Recordings {
  readonly #deps: RecordingsDeps;

  constructor(deps: RecordingsDeps) {
    this.#deps = deps;
  }

  /** @throws SluiceError `VideoNotFound`; `ContinuationTokenInvalid` */
  list(video: string, { range, limit = DEFAULT_LIMIT, continuationToken }: RecordingQuery = {}): RecordingPage {
    const { videos, recordings } = this.#deps;
    if (!videos.video(video)) throw noVideo(video);
    const [startUtc, id] = continuationToken === undefined ? [] : tokenNumbers(continuationToken, 2);
    const after = startUtc === undefined ? undefined : { startUtc: startUtc as UtcMicros, id: id! };
    const found = recordings.between(video, range ?? ALWAYS, limit + 1, after);
    const value = found.slice(0, limit);
    const last = value.at(-1);
    return {
      value: value.map(resourceOf),
      ...(found.length > limit && last ? { '@continuationToken': pageToken(last.startUtc, last.id) } : {}),
    };
  }

  /** @throws SluiceError `RecordingNotFound` */
  get(video: string, id: string): RecordingResource {
    return resourceOf(this.#find(video, id));
  }

  /**
   * Notes that somebody has looked at it.
   * @throws SluiceError `RecordingNotFound`; what SQLite says if it cannot be noted
   */
  markSeen(video: string, id: string): void {
    const recording = this.#find(video, id);
    this.#deps.events.commitNow(() => this.#deps.recordings.see(recording.id), []);
    this.#note(recording);
  }

  /**
   * From now on, neither age nor want of room removes its media; of one that goes on, also what is still to come.
   * @throws SluiceError as `markSeen`
   */
  protect(video: string, id: string): void {
    const { id: number, startUtc, endUtc = ALWAYS.endUtc, protection: kept } = this.#find(video, id);
    const { recordings, protection, events } = this.#deps;
    if (kept !== undefined) return;
    const note = `recording ${number}`;
    events.commitNow(() => recordings.protect(number, protection.add(video, { startUtc, endUtc }, note)), []);
    this.#note({ video, id: number });
  }

  /** @throws SluiceError as `markSeen` */
  unprotect(video: string, id: string): void {
    const { id: number, protection: kept } = this.#find(video, id);
    const { recordings, protection, events } = this.#deps;
    if (kept === undefined) return;
    events.commitNow(() => {
      protection.remove(video, kept);
      recordings.protect(number, undefined);
    }, []);
    this.#note({ video, id: number });
  }

  #note({ video, id }: Pick<Recording, 'video' | 'id'>): void {
    this.#deps.ledger.recording(this.#deps.recordings.get(video, id));
  }

  #find(video: string, id: string): Recording {
    const number = idNumber(id);
    const recording = number === undefined ? undefined : this.#deps.recordings.get(video, number);
    if (recording) return recording;
    throw new SluiceError('RecordingNotFound', `there is no recording '${id.slice(0, 40)}' in the video '${video}'`, {
      kind: 'notFound',
      hint: 'Its media may have been removed to make room. GET /videos/{name}/recordings lists those that are there.',
    });
  }
}

const noVideo = (name: string): SluiceError =>
  new SluiceError('VideoNotFound', `there is no video '${name}'`, {
    kind: 'notFound',
    hint: 'GET /videos lists the videos; one is made when a VideoSink first writes to it.',
  });

const resourceOf = (recording: Recording): RecordingResource => {
  const { id, state, startUtc, endUtc, pipeline, sink, correlationId, cause, seen, protection } = recording;
  return {
    id: String(id),
    start: toIso(startUtc),
    ...(endUtc === undefined ? {} : { end: toIso(endUtc) }),
    open: state === 'open',
    pipeline,
    sink,
    ...(correlationId === '' ? {} : { correlationId }),
    ...(cause ? { cause } : {}),
    seen,
    protected: protection !== undefined,
  };
};
