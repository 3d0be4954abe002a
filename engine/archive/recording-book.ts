import type { Clock } from '../core/clock.js';
import { MICROS_PER_SECOND, type UtcMicros, type UtcRange } from '../core/time.js';
import { Causes } from '../events/causes.js';
import type { EventCommitter, EventDraft } from '../events/types.js';
import type { CloseReason } from '../gate/actions.js';
import type { SinkId } from '../recording/clip-index.js';
import type { ClipState } from '../recording/clip-resource.js';
import { type PreRoll, RecordingEvents, type RecordingStory } from '../recording/recording-events.js';
import { videoUrl } from '../recording/urls.js';
import type { ArchiveIndex } from './archive-index.js';
import type { LedgerWriter } from './ledger-writer.js';
import type { Protection } from './protection.js';
import type { RecordingIndex } from './recording-index.js';

export interface RecordingSink extends SinkId {
  /** Name of the video. */
  video: string;
}

/** A recording that goes on, or is not completely on the disk yet. */
export interface OpenRecording extends RecordingStory {
  id: number;
  video: string;
  startUtc: UtcMicros;
}

export interface RecordingBookDeps {
  recordings: RecordingIndex;
  segments: ArchiveIndex;
  protection: Protection;
  events: EventCommitter;
  ledger: LedgerWriter;
  clock: Clock;
}

/** Keeps the recordings of all videos, and tells of them. A row and the event that tells of it change together. */
export class RecordingBook {
  readonly #deps: RecordingBookDeps;
  readonly #events: RecordingEvents;
  readonly #causes: Causes;

  constructor(deps: RecordingBookDeps) {
    this.#deps = deps;
    this.#causes = new Causes(deps.events);
    this.#events = new RecordingEvents(deps.clock, 'video');
  }

  /** @param preRoll null where no gate asks for it */
  begin(
    { video, ...sink }: RecordingSink,
    correlationId: string,
    startUtc: UtcMicros,
    preRoll: PreRoll | null,
  ): OpenRecording {
    const { recordings, events } = this.#deps;
    const story = { ...sink, correlationId };
    let id = 0;
    const change = (): void => {
      id = recordings.begin({ video, ...story, startUtc, cause: this.#causes.of(correlationId) });
      this.#note(video, id);
    };
    const drafts = this.#events.started(story, video, startUtc, preRoll);
    try {
      events.commitNow(change, drafts);
    } catch {
      // The disk is full: what is recorded is kept all the same, and told of as soon as there is room.
      events.commit(() => {}, drafts);
    }
    return { id, video, ...story, startUtc };
  }

  stopped(recording: OpenRecording, endUtc: UtcMicros, reason: CloseReason): void {
    const { events, recordings } = this.#deps;
    const stopped = this.#events.stopped(recording, recording.video, this.#extent(recording, endUtc), reason);
    // The row says that this was told, so that it is not told again after a crash.
    events.commit(() => {
      recordings.stop(recording.id, endUtc);
      this.#note(recording.video, recording.id);
    }, [stopped]);
  }

  /** Pictures that should stand before this time are not in it. */
  dropped(recording: OpenRecording, pictures: number, beforeUtc: UtcMicros): void {
    this.#deps.events.publish(this.#events.dropped(recording, recording.video, 'video', pictures, beforeUtc));
  }

  /** @param incomplete pictures are missing in it */
  available(recording: OpenRecording, endUtc: UtcMicros, incomplete: boolean): void {
    const { id, video, startUtc } = recording;
    const { events, segments } = this.#deps;
    const inside = segments.between(video, { startUtc, endUtc });
    const drafts: EventDraft[] = [];
    if (inside.length > 0) {
      const bytes = inside.reduce((sum, each) => sum + each.bytes, 0);
      const extent = this.#extent(recording, endUtc);
      const url = videoUrl(video, { startUtc, endUtc });
      drafts.push(this.#events.available(recording, video, extent, { bytes, incomplete, url }));
    }
    const state = inside.length === 0 ? 'failed' : 'finished';
    events.commit(() => this.#end(id, video, state, { startUtc, endUtc }), drafts);
  }

  /** An opening has found nothing to record. */
  nothing({ video: _, ...sink }: RecordingSink, correlationId: string, startUtc: UtcMicros, endUtc: UtcMicros): void {
    this.#deps.events.publish(this.#events.nothing({ ...sink, correlationId }, startUtc, endUtc));
  }

  /** No segment can be begun. */
  notWritten({ video: _, ...sink }: RecordingSink, error: unknown): void {
    this.#deps.events.publish(this.#events.notStarted({ ...sink, correlationId: '' }, error));
  }

  /** The event about a segment that could not be written to its end. */
  failed({ video: _, ...sink }: RecordingSink, code: string, message: string, location: string): EventDraft {
    return this.#events.failed({ ...sink, correlationId: '' }, location, code, message);
  }

  /** Closes the recordings that the last run has left open, each with what there is of it. */
  closeLeft(): number {
    const { events, recordings, segments } = this.#deps;
    const left = recordings.open();
    for (const recording of left) {
      const { id, video, startUtc, endUtc: stoppedUtc } = recording;
      const until = stoppedUtc ?? (Number.MAX_SAFE_INTEGER as UtcMicros);
      const inside = segments.between(video, { startUtc, endUtc: until });
      const mediaEnd = Math.max(startUtc, ...inside.map((each) => each.endUtc ?? startUtc));
      const endUtc = Math.min(mediaEnd, until) as UtcMicros;
      const bytes = inside.reduce((sum, each) => sum + each.bytes, 0);
      const extent = this.#extent(recording, endUtc);
      const drafts = stoppedUtc === undefined ? [this.#events.stopped(recording, video, extent, 'engineDied')] : [];
      if (inside.length > 0)
        drafts.push(
          this.#events.available(recording, video, extent, {
            bytes,
            incomplete: true,
            url: videoUrl(video, { startUtc, endUtc }),
          }),
        );
      const state = inside.length > 0 ? 'recovered' : 'failed';
      drafts.push(this.#events.recovered(recording, video, { state, bytes, cutBytes: 0 }));
      events.commit(() => this.#end(id, video, state, { startUtc, endUtc }), drafts);
    }
    return left.length;
  }

  /** What keeps its media then keeps that of its time, and no longer all that follows. */
  #end(id: number, video: string, state: Exclude<ClipState, 'open'>, range: UtcRange): void {
    const { recordings, protection } = this.#deps;
    recordings.end(id, state, range);
    const kept = recordings.get(video, id)?.protection;
    if (kept !== undefined) protection.set(kept, range);
    this.#note(video, id);
  }

  #note(video: string, id: number): void {
    const { ledger, recordings } = this.#deps;
    ledger.recording(recordings.get(video, id));
  }

  #extent({ startUtc }: { startUtc: UtcMicros }, endUtc: UtcMicros) {
    return { endUtc, seconds: (endUtc - startUtc) / MICROS_PER_SECOND };
  }
}
