import type { HardwareDecoders } from '../decoders/hardware-decoders.js';
import { whyEnded } from '../decoders/probe.js';
import type { HardwareSession } from '../decoders/sessions.js';
import type { FallbackCode, HardwareKind } from '../hardware.js';
import type { Decode, DecodeHandlers, DecodeSpec, DecodeUnit, EndReason, Picture } from '../types.js';

/** Starts one decoder, which stays what it is. */
export type StartOne = (spec: DecodeSpec, handlers: DecodeHandlers, kind?: HardwareKind) => Decode;

/** So many units a decoder may hold back, whatever the stream says: all that H.264 can reorder, and some. */
const MOST_HELD = 20;
/** If no picture has come so long after these, none comes. */
const NO_PICTURE_MS = 5000;
/** B-frames come this much before pictures that were fed earlier, in µs, and no more. */
const MOST_REORDERED = 500_000;
/** Pictures that hardware gives again after a move. */
const MOST_REPEATED = 64;

interface Run {
  decode: Decode;
  session: HardwareSession | undefined;
}

/**
 * A decoder for a stream that hardware may take. It begins with software, which gives a picture within milliseconds. At a
 * keyframe, when there is a place, a hardware decoder is tried beside it with the same units. Once that gives a picture,
 * software is let go; if it gives none, nothing was lost but a little time of the processor. A hardware decoder that ends
 * later is replaced by software at once, and the next keyframe is waited for.
 */
export class MovingDecode implements Decode {
  readonly #spec: DecodeSpec;
  readonly #handlers: DecodeHandlers;
  readonly #hardware: Pick<HardwareDecoders, 'take'>;
  readonly #start: StartOne;
  #active: Run;
  #trial: Run | undefined;
  #fedToTrial = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Presentation time of the newest picture that was handed on, and how many before it may still come again. */
  #shownUpTo = Number.NEGATIVE_INFINITY;
  #fedUpTo = Number.NEGATIVE_INFINITY;
  #repeated = 0;
  #isRepeat = false;
  /** Decoders that were replaced and have not ended yet. */
  readonly #leaving = new Set<Promise<void>>();
  #over = false;

  constructor(start: StartOne, spec: DecodeSpec, handlers: DecodeHandlers, hardware: Pick<HardwareDecoders, 'take'>) {
    this.#start = start;
    this.#spec = spec;
    this.#handlers = handlers;
    this.#hardware = hardware;
    this.#active = this.#begin(undefined);
  }

  hasRoomFor(bytes: number): boolean {
    return this.#active.decode.hasRoomFor(bytes);
  }

  get keepsUp(): boolean {
    return this.#active.decode.keepsUp;
  }

  feed(unit: DecodeUnit, wanted?: boolean, alone?: boolean): boolean {
    this.#noteTime(unit);
    if (unit.key && !this.#over && this.#active.session === undefined && this.#trial === undefined) this.#try();
    this.#feedTrial(unit, wanted, alone);
    return this.#active.decode.feed(unit, wanted, alone);
  }

  async stop(): Promise<void> {
    this.#over = true;
    this.#dropTrial()?.release();
    await Promise.all([this.#active.decode.stop(), ...this.#leaving]);
  }

  /** Units of the past are fed again: their pictures are no repeats. */
  #noteTime({ pts }: DecodeUnit): void {
    if (pts === null) return;
    if (pts < this.#fedUpTo - MOST_REORDERED) {
      this.#repeated = 0;
      this.#shownUpTo = Number.NEGATIVE_INFINITY;
      this.#fedUpTo = pts;
    }
    this.#fedUpTo = Math.max(this.#fedUpTo, pts);
  }

  #begin(session: HardwareSession | undefined): Run {
    let run: Run | undefined;
    // A decoder may end before it has been returned; it is told of later than that.
    const decode = this.#start(
      this.#spec,
      {
        onPicture: (picture, index) => run && this.#picture(run, picture, index),
        onEnd: (reason) => run && this.#ended(run, reason),
      },
      session?.kind,
    );
    run = { decode, session };
    return run;
  }

  #try(): void {
    const session = this.#hardware.take(this.#spec);
    if (session === undefined) return;
    this.#fedToTrial = 0;
    this.#trial = this.#begin(session);
  }

  #feedTrial(unit: DecodeUnit, wanted: boolean | undefined, alone: boolean | undefined): void {
    const trial = this.#trial;
    if (trial === undefined) return;
    const isTaken = trial.decode.feed(unit, wanted, alone);
    this.#fedToTrial += 1;
    if (isTaken && this.#fedToTrial < MOST_HELD) return;
    this.#timer ??= setTimeout(
      () => this.#fail(trial, 'noPicture', `no picture came out of it in ${NO_PICTURE_MS / 1000} s`),
      NO_PICTURE_MS,
    ).unref();
  }

  #picture(run: Run, picture: Picture, index: number): void {
    if (run === this.#trial) this.#move(run);
    if (run !== this.#active) return;
    if (index === 0) {
      this.#isRepeat = this.#repeated > 0 && picture.pts <= this.#shownUpTo;
      this.#repeated = this.#isRepeat ? this.#repeated - 1 : 0;
      if (!this.#isRepeat) this.#shownUpTo = picture.pts;
    }
    if (!this.#isRepeat) this.#handlers.onPicture(picture, index);
  }

  /** Hardware has given a picture. */
  #move(trial: Run): void {
    const { decode } = this.#active;
    this.#dropTrial({ keep: true });
    this.#active = trial;
    this.#repeated = MOST_REPEATED;
    trial.session?.succeeded();
    this.#leave(decode);
  }

  #ended(run: Run, reason: EndReason): void {
    if (run === this.#trial) {
      this.#fail(run, codeOf(reason), whyEnded(reason));
      return;
    }
    if (run !== this.#active) return;
    if (run.session === undefined || this.#over || reason.kind === 'stopped') {
      run.session?.release();
      this.#over = true;
      this.#dropTrial()?.release();
      this.#handlers.onEnd(reason);
      return;
    }
    run.session.failed(codeOf(reason), whyEnded(reason));
    this.#active = this.#begin(undefined);
  }

  #fail(run: Run, code: FallbackCode, cause: string): void {
    if (run !== this.#trial) return;
    this.#dropTrial()?.failed(code, cause);
  }

  /** There is no trial any more. @returns its session, which is still held */
  #dropTrial({ keep = false } = {}): HardwareSession | undefined {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const trial = this.#trial;
    this.#trial = undefined;
    if (trial && !keep) this.#leave(trial.decode);
    return trial?.session;
  }

  #leave(decode: Decode): void {
    const gone = decode.stop().finally(() => this.#leaving.delete(gone));
    this.#leaving.add(gone);
  }
}

const codeOf = (reason: EndReason): FallbackCode => (reason.kind === 'hostLost' ? 'lost' : 'failed');
