import type { Bridge } from '../../../bridge/types.js';
import type { AccessUnit } from '../../camera/types.js';
import { formatDuration } from '../../core/duration.js';
import { messageOf, SluiceError } from '../../core/errors.js';
import { MICROS_PER_SECOND, toIso, type UtcMicros } from '../../core/time.js';
import { AvaEvent, recordingData, SluiceEvent, subjectOf } from '../../events/catalogue.js';
import type { CloseAction, CloseReason, OpenAction } from '../../gate/actions.js';
import type { PipelineMetrics } from '../../metrics/metrics.js';
import { ActivationRecorder, type PreRoll, type RecordingKeeper } from '../../recording/activation-recorder.js';
import { Clip, type ClipEnd } from '../../recording/clip.js';
import type { ClipShelf } from '../../recording/clip-shelf.js';
import { judge } from '../../recording/judge.js';
import type { FileSinkNode } from '../../topology/types.js';
import type { NodeContext, RunningNode } from '../node-context.js';
import type { GatedSink } from '../signal-gate-processor/node.js';

export interface FileSinkDeps {
  bridge: Pick<Bridge, 'mux'>;
  shelf: ClipShelf;
}

/** What is known of a clip from its first unit to its last event. */
interface Entry {
  correlationId: string;
  location: string;
  releaseUtc: () => void;
}

/** One MP4 for each opening of the gate, AVA's three recording events for each file. */
export class FileSink implements GatedSink, RecordingKeeper, RunningNode {
  readonly name: string;
  readonly #node: FileSinkNode;
  readonly #context: NodeContext;
  readonly #deps: FileSinkDeps;
  readonly #subject: string;
  readonly #counts: PipelineMetrics;
  readonly #recorders = new Map<number, ActivationRecorder>();
  readonly #closing = new Set<Promise<void>>();
  readonly #entries = new Map<Clip, Entry>();

  constructor(node: FileSinkNode, context: NodeContext, deps: FileSinkDeps) {
    this.name = node.name;
    this.#node = node;
    this.#context = context;
    this.#deps = deps;
    this.#subject = subjectOf(context.pipeline, 'sinks', node.name);
    this.#counts = context.metrics;
    // A folder that cannot be used is an error of the activation, not of the first event at night.
    deps.shelf.prepare(node);
  }

  start(): void {}

  /** The gate has been flushed by now: what is left are files on their way to the disk. */
  async stop(): Promise<void> {
    await Promise.all(this.#closing);
  }

  open(action: OpenAction): void {
    this.#counts.gateOpenings.add();
    const recorder = new ActivationRecorder(action, this.#context.session, this.#context.clock, this);
    this.#recorders.set(action.activation, recorder);
    recorder.unit();
  }

  unit(): void {
    for (const recorder of this.#recorders.values()) recorder.unit();
  }

  close(action: CloseAction): void {
    const recorder = this.#recorders.get(action.activation);
    if (!recorder) return;
    this.#recorders.delete(action.activation);
    const closing = recorder.close(action.end, action.reason).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  begin(first: AccessUnit, open: OpenAction, preRoll: PreRoll | null, lost: number): Clip | null {
    const { session, clock, pipeline, topology } = this.#context;
    const releaseUtc = session.holdUtc();
    const startUtc = session.toUtc(first.pts);
    let clip: Clip;
    let place: string | undefined;
    try {
      place = this.#deps.shelf.begin({
        sink: this.#node,
        pipeline,
        topology,
        correlationId: open.signalId,
        startUtc,
        ...(preRoll ? { preRoll } : {}),
      });
      clip = new Clip(session, this.#deps.bridge, first, place, lost);
    } catch (error) {
      releaseUtc();
      if (place !== undefined) this.#deps.shelf.rescue(place, messageOf(error));
      this.#counts.clipsFailed.add();
      this.#publish(AvaEvent.StorageError, open.signalId, {
        code: error instanceof SluiceError ? error.code : 'clipNotStarted',
        message: messageOf(error),
        ...(error instanceof SluiceError && error.hint ? { hint: error.hint } : {}),
      });
      return null;
    }
    this.#entries.set(clip, { correlationId: open.signalId, location: clip.path, releaseUtc });
    this.#publish(AvaEvent.RecordingStarted, open.signalId, {
      ...recordingData('filePath', clip.path),
      startTime: toIso(startUtc),
      ...(preRoll
        ? {
            requestedPreRoll: formatDuration(preRoll.requested),
            actualPreRoll: formatDuration(preRoll.actual),
            preRollTruncated: preRoll.truncated,
          }
        : { continues: true }),
    });
    if (preRoll?.truncated) {
      this.#publish(SluiceEvent.PreRollTruncated, open.signalId, {
        ...recordingData('filePath', clip.path),
        requested: formatDuration(preRoll.requested),
        actual: formatDuration(preRoll.actual),
        atUtc: toIso(clock.utc()),
      });
    }
    return clip;
  }

  ended(clip: Clip, told: ClipEnd, reason: CloseReason | 'interrupted'): void {
    const entry = this.#entries.get(clip);
    if (!entry) return;
    this.#entries.delete(clip);
    const end = judge(entry.location, told);
    const { session } = this.#context;
    const endUtc = session.toUtc(end.end);
    const facts = {
      ...recordingData('filePath', entry.location),
      endTime: toIso(endUtc),
      duration: Math.max(0, end.end - end.start) / MICROS_PER_SECOND,
      frames: end.units,
    };
    entry.releaseUtc();
    if (end.lostUnits > 0) {
      this.#counts.node(this.name).dropped('video').add(end.lostUnits);
      this.#publish(AvaEvent.DataDropped, entry.correlationId, {
        dataType: 'video',
        count: end.lostUnits,
        cause: 'files could not be written, or not as fast as the camera sends, or the pictures were damaged',
        outputLocation: entry.location,
      });
    }
    this.#publish(AvaEvent.RecordingStopped, entry.correlationId, { ...facts, reason: end.ok ? reason : 'failed' });
    if (end.ok) this.#available(entry, { ...facts, bytes: end.bytes }, end.bytes, endUtc);
    else this.#failed(entry, end);
  }

  #available(entry: Entry, data: Record<string, unknown>, bytes: number, endUtc: UtcMicros): void {
    this.#counts.clipsFinished.add();
    this.#deps.shelf.finished(entry.location, { bytes, endUtc });
    this.#publish(AvaEvent.RecordingAvailable, entry.correlationId, data);
    this.#deps.shelf.enforceBudget(this.#node, this.#context.pipeline);
  }

  /** The muxer gave up. What it wrote before that is kept if it plays. */
  #failed(entry: Entry, end: ClipEnd & { ok: false }): void {
    this.#counts.clipsFailed.add();
    const { reason } = end;
    const message = 'message' in reason ? reason.message : `the muxer ended: ${reason.kind}`;
    this.#publish(AvaEvent.StorageError, entry.correlationId, {
      code: 'code' in reason ? reason.code : reason.kind,
      message,
      outputLocation: entry.location,
    });
    const rescued = this.#deps.shelf.rescue(entry.location, message);
    if (!rescued) return;
    this.#publish(AvaEvent.RecordingAvailable, entry.correlationId, {
      ...recordingData('filePath', entry.location),
      endTime: toIso(rescued.endUtc),
      duration: rescued.seconds,
      bytes: rescued.bytes,
      incomplete: true,
    });
  }

  #publish(eventType: string, correlationId: string, data: Record<string, unknown>): void {
    const { events, clock, pipeline } = this.#context;
    events.publish({ eventType, subject: this.#subject, eventTime: clock.utc(), correlationId, pipeline, data });
  }
}
