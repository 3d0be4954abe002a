import type { DecoderFallback, HardwareFinding, HardwareKind, HardwareOptions } from '../hardware.js';
import type { LogFn } from '../hosts/host-process.js';
import type { HostDevices } from '../hosts/role-rights.js';
import type { DecodeSpec, NalCodec, StreamCaps } from '../types.js';
import { devicesOf, type NodesByKind, nodesByKind } from './device-nodes.js';
import { CODECS, probe, type StartHardware } from './probe.js';
import { type HardwareSession, HardwareSessions } from './sessions.js';

export interface HardwareDeps {
  options: HardwareOptions;
  start: StartHardware;
  onFallback(fallback: DecoderFallback): void;
  log: LogFn;
  /** Monotonic, in ms. */
  now(): number;
  nodes?(): NodesByKind;
}

/**
 * Pictures from here on are worth a session. Of smaller ones the processor decodes four in the time of one of 1080p, and
 * some decoders take none that are very small.
 */
const LEAST_PIXELS = 960 * 540;

const NONE: NodesByKind = { nvdec: [], vaapi: [], v4l2: [] };

/**
 * The decoders of this machine that are not its processor. Nothing waits for them: they are looked for when the first stream
 * is decoded, and streams begin with software until it is known what works.
 */
export class HardwareDecoders {
  readonly #deps: HardwareDeps;
  readonly #sessions: HardwareSessions;
  #nodes: NodesByKind | undefined;
  #finding: Promise<HardwareFinding[]> | undefined;
  readonly #best = new Map<NalCodec, HardwareKind>();

  constructor(deps: HardwareDeps) {
    this.#deps = deps;
    const { now, onFallback } = deps;
    this.#sessions = new HardwareSessions({ most: deps.options.sessions ?? 0, now, onFallback });
  }

  /** Whether a stream may ever be decoded by hardware. Without a device node, none. */
  mayTake({ caps, owner }: Pick<DecodeSpec, 'caps' | 'owner'>): boolean {
    const { nodes } = this;
    const isThere =
      CODECS.some((codec) => codecIn(caps) === codec) && Object.values(nodes).some((each) => each.length > 0);
    if (isThere) void this.find();
    return isThere && owner !== undefined && (caps.width ?? 0) * (caps.height ?? 0) >= LEAST_PIXELS;
  }

  /** A place in a hardware decoder for a stream that may be taken, if there is one now. */
  take({ caps, owner }: Pick<DecodeSpec, 'caps' | 'owner'>): HardwareSession | undefined {
    const codec = codecIn(caps);
    const kind = codec && this.#best.get(codec);
    return kind === undefined || owner === undefined ? undefined : this.#sessions.take(owner, kind);
  }

  /** What is there and what of it works; found out once. */
  find(): Promise<HardwareFinding[]> {
    this.#finding ??= this.#find();
    return this.#finding;
  }

  /** What hosts that decode with hardware have to be given. */
  get devices(): HostDevices {
    return devicesOf(Object.values(this.nodes).flat());
  }

  get nodes(): NodesByKind {
    this.#nodes ??= this.#look();
    return this.#nodes;
  }

  #look(): NodesByKind {
    const { options, nodes = nodesByKind } = this.#deps;
    const { use = 'off' } = options;
    if (use === 'off') return NONE;
    const found = nodes();
    return use === 'auto' ? found : { ...NONE, [use]: found[use] };
  }

  async #find(): Promise<HardwareFinding[]> {
    const { start, log } = this.#deps;
    const findings = await probe(this.nodes, start);
    for (const { kind, codecs } of findings) {
      for (const codec of CODECS) {
        const outcome = codecs[codec];
        if (outcome.works && !this.#best.has(codec)) this.#best.set(codec, kind);
        log(outcome.works ? 'info' : 'warn', `${kind}, ${codec}: ${outcome.works ? 'decodes' : outcome.why}`);
      }
    }
    return findings;
  }
}

const codecIn = ({ mediaType }: StreamCaps): NalCodec | undefined =>
  CODECS.find((codec) => mediaType === `video/x-${codec}`);
