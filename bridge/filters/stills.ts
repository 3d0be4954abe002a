import type { StillCodec } from '../hosts/protocol.js';
import type { StartRun } from '../hosts/start-run.js';
import { StillError } from '../still-error.js';
import type { Still, StillSpec } from '../types.js';
import { codecOf, decoderCaps, rawFormatOf } from './caps.js';
import { pictureLayout } from './picture-layout.js';
import { StillMaker, shapeOf } from './still-maker.js';

/** Each takes a core for as long as it lasts. */
const AT_ONCE = 2;
const MOST_WAITING = 256;
/** Makers stay for so long without work. */
const IDLE_MS = 30_000;
const MOST_UNITS = 512;

interface Waiting {
  spec: StillSpec;
  codec: StillCodec;
  resolve(still: Promise<Still>): void;
}

/** Makes stills: few at a time, the others wait in the order in which they came, and behind them those that nobody waits for. */
export class Stills {
  readonly #start: StartRun;
  readonly #isApart: (owner: string | undefined) => boolean;
  readonly #makers = new Set<StillMaker>();
  readonly #queues: Record<'urgent' | 'patient', Waiting[]> = { urgent: [], patient: [] };
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param isApart whether an owner's filters run in hosts of their own */
  constructor(start: StartRun, isApart: (owner: string | undefined) => boolean) {
    this.#start = start;
    this.#isApart = isApart;
  }

  make(spec: StillSpec): Promise<Still> {
    const codec = stillCodecOf(spec.caps.mediaType);
    if (codec === undefined) return refused('unsupported', `no decoder for ${spec.caps.mediaType}`);
    if (spec.units.length < 1 || spec.units.length > MOST_UNITS) {
      return refused('noPicture', `${spec.units.length} pictures are no still`);
    }
    if (codec === 'raw' && !isDecoded(spec)) return refused('noPicture', 'the bytes are no picture of their format');
    const queue = this.#queues[spec.patient ? 'patient' : 'urgent'];
    if (this.#closed) return refused('lost', 'the bridge is closed');
    if (queue.length >= MOST_WAITING) return refused('busy', `${queue.length} stills are waiting already`);
    return new Promise((resolve) => {
      queue.push({ spec, codec, resolve });
      this.#next();
    });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#idle);
    for (const queue of Object.values(this.#queues)) {
      for (const { resolve } of queue.splice(0)) resolve(refused('lost', 'the bridge is closed'));
    }
    for (const maker of this.#makers) maker.stop();
  }

  #next(): void {
    while (this.#atWork < AT_ONCE) {
      const waiting = this.#queues.urgent.shift() ?? this.#queues.patient.shift();
      if (!waiting) break;
      waiting.resolve(this.#makerFor(waiting).make(waiting.spec));
    }
    this.#idle ??= setTimeout(() => this.#rest(), IDLE_MS);
    this.#idle.refresh().unref();
  }

  get #atWork(): number {
    return [...this.#makers].filter(({ working }) => working).length;
  }

  /** One that has made such pictures before, if there is any; otherwise one of the codec, or a new one. */
  #makerFor({ spec, codec }: Waiting): StillMaker {
    const owner = this.#isApart(spec.owner) ? spec.owner : undefined;
    const idle = [...this.#makers].filter((each) => each.idle && each.codec === codec && each.owner === owner);
    const caps = decoderCaps(spec.caps);
    const found = idle.find((each) => each.caps === caps) ?? idle[0];
    if (found) return found;
    const maker = new StillMaker(this.#start, codec, owner, shapeOf(spec), () => this.#changed(maker));
    this.#makers.add(maker);
    return maker;
  }

  #changed(maker: StillMaker): void {
    if (maker.spent) maker.stop();
    if (maker.over) this.#makers.delete(maker);
    if (!this.#closed) this.#next();
  }

  /** Nobody has wanted any for a while. */
  #rest(): void {
    this.#idle = undefined;
    for (const maker of this.#makers) {
      if (maker.working) continue;
      maker.stop();
      this.#makers.delete(maker);
    }
  }
}

const stillCodecOf = (mediaType: string): StillCodec | undefined =>
  mediaType === 'video/x-raw' ? 'raw' : codecOf(mediaType);

/** Of bytes that are too few, GStreamer would make a picture of whatever is in its memory. */
const isDecoded = ({ caps: { text, width = 0, height = 0 }, units }: StillSpec): boolean => {
  const format = rawFormatOf(text);
  return (
    units.length === 1 && format !== undefined && units[0]?.length === pictureLayout({ width, height }, format).size
  );
};

const refused = (code: StillError['code'], message: string): Promise<never> =>
  Promise.reject(new StillError(code, message));
