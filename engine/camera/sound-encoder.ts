import { aacFormat } from '../../bridge/filters/caps.js';
import { encodedCaps } from '../../bridge/filters/encoded-caps.js';
import type { Bridge, Encode, EncodedUnit, EncodeUnit, EndReason, StreamCaps } from '../../bridge/types.js';
import type { Clock } from '../core/clock.js';
import { MICROS_PER_MS, type Micros, type MonotonicTime, seconds } from '../core/time.js';
import { SoundPast } from './sound-past.js';

export interface SoundEncoderDeps {
  bridge: Pick<Bridge, 'encode'>;
  clock: Clock;
  /** Whose sound it is. */
  owner: string;
  /** How much of the past may be wanted. */
  span(): Micros;
}

/** What comes of a camera's sound. */
export interface StorableSoundHandlers {
  onCaps(caps: StreamCaps): void;
  /** The camera has sent sound of this time, of the connection's, that has to be encoded. */
  onPresent(pts: Micros): void;
  onUnit(unit: EncodedUnit): void;
  /** Frames of it were lost with their encoder. */
  onLost(count: number, micros: Micros, why: string): void;
  /** None of it can be had from now on. */
  onGivenUp(message: string): void;
}

/** Shorter gaps are filled with silence. What follows a longer one is encoded by itself. */
const LONGEST_GAP: Micros = seconds(1);
/** What is in the ring may be longer than what is asked of it. */
const MORE: Micros = seconds(2);
/** An encoder for which more waits is stuck. */
const BACKLOG_END = 32 * 1024 * 1024;
/** Encoders that fail within `FAILED_WITHIN`, after which the sound is to blame: one may fail for any reason. */
const FAILURES = 2;
const FAILED_WITHIN: Micros = seconds(600);

/**
 * Makes of a camera's sound what files and browsers take. AAC passes as it is. Everything else is encoded while somebody
 * records, the past that the ring holds first, once for everybody. So the ring has nothing but AAC, and neither the files
 * nor the seams between them know anything of it.
 */
export class SoundEncoder {
  readonly #deps: SoundEncoderDeps;
  readonly #handlers: StorableSoundHandlers;
  readonly #past = new SoundPast();
  #wanted = 0;
  /** Of what has to be encoded. */
  #caps: StreamCaps | undefined;
  #encode: Encode | undefined;
  /** Changes with the connection: what encoders of another have still to give is of no use. */
  #connection = {};
  #told: StreamCaps | undefined;
  /** Where what was given to encoders ends, and where the last frame begins that one has given. */
  #until: Micros = 0;
  #given: Micros = Number.NEGATIVE_INFINITY;
  /** When frames begin of which nothing has come out yet. */
  #inside: Micros[] = [];
  /** Why it will not. */
  #lost: string | undefined;
  #notBefore = 0 as MonotonicTime;
  /** By caps, how many encoders have failed, and when the last did. */
  readonly #failures = new Map<string, { count: number; at: MonotonicTime }>();

  constructor(deps: SoundEncoderDeps, handlers: StorableSoundHandlers) {
    this.#deps = deps;
    this.#handlers = handlers;
  }

  /** Until the returned function is called, it encodes: what has come lately, and what comes. */
  want(): () => void {
    this.#wanted++;
    if (this.#wanted === 1) for (const frame of this.#past.take()) this.#feed(frame);
    let wanted = true;
    return () => {
      if (!wanted) return;
      wanted = false;
      if (--this.#wanted === 0) this.#leave();
    };
  }

  /** What comes from now on is of this format. False: nothing can be made of it. */
  caps(caps: StreamCaps): boolean {
    this.#leave();
    this.#past.take();
    this.#caps = aacFormat(caps) ? undefined : caps;
    const encoded = this.#caps ? encodedCaps(caps) : caps;
    if (!encoded || this.#isToBlame(caps)) return false;
    this.#tell(encoded);
    return true;
  }

  unit(unit: EncodedUnit): void {
    const { pts, key, payload } = unit;
    if (pts === null || (this.#caps && this.#isToBlame(this.#caps))) return;
    if (!this.#caps) {
      this.#handlers.onUnit(unit);
      return;
    }
    this.#handlers.onPresent(pts);
    const frame = { pts, duration: unit.duration ?? 0, key, payload };
    if (this.#wanted === 0) this.#past.add(frame, this.#deps.span() + MORE);
    else this.#feed(frame);
  }

  /** Times mean nothing any more. */
  connectionEnded(): void {
    this.#tellLost();
    const encode = this.#encode;
    this.#connection = {};
    this.#encode = undefined;
    void encode?.stop();
    this.#caps = undefined;
    this.#told = undefined;
    this.#given = Number.NEGATIVE_INFINITY;
    this.#past.take();
  }

  #feed(frame: EncodeUnit): void {
    const caps = this.#caps;
    if (!caps || this.#isToBlame(caps)) return;
    if (this.#encode && Math.abs(frame.pts - this.#until) > LONGEST_GAP) this.#leave();
    this.#encode ??= this.#begin(caps);
    this.#inside.push(frame.pts);
    this.#until = frame.pts + (frame.duration ?? 0);
    this.#encode?.feed(frame);
    if ((this.#encode?.backlogBytes ?? 0) > BACKLOG_END) this.#abandon(caps);
  }

  /** What was given is still encoded; what follows is by another. */
  #leave(): void {
    const encode = this.#encode;
    this.#encode = undefined;
    void encode?.finish();
  }

  #begin(caps: StreamCaps): Encode | undefined {
    const { bridge, clock, owner } = this.#deps;
    if (clock.monotonic() < this.#notBefore) return undefined;
    this.#tellLost();
    const connection = this.#connection;
    const encode = bridge.encode(
      { caps, owner },
      {
        onCaps: (encoded) => {
          if (connection === this.#connection) this.#tell(encoded);
        },
        onUnit: (unit) => {
          if (connection === this.#connection) this.#came(unit);
        },
        onEnd: (reason) => {
          if (encode === this.#encode) this.#failed(caps, reason);
        },
      },
    );
    return encode;
  }

  #came(unit: EncodedUnit): void {
    const from = unit.pts ?? 0;
    const until = from + (unit.duration ?? 0);
    const inside = this.#inside.findIndex((pts) => pts >= until);
    this.#inside.splice(0, inside < 0 ? this.#inside.length : inside);
    // What an encoder puts in front of its first frame belongs where the one before has given its last.
    if (from <= this.#given) return;
    this.#given = from;
    this.#handlers.onUnit(unit);
  }

  /** Those that came while there could be no encoder, too. */
  #tellLost(): void {
    const lost = this.#inside.splice(0);
    if (this.#lost !== undefined && lost.length > 0) {
      this.#handlers.onLost(lost.length, this.#until - lost[0]!, this.#lost);
    }
    this.#lost = undefined;
  }

  /** Encoders give what was told before they had begun. Should one not, files need to know. */
  #tell(caps: StreamCaps): void {
    if (this.#told && isSame(this.#told, caps)) return;
    this.#told = caps;
    this.#handlers.onCaps(caps);
  }

  #abandon(caps: StreamCaps): void {
    const stuck = this.#encode;
    this.#failed(caps, { kind: 'hostLost', message: 'it does not take any more' });
    void stuck?.stop();
  }

  #failed(caps: StreamCaps, reason: EndReason): void {
    this.#encode = undefined;
    const { clock } = this.#deps;
    const at = clock.monotonic();
    const before = this.#failures.get(caps.text);
    const count = before && at - before.at <= FAILED_WITHIN ? before.count + 1 : 1;
    this.#failures.set(caps.text, { count, at });
    if (reason.kind === 'hostLost') this.#notBefore = (at + (reason.retryInMs ?? 0) * MICROS_PER_MS) as MonotonicTime;
    const why = 'message' in reason ? reason.message : reason.kind;
    this.#lost = why;
    if (!this.#isToBlame(caps)) return;
    this.#inside = [];
    this.#handlers.onGivenUp(`recordings have no sound: the camera's (${caps.mediaType}) cannot be encoded: ${why}`);
  }

  /** Once it is, it stays so. */
  #isToBlame({ text }: StreamCaps): boolean {
    return (this.#failures.get(text)?.count ?? 0) >= FAILURES;
  }
}

/** Whether files can hold sound of both in one track. Encoders add extensions to the two bytes that say what all need to know. */
const isSame = (a: StreamCaps, b: StreamCaps): boolean => {
  if (a.text === b.text) return true;
  const [one, other] = [aacFormat(a), aacFormat(b)];
  if (!one || !other || one.rate !== other.rate || one.channels !== other.channels) return false;
  return one.config.subarray(0, 2).equals(other.config.subarray(0, 2));
};
