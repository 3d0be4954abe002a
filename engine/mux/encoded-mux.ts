import type { Bridge, Encode, EncodedUnit, EndReason, StreamCaps } from '../../bridge/types.js';
import { BACKLOG, BACKLOG_END, EMPTY_CLIP, FINISH_TIMEOUT } from './ends.js';
import { FileMux, type FileMuxDeps } from './file-mux.js';
import { inTime } from './in-time.js';
import type { Mux, MuxResult, MuxSpec, MuxUnit } from './types.js';

/** One MP4 file of pictures that are encoded first. What has been encoded is in the file, whatever becomes of the encoder. */
export class EncodedMux implements Mux {
  readonly failed: Promise<EndReason>;
  readonly #spec: MuxSpec;
  readonly #pictures: StreamCaps;
  readonly #bridge: Pick<Bridge, 'encode'>;
  readonly #deps: FileMuxDeps;
  #encode: Encode | undefined;
  /** There is none before the encoder has said what it gives. */
  #file: FileMux | undefined;
  /** Sound that has come before. */
  #early: MuxUnit[] = [];
  #earlyBytes = 0;
  #fail: (reason: EndReason) => void = () => {};
  #end: EndReason | undefined;
  #finishing = false;

  /** @param pictures those of `spec` */
  constructor(spec: MuxSpec, pictures: StreamCaps, bridge: Pick<Bridge, 'encode'>, deps: FileMuxDeps) {
    this.#spec = spec;
    this.#pictures = pictures;
    this.#bridge = bridge;
    this.#deps = deps;
    this.failed = new Promise((resolve) => {
      this.#fail = resolve;
    });
  }

  start(): void {
    const { owner } = this.#spec;
    const spec = { caps: this.#pictures, ...(owner === undefined ? {} : { owner }) };
    this.#encode = this.#bridge.encode(spec, {
      onCaps: (caps) => this.#begin(caps),
      onUnit: (unit) => this.#encoded(unit),
      onEnd: (reason) => this.#ended(reason),
    });
  }

  get backlogBytes(): number {
    if (this.#end !== undefined) return 0;
    return (this.#encode?.backlogBytes ?? 0) + (this.#file?.backlogBytes ?? this.#earlyBytes);
  }

  write(unit: MuxUnit): void {
    if (this.#end !== undefined || this.#finishing) return;
    if (unit.track === 'video') this.#encode?.feed({ ...unit, pts: unit.pts ?? 0 });
    else if (this.#file) this.#file.write(unit);
    else this.#keep(unit);
    if (this.backlogBytes > BACKLOG_END) this.#abandon(BACKLOG);
  }

  async finish(): Promise<MuxResult> {
    this.#finishing = true;
    if (this.#encode && this.#end === undefined) {
      await inTime(this.#deps.clock, this.#encode.finish(), () => this.#abandon(FINISH_TIMEOUT));
    }
    const result = await this.#file?.finish();
    if (this.#end !== undefined) return { ok: false, reason: this.#end };
    return result ?? { ok: false, reason: EMPTY_CLIP };
  }

  #keep(unit: MuxUnit): void {
    this.#early.push({ ...unit, payload: Uint8Array.from(unit.payload) });
    this.#earlyBytes += unit.payload.length;
  }

  #begin(caps: StreamCaps): void {
    if (this.#file || this.#end !== undefined) return;
    const { head: _, ...spec } = this.#spec;
    const file = new FileMux({ ...spec, tracks: [caps, ...spec.tracks.slice(1)] }, this.#deps);
    this.#file = file;
    file.start();
    file.failed.then(
      (reason) => this.#abandon(reason),
      () => {},
    );
    for (const unit of this.#early.splice(0)) file.write(unit);
  }

  #encoded({ pts, duration, key, payload }: EncodedUnit): void {
    this.#file?.write({ track: 'video', pts, duration, key, payload });
  }

  #ended(reason: EndReason): void {
    // What ends in order is what was asked to.
    if (reason.kind !== 'eos' || !this.#finishing) this.#abandon(reason);
  }

  #abandon(reason: EndReason): void {
    if (this.#end !== undefined) return;
    this.#end = reason;
    this.#early = [];
    void this.#encode?.stop();
    if (!this.#finishing) this.#fail(reason);
  }
}
