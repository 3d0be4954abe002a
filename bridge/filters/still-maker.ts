import type { PooledRun } from '../hosts/pooled-host.js';
import type { StillCodec, StillShape } from '../hosts/protocol.js';
import type { StartRun } from '../hosts/start-run.js';
import {
  capsPacket,
  closedSegment,
  markOf,
  markPacket,
  openSegment,
  segmentDone,
  streamHead,
  unitPacket,
} from '../lanes/gdp-writer.js';
import { StillError } from '../still-error.js';
import type { EncodedUnit, EndReason, Still, StillSpec, StreamCaps } from '../types.js';
import { decoderCaps, scaledSize } from './caps.js';

/** From when the host has begun with it. A decoder that takes longer hangs. */
const LONGEST_MS = 5_000;
/** Decoder time of one still; the pictures that it needs are apart by `FRAME`. */
const APART = 60_000_000;
const FRAME = 20_000;
/** A process that has made so many makes way for another, which has not grown. */
const MOST_MADE = 5_000;

/** What is being made. */
interface Job {
  number: number;
  shape: StillShape;
  packets: Buffer[];
  jpeg: Buffer | undefined;
  resolve(still: Still): void;
  reject(error: StillError): void;
  /** Its camera is no longer at work here. */
  leave(): void;
}

/**
 * A run that makes stills, one at a time, of any stream of its codec. It stays between them, so that each costs its decoding
 * and encoding and no start.
 */
export class StillMaker {
  readonly codec: StillCodec;
  /** It serves this owner only; undefined: all that are not set apart. */
  readonly owner: string | undefined;
  readonly #onOver: () => void;
  readonly #run: PooledRun | undefined;
  #job: Job | undefined;
  #made = 0;
  #caps: string | undefined;
  #shape: string | undefined;
  #shaped = false;
  #over: EndReason | undefined;
  #freed = false;
  #leaving = (): void => {};
  #timer: NodeJS.Timeout | undefined;

  /** @param onOver it has ended, and makes no more. */
  constructor(start: StartRun, codec: StillCodec, owner: string | undefined, first: StillShape, onOver: () => void) {
    this.codec = codec;
    this.owner = owner;
    this.#onOver = onOver;
    this.#shape = JSON.stringify(first);
    this.#run = start(
      { role: 'decode', codec, still: first },
      {
        news: ({ kind }) => {
          if (kind === 'shaped') this.#begin();
        },
        ended: (reason) => this.#ended(reason),
        freed: () => {
          this.#freed = true;
          this.#leaving();
          this.#fail('lost', 'its host was lost');
          onOver();
        },
      },
      {
        seen: {
          onCaps: () => {},
          onBuffer: (unit) => this.#received(unit),
        },
      },
      owner,
    );
  }

  /** It can make another one now. */
  get idle(): boolean {
    return this.#job === undefined && this.#over === undefined && this.#made < MOST_MADE;
  }

  get working(): boolean {
    return this.#job !== undefined;
  }

  get over(): boolean {
    return this.#over !== undefined;
  }

  /** It has made as many as it should. */
  get spent(): boolean {
    return this.#job === undefined && this.#made >= MOST_MADE;
  }

  /** The format of what it made last, with which it is quickest. */
  get caps(): string | undefined {
    return this.#caps;
  }

  make(spec: StillSpec): Promise<Still> {
    const shape = shapeOf(spec);
    const number = ++this.#made;
    return new Promise((resolve, reject) => {
      const leave = this.#run?.enter(this.owner === undefined ? spec.owner : undefined) ?? (() => {});
      this.#job = { number, shape, packets: this.#packetsOf(spec, number), jpeg: undefined, resolve, reject, leave };
      // Without a host it has ended, and is told so soon.
      if (this.#over !== undefined) this.#fail('lost', 'its host was lost');
      const wanted = JSON.stringify(shape);
      if (wanted !== this.#shape) {
        this.#shape = wanted;
        this.#shaped = false;
        this.#run?.shape(shape);
      } else if (this.#shaped) this.#begin();
    });
  }

  stop(): void {
    this.#over ??= { kind: 'stopped' };
    this.#run?.stop();
  }

  #packetsOf({ caps, units }: StillSpec, number: number): Buffer[] {
    const text = decoderCaps(caps);
    const head = this.#caps === undefined ? [streamHead(text)] : this.#caps === text ? [] : [capsPacket(text)];
    this.#caps = text;
    const last = units.length - 1;
    const packets = units.map((payload, index) =>
      unitPacket({ key: index === 0, payload }, number * APART + index * FRAME, null, index === 0),
    );
    // Pictures that are not right yet end in the decoder.
    if (last > 0) packets.splice(last, 0, openSegment());
    return [...head, ...(last > 0 ? [closedSegment()] : []), ...packets, segmentDone(), markPacket(number)];
  }

  /** The host is ready for what is to be made. */
  #begin(): void {
    this.#shaped = true;
    const job = this.#job;
    if (!job || this.#over) return;
    this.#run?.lane.writeAll(job.packets.splice(0));
    this.#timer = setTimeout(() => {
      this.#fail('slow', `no picture came out of the decoder in ${LONGEST_MS} ms`);
      this.stop();
    }, LONGEST_MS);
    this.#timer.unref();
  }

  /** A JPEG, of which the last one is the picture that is wanted, or the mark behind them. */
  #received({ payload }: EncodedUnit): void {
    const mark = markOf(payload);
    if (mark !== undefined) this.#passed(mark);
    else if (this.#job) this.#job.jpeg = Buffer.from(payload);
  }

  #passed(number: number): void {
    const job = this.#job;
    if (job?.number !== number) return;
    if (!job.jpeg) {
      this.#fail('noPicture', 'the picture cannot be decoded');
      return;
    }
    this.#close(job);
    job.leave();
    job.resolve({ jpeg: job.jpeg, width: job.shape.width, height: job.shape.height });
  }

  #ended(reason: EndReason): void {
    this.#over = reason;
    const why = reason.kind === 'error' || reason.kind === 'hostLost' ? reason.message : 'the host was stopped';
    this.#fail(reason.kind === 'error' ? 'noPicture' : 'lost', why);
  }

  #fail(code: StillError['code'], message: string): void {
    const job = this.#job;
    if (!job) return;
    this.#close(job);
    // A decoder that hangs, and is killed for it later, is at work for its camera until then.
    if (code === 'noPicture' || this.#freed) job.leave();
    else this.#leaving = job.leave;
    job.reject(new StillError(code, message));
  }

  #close(job: Job): void {
    if (this.#job !== job) return;
    clearTimeout(this.#timer);
    this.#job = undefined;
    if (!this.#over) queueMicrotask(this.#onOver);
  }
}

/** From so many times the size on, pictures are made smaller in two steps. */
const FAR = 3;

const halfwayTo = (wanted: { width: number; height: number }, { width, height }: StreamCaps): StillShape['halfway'] => {
  const isNear =
    width !== undefined && height !== undefined && Math.min(width / wanted.width, height / wanted.height) < FAR;
  return isNear ? { width, height } : { width: 2 * wanted.width, height: 2 * wanted.height };
};

export const shapeOf = ({ caps, width, quality }: StillSpec): StillShape => {
  const size = scaledSize(caps, width);
  return { ...size, quality, halfway: halfwayTo(size, caps) };
};
