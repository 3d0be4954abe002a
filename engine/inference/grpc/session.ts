import type { CancelTimer, Clock } from '../../core/clock.js';
import { type MonotonicTime, millis } from '../../core/time.js';
import type { Answer, LossCause, Sample, ServerImage, Trouble } from '../types.js';
import { AckBook, type Entry } from './ack-book.js';
import type { Call, CallEnd, CallHandlers } from './connection.js';
import { decodeMessage, encodeMessage, type WireMessage } from './contract.js';
import type { GrpcCounters } from './counters.js';
import { describeStream, type StreamDescription, shapeOf } from './descriptor.js';
import type { Drains } from './drains.js';
import { inferencesOf } from './inferences.js';
import type { GrpcLimits } from './limits.js';
import { type EndMeaning, meaningOf } from './status.js';
import type { PicturePlaces } from './transfer.js';
import { silent, slow, tooLarge, unreadable } from './troubles.js';
import type { Window } from './window.js';
import { wireInferences } from './wire-inferences.js';

/** A sample that will have no answer. */
export interface Lost {
  readonly sample: Sample;
  readonly cause: LossCause;
}

export interface SessionHandlers {
  onAnswer(sample: Sample, answer: Answer): void;
  onLost(lost: Lost): void;
  onTrouble(trouble: Trouble): void;
  /** `canTake` may be another. */
  onChange(): void;
  /** Nothing comes after it. `left` is for the reader to pass on; without `trouble` it ended in good order. */
  onEnded(left: readonly Lost[], trouble: Trouble | undefined): void;
}

export interface SessionOptions {
  readonly clock: Clock;
  readonly limits: GrpcLimits;
  readonly description: StreamDescription;
  readonly places: PicturePlaces;
  /** What is known of the server from earlier streams. */
  readonly window: Window;
  readonly drains: Drains;
  readonly counters: GrpcCounters;
  /** The server, for people, and what must not be shown of what it says. */
  readonly server: string;
  readonly secrets: readonly string[];
  readonly open: (handlers: CallHandlers) => Call;
  readonly handlers: SessionHandlers;
}

/** The descriptor has the first number. */
const DESCRIPTOR = 1;
/** Messages that the network has not taken yet. With more, pictures would wait in memory, and grow old. */
const MOST_UNTAKEN = 2;
/** More things than are in a picture: whoever reads events of this answer would choke on it. */
const MOST_INFERENCES = 10_000;
const TICK_MS = 100;
const SKIPPED = 'skippedByServer';
const OVERDUE = 'timeout';

/**
 * One stream: a descriptor, then samples of one shape. It ends once, and every sample that it took is answered or lost
 * by then.
 */
export class Session {
  readonly #options: SessionOptions;
  readonly #shape: string;
  readonly #book = new AckBook();
  readonly #call: Call;
  readonly #openedAt: MonotonicTime;
  #state: 'open' | 'draining' | 'over' = 'open';
  #sequence = DESCRIPTOR;
  #untaken = 0;
  #lastSize = 0;
  #largestEmbedded = 0;
  #heardAt: MonotonicTime | undefined;
  #sentAt: MonotonicTime;
  /** When something was sent or answered last. */
  #movedAt: MonotonicTime;
  #answeredInDrain = false;
  #toldSilent = false;
  #cancelTick: CancelTimer | undefined;

  constructor(image: ServerImage, options: SessionOptions) {
    this.#options = options;
    this.#shape = shapeOf(image);
    this.#openedAt = options.clock.monotonic();
    this.#sentAt = this.#openedAt;
    this.#movedAt = this.#openedAt;
    options.counters.streams++;
    options.window.restart();
    this.#call = options.open({ onBytes: (bytes) => this.#read(bytes), onEnd: (end) => this.#callEnded(end) });
    const mediaStreamDescriptor = describeStream(options.description, image);
    this.#call.write(encodeMessage({ sequenceNumber: DESCRIPTOR, mediaStreamDescriptor }), () => {});
    this.#arm();
  }

  get pending(): number {
    return this.#book.size;
  }

  /** Whether a picture like this can be sent on this stream. */
  carries(image: ServerImage): boolean {
    return this.#shape === shapeOf(image);
  }

  get canTake(): boolean {
    return this.#state === 'open' && !this.#full && this.#untaken < MOST_UNTAKEN && !this.#cramped;
  }

  take(sample: Sample): void {
    const { places, clock, handlers } = this.#options;
    const { data } = sample.image;
    if (data.byteLength > places.room) {
      handlers.onTrouble(tooLarge(data.byteLength, places.room, places.shared));
      handlers.onLost({ sample, cause: 'pictureTooLarge' });
      return;
    }
    this.#lastSize = data.byteLength;
    const placed = places.place(data);
    if (placed === undefined) {
      // It is larger than the pictures before it, and their places are not free yet.
      handlers.onLost({ sample, cause: 'pictureTooLarge' });
      return;
    }
    if (!places.shared) this.#largestEmbedded = Math.max(this.#largestEmbedded, data.byteLength);
    const now = clock.monotonic();
    this.#sequence++;
    this.#book.add(this.#sequence, sample, now, placed);
    this.#sentAt = now;
    this.#movedAt = now;
    this.#untaken++;
    const inferences = wireInferences(sample.found);
    const mediaSample = { timestamp: sample.timestamp, ...placed.content, inferences };
    this.#call.write(encodeMessage({ sequenceNumber: this.#sequence, mediaSample }), () => {
      this.#untaken--;
      handlers.onChange();
    });
    this.#arm();
  }

  /** Sends no more. The server gives out the answers that it holds back, and ends the stream. */
  drain(): void {
    if (this.#state !== 'open') return;
    this.#state = 'draining';
    this.#movedAt = this.#options.clock.monotonic();
    this.#call.halfClose();
    this.#arm();
  }

  /** Ends it at once. `onEnded` is not called. */
  stop(): readonly Lost[] {
    if (this.#state === 'over') return [];
    this.#call.cancel();
    return this.#close().map((entry) => ({ sample: entry.sample, cause: 'stopped' as const }));
  }

  /** As many under way as may be. A stream that nothing has come on keeps the places of those that were in vain. */
  get #full(): boolean {
    const used = this.#heardAt === undefined ? this.#sequence - DESCRIPTOR : this.#book.inFlight;
    return used >= this.#options.window.limit;
  }

  #read(bytes: Uint8Array): void {
    if (this.#state === 'over') return;
    let message: WireMessage;
    try {
      message = decodeMessage(bytes);
    } catch {
      this.#call.cancel();
      this.#fail({ trouble: unreadable(this.#options.server), cause: 'badAnswer' });
      return;
    }
    const first = this.#heardAt === undefined;
    this.#heardAt = this.#options.clock.monotonic();
    const sequence = message.ackSequenceNumber ?? 0;
    const isSample = sequence > DESCRIPTOR || message.mediaSample !== undefined;
    if (isSample) this.#acknowledge(sequence, message);
    if (first || isSample) this.#options.handlers.onChange();
  }

  #acknowledge(sequence: number, message: WireMessage): void {
    const { counters, window, clock, handlers } = this.#options;
    const underWay = this.#book.inFlight;
    const outcome = this.#book.acknowledge(sequence);
    if (outcome.kind === 'late') counters.lateAnswers++;
    if (outcome.kind === 'unknown') counters.unknownAnswers++;
    if (outcome.kind !== 'answer') return;
    const now = clock.monotonic();
    window.answered(now, this.#sentAt, underWay);
    this.#movedAt = now;
    if (this.#state === 'draining') this.#answeredInDrain = true;
    for (const entry of [outcome.entry, ...outcome.skipped]) entry.placed.release();
    const found = message.mediaSample?.inferences ?? [];
    if (found.length > MOST_INFERENCES) {
      handlers.onLost({ sample: outcome.entry.sample, cause: 'answerTooLarge' });
    } else {
      const { inferences, bad } = inferencesOf(found);
      counters.badInferences += bad;
      handlers.onAnswer(outcome.entry.sample, { inferences });
    }
    for (const { sample } of outcome.skipped) handlers.onLost({ sample, cause: SKIPPED });
    this.#makeRoom();
  }

  /** There is no room for a picture like the last one. */
  get #cramped(): boolean {
    const { places, limits } = this.#options;
    return this.#book.size >= limits.mostSamples || !places.fits(this.#lastSize);
  }

  /** Samples that have been passed over must not take the room of new ones. */
  #makeRoom(): void {
    while (this.#cramped) {
      const entry = this.#book.giveUpOldest();
      if (entry === undefined) return;
      entry.placed.release();
      this.#options.handlers.onLost({ sample: entry.sample, cause: SKIPPED });
    }
  }

  #arm(): void {
    if (this.#cancelTick || this.#state === 'over') return;
    if (this.#book.size === 0 && this.#heardAt !== undefined && this.#state === 'open') return;
    this.#cancelTick = this.#options.clock.after(TICK_MS, () => {
      this.#cancelTick = undefined;
      this.#tick(this.#options.clock.monotonic());
      this.#arm();
    });
  }

  #tick(now: MonotonicTime): void {
    const { limits, window, drains, counters, handlers } = this.#options;
    if (this.#heardAt === undefined) this.#watchSilence(now);
    this.#expire(now);
    if (this.#state === 'draining' && now - this.#movedAt >= millis(limits.answerMs)) {
      // It has given out what it had, and does not end the stream.
      this.#call.cancel();
      this.#drained(SKIPPED);
    }
    if (this.#state !== 'open' || this.#book.inFlight === 0) return;
    // A server that has not even answered the descriptor is busy with others: more pictures would only grow old.
    if (this.#heardAt === undefined) return;
    if (this.#full && window.stalled(now, this.#movedAt)) handlers.onChange();
    const idle = now - this.#movedAt >= drains.idleAfter(window.usualSilence);
    if (!idle || this.#state !== 'open') return;
    counters.drains++;
    this.drain();
    handlers.onChange();
  }

  #watchSilence(now: MonotonicTime): void {
    const { limits, handlers, server } = this.#options;
    const silence = now - this.#openedAt;
    if (silence >= millis(limits.giveUpMs)) {
      this.#call.cancel();
      this.#fail({ trouble: silent(server, limits.giveUpMs), cause: 'timeout' });
    } else if (silence >= millis(limits.silentMs) && !this.#toldSilent) {
      this.#toldSilent = true;
      handlers.onTrouble(silent(server, limits.silentMs));
    }
  }

  #expire(now: MonotonicTime): void {
    if (this.#state === 'over') return;
    const { limits, window, handlers, server } = this.#options;
    const old = this.#book.expire((now - millis(limits.answerMs)) as MonotonicTime);
    if (old.length === 0) return;
    for (const entry of old) entry.placed.release();
    const overdue = old.filter(({ passed }) => passed === 0);
    const heardAt = this.#heardAt;
    // Nothing at all since it was sent: the server hangs, or the network is cut without a word.
    const dead = heardAt !== undefined && overdue.some(({ sentAt }) => sentAt >= heardAt);
    if (heardAt !== undefined && overdue.length > 0) {
      window.overdue();
      if (!dead) handlers.onTrouble(slow(server, limits.answerMs));
    }
    const lost = old.map(({ sample, passed }): Lost => ({ sample, cause: passed > 0 ? SKIPPED : OVERDUE }));
    if (dead) {
      this.#call.cancel();
      this.#fail({ trouble: slow(server, limits.answerMs), cause: OVERDUE }, lost);
      return;
    }
    for (const each of lost) handlers.onLost(each);
    handlers.onChange();
  }

  #callEnded(end: CallEnd): void {
    if (this.#state === 'over') return;
    const { server, secrets, limits, places } = this.#options;
    if (this.#state === 'draining') {
      this.#drained(end.status === 0 ? SKIPPED : 'connection');
      return;
    }
    const largestEmbedded = places.shared ? undefined : this.#largestEmbedded;
    this.#fail(meaningOf(end, { server, secrets, largestEmbedded, answerBytes: limits.answerBytes }));
  }

  #drained(cause: LossCause): void {
    this.#options.drains.ended(this.#answeredInDrain);
    const left = this.#close().map(({ sample }) => ({ sample, cause }));
    this.#options.handlers.onEnded(left, undefined);
  }

  #fail({ trouble, cause, culprit }: EndMeaning, more: readonly Lost[] = []): void {
    const causeOf = ({ image }: Sample): LossCause =>
      culprit && image.data.byteLength > culprit.longerThan ? culprit.cause : cause;
    const left = this.#close().map(({ sample }) => ({ sample, cause: causeOf(sample) }));
    this.#options.handlers.onEnded([...more, ...left], trouble);
  }

  #close(): Entry[] {
    this.#state = 'over';
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    const left = this.#book.close();
    for (const entry of left) entry.placed.release();
    return left;
  }
}
