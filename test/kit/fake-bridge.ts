import { existsSync, writeFileSync } from 'node:fs';
import type { FailureKind } from '../../bridge/failure.js';
import { pictureLayout } from '../../bridge/filters/picture-layout.js';
import { pictureSize } from '../../bridge/filters/picture-size.js';
import type {
  Bridge,
  CameraDescription,
  Decode,
  DecodeHandlers,
  DecodeSpec,
  Encode,
  EncodedUnit,
  EncodeHandlers,
  EncodeSpec,
  EncodeUnit,
  EndReason,
  HardwareFinding,
  HostStats,
  Ingest,
  IngestHandlers,
  IngestSpec,
  MediaLoss,
  Picture,
  PictureSpec,
  SoundFault,
  Still,
  StillSpec,
  StreamCaps,
} from '../../bridge/types.js';
import type { Mux, Muxer, MuxResult, MuxSpec } from '../../engine/mux/types.js';
import { movie } from './mp4.js';
import { segmentFile } from './segment-file.js';

export type FedUnit = Parameters<Decode['feed']>[0];
export type WrittenUnit = Parameters<Mux['write']>[0];

export const H264_CAPS: StreamCaps = {
  track: 'video',
  text: 'video/x-h264, stream-format=(string)byte-stream, alignment=(string)au, width=(int)640, height=(int)360',
  mediaType: 'video/x-h264',
  width: 640,
  height: 360,
};

/** What encoders make of sound. */
export const AAC: StreamCaps = {
  track: 'audio',
  text: 'audio/mpeg, mpegversion=(int)4, stream-format=(string)raw, rate=(int)16000, channels=(int)1, codec_data=(buffer)1408',
  mediaType: 'audio/mpeg',
};

/** A camera that is there and sends H.264. */
export const HERE: CameraDescription = {
  url: 'rtsp://camera/1',
  sdp: 'v=0',
  video: { codec: 'h264', sets: [] },
  unknownAudio: [],
};

/** Whoever connects to this camera is refused so. */
export const refusal = (failure: FailureKind, code: string, message = `refused: ${code}`): EndReason => ({
  ...{ kind: 'error', failure, code, message },
});

/** Whoever connects to this camera finds none. */
export const unreached = (code: string): EndReason => ({
  ...{ kind: 'error', failure: 'network', code, message: `not there: ${code}`, unreached: true },
});

/** Bytes that outlive the call that brought them. */
const kept = <T extends { payload: Uint8Array }>(unit: T): T => ({ ...unit, payload: Uint8Array.from(unit.payload) });

/** What runs until it is stopped, or until the test ends it. */
class FakeRun<Spec, Handlers extends { onEnd(reason: EndReason): void }> {
  readonly spec: Spec;
  protected readonly handlers: Handlers;
  #over = false;

  constructor(spec: Spec, handlers: Handlers) {
    this.spec = spec;
    this.handlers = handlers;
  }

  get over(): boolean {
    return this.#over;
  }

  /** It ends by itself; once only, as in the real bridge. */
  end(reason: EndReason = { kind: 'eos' }): void {
    if (this.#over) return;
    this.#over = true;
    this.handlers.onEnd(reason);
  }

  stop(): Promise<void> {
    this.end({ kind: 'stopped' });
    return Promise.resolve();
  }
}

/** A camera connection whose camera is the test. */
export class FakeIngest extends FakeRun<IngestSpec, IngestHandlers> implements Ingest {
  /** Whether what it sends may wait. */
  inRounds = false;

  readInRounds(yes: boolean): void {
    this.inRounds = yes;
  }

  answer(answer: CameraDescription | EndReason): void {
    if (this.over) return;
    if ('kind' in answer) this.end(answer);
    else this.handlers.onDescribed(answer);
  }

  caps(caps: StreamCaps = H264_CAPS): void {
    this.#mustRun();
    this.handlers.onCaps(caps);
  }

  unit(...units: EncodedUnit[]): void {
    for (const unit of units) {
      this.#mustRun();
      this.handlers.onUnit(unit);
    }
  }

  loss(loss: MediaLoss): void {
    this.#mustRun();
    this.handlers.onLoss(loss);
  }

  soundFault(fault: SoundFault): void {
    this.#mustRun();
    this.handlers.onSoundFault(fault);
  }

  metadata(document: string): void {
    this.#mustRun();
    this.handlers.onMetadata?.(Buffer.from(document));
  }

  /** A picture came that could not be used. */
  stray(): void {
    this.#mustRun();
    this.handlers.onStray();
  }

  #mustRun(): void {
    if (this.over) throw new Error('nothing comes from an ingest that has ended');
  }
}

/** A decoder that remembers what it was fed; the test says what comes out, and when. */
export class FakeDecode extends FakeRun<DecodeSpec, DecodeHandlers> implements Decode {
  readonly fed: FedUnit[] = [];
  /** Times of the units whose pictures must come out. */
  readonly wanted: number[] = [];
  /** Times of the keyframes behind which nothing is to be fed. */
  readonly alone: number[] = [];
  /** False: the decoder is behind and takes nothing. */
  accepts = true;
  /** Bytes that it has room for. */
  room = Number.POSITIVE_INFINITY;
  #needsKey = true;

  feed(unit: FedUnit, wanted = false, alone = false): boolean {
    this.#needsKey ||= !this.accepts;
    if (this.over || !this.accepts || (this.#needsKey && !unit.key)) return false;
    this.#needsKey = false;
    this.fed.push(kept(unit));
    if (wanted) this.wanted.push(unit.pts ?? Number.NaN);
    if (alone) this.alone.push(unit.pts ?? Number.NaN);
    return true;
  }

  hasRoomFor(bytes: number): boolean {
    return bytes <= this.room;
  }

  get keepsUp(): boolean {
    return this.room > 0;
  }

  /** A picture comes out in every size asked for: by default of the unit that was fed last, evenly grey. */
  picture(pts: number = this.fed.at(-1)?.pts ?? 0, luma = 128): void {
    const { caps, pictures } = this.spec;
    for (const [index, spec] of pictures.entries()) {
      if (this.over) throw new Error('no picture comes from a decoder that has ended');
      this.handlers.onPicture(greyPicture(pts, spec, caps, luma), index);
    }
  }
}

/** Gives what it is fed, under other caps; and all that waits when it is told to, or finished. */
export class FakeEncode implements Encode {
  readonly fed: EncodeUnit[] = [];
  backlogBytes = 0;
  over = false;
  #given = 0;

  constructor(
    readonly spec: EncodeSpec,
    readonly handlers: EncodeHandlers,
  ) {}

  feed(unit: EncodeUnit): void {
    if (!this.over) this.fed.push({ ...unit, payload: Uint8Array.from(unit.payload) });
  }

  /** What was fed comes out. */
  give(caps = AAC): void {
    if (this.#given === 0) this.handlers.onCaps(caps);
    const { track } = this.spec.caps;
    for (; this.#given < this.fed.length; this.#given++) {
      this.handlers.onUnit({ track, dts: null, discont: false, ...this.fed[this.#given]! });
    }
  }

  end(reason: EndReason): void {
    if (this.over) return;
    this.over = true;
    this.handlers.onEnd(reason);
  }

  async finish(): Promise<void> {
    if (!this.over) this.give();
    this.end({ kind: 'eos' });
  }

  async stop(): Promise<void> {
    this.end({ kind: 'stopped' });
  }
}

/** A file that remembers what was written. `finish` succeeds, unless the mux has failed before. */
export class FakeMux implements Mux {
  readonly spec: MuxSpec;
  readonly written: WrittenUnit[] = [];
  readonly failed: Promise<EndReason>;
  backlogBytes = 0;
  finished = false;
  /** What `finish` waits for before it resolves. */
  finishing: Promise<unknown> = Promise.resolve();
  readonly #writeFile: boolean;
  #failure: EndReason | undefined;
  #settleFailed: (reason: EndReason) => void = () => {};

  constructor(spec: MuxSpec, writeFile = false) {
    this.spec = spec;
    this.#writeFile = writeFile;
    this.failed = new Promise((resolve) => {
      this.#settleFailed = resolve;
    });
  }

  write(unit: WrittenUnit): void {
    if (!this.finished && !this.#failure) this.written.push(kept(unit));
  }

  /** The mux gives up before it was finished: the disk is full, or its host is lost. */
  fail(reason: EndReason): void {
    this.#failure ??= reason;
    if (!this.finished) this.#settleFailed(this.#failure);
  }

  async finish(): Promise<MuxResult> {
    this.finished = true;
    await this.finishing;
    if (!this.#failure && this.written.length === 0) {
      this.#failure = { kind: 'error', failure: 'file', code: 'emptyClip', message: 'nothing was written' };
    }
    if (this.#failure) return { ok: false, reason: this.#failure };
    if (!this.#writeFile) return { ok: true, bytes: this.written.length * 100 };
    return { ok: true, bytes: this.writeFile() };
  }

  /** Puts so many pictures of what was written on the disk. Returns the size of the file. */
  writeFile(pictures = this.written.filter(({ track }) => track === 'video').length): number {
    const keyed = this.written[0]?.key ?? true;
    const file = this.spec.segment ? segmentFile({ pictures, unkeyed: !keyed }) : movie(this.written.length);
    // Of a file that was taken away, a real one has the descriptor, and makes no other.
    if (existsSync(this.spec.path)) writeFileSync(this.spec.path, file);
    return file.byteLength;
  }
}

/**
 * A bridge without GStreamer and without processes: whatever is started stands in a list, in order, and does what the
 * test tells it to. Unlike in the real one, `stop` reports the end at once.
 */
export class FakeBridge implements Bridge, Muxer {
  readonly ingests: FakeIngest[] = [];
  readonly decodes: FakeDecode[] = [];
  /** Bytes that decoders have room for at first. */
  room = Number.POSITIVE_INFINITY;
  readonly encodes: FakeEncode[] = [];
  readonly muxes: FakeMux[] = [];
  /** What `stats` says. */
  hosts: HostStats[] = [];
  closed = false;
  readonly #writeFiles: boolean;

  /** @param options.writeFiles every mux that ends well leaves a small MP4 at its path. */
  constructor(options: { writeFiles?: boolean } = {}) {
    this.#writeFiles = options.writeFiles ?? false;
  }

  /** What cameras answer: their description, or why there is none. */
  answer: CameraDescription | EndReason = HERE;

  ingest = (spec: IngestSpec, handlers: IngestHandlers): FakeIngest => {
    const ingest = added(this.ingests, new FakeIngest(spec, handlers));
    // Not before the caller has it.
    queueMicrotask(() => ingest.answer(this.answer));
    return ingest;
  };

  /** How often it was looked whether a camera takes connections. */
  knocks = 0;
  /** What such a look takes when the camera is not there. */
  knocking: (timeoutMs: number) => Promise<unknown> = () => Promise.resolve();
  reaches = async (_: string, timeoutMs: number): Promise<boolean> => {
    this.knocks++;
    const isThere = () => !('unreached' in this.answer);
    if (!isThere()) await this.knocking(timeoutMs);
    return isThere();
  };

  decode = (spec: DecodeSpec, handlers: DecodeHandlers): FakeDecode =>
    added(this.decodes, Object.assign(new FakeDecode(spec, handlers), { room: this.room }));

  encode = (spec: EncodeSpec, handlers: EncodeHandlers): FakeEncode =>
    added(this.encodes, new FakeEncode(spec, handlers));

  /** Of an engine, and not of its bridge. */
  mux = (spec: MuxSpec): FakeMux => added(this.muxes, new FakeMux(spec, this.#writeFiles));

  /** What stills were made of. */
  readonly stills: StillSpec[] = [];
  still = async (spec: StillSpec): Promise<Still> => {
    // Bytes are the caller's again after this.
    this.stills.push({ ...spec, units: spec.units.map((unit) => Uint8Array.from(unit)) });
    const height = Math.round((spec.width * (spec.caps.height ?? 9)) / (spec.caps.width ?? 16));
    return { jpeg: Buffer.from(`still ${this.stills.length}`), width: spec.width, height };
  };

  hardware = (): Promise<HardwareFinding[]> => Promise.resolve([]);
  stats = (): HostStats[] => this.hosts;

  close = async (): Promise<void> => {
    this.closed = true;
    await Promise.all([...this.ingests, ...this.decodes, ...this.encodes].map((filter) => filter.stop()));
    for (const mux of this.muxes) if (!mux.finished) mux.fail({ kind: 'stopped' });
  };
}

/** The filter that was started last. */
export const latest = <T>(filters: readonly T[]): T => {
  const last = filters.at(-1);
  if (last === undefined) throw new Error('none was started');
  return last;
};

const added = <T>(list: T[], each: T): T => {
  list.push(each);
  return each;
};

const greyPicture = (pts: number, spec: PictureSpec, of: StreamCaps, luma: number): Picture => {
  const { size, ...shape } = pictureLayout(pictureSize(spec, of), spec.format);
  const { width, height, format, offsets } = shape;
  const caps = `video/x-raw, format=(string)${format.toUpperCase()}, width=(int)${width}, height=(int)${height}`;
  const data = new Uint8Array(size ?? 64).fill(luma);
  if (format === 'i420') data.fill(128, offsets[1]);
  return { pts, ...shape, caps, data };
};
