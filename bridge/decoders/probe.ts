import type { HardwareFinding, HardwareKind } from '../hardware.js';
import type { Decode, DecodeHandlers, DecodeSpec, EndReason, NalCodec } from '../types.js';
import type { NodesByKind } from './device-nodes.js';
import { isProbePicture, PROBE_WIDTH, probeCaps, probeKeyframe } from './probe-stream.js';

/** Starts a decoder of this kind and no other. */
export type StartHardware = (spec: DecodeSpec, handlers: DecodeHandlers, kind: HardwareKind) => Decode;

export const CODECS = ['h264', 'h265'] as const satisfies readonly NalCodec[];

/** Starting a process, loading a driver and decoding a picture takes a second or two. */
const LONGEST_MS = 10_000;
/** Decoders hold pictures back until they know the order; a further keyframe pushes those before it out. */
const KEYFRAMES = 20;
const APART = 40_000;

/**
 * What works of the kinds of hardware that have nodes. That an element is registered says only that a driver was found; so
 * each is given a stream whose picture is known, in a host, where a driver that crashes or hangs hurts nobody. One after the
 * other: if the process dies, it is known of which.
 */
export const probe = async (nodes: NodesByKind, start: StartHardware): Promise<HardwareFinding[]> => {
  const found: HardwareFinding[] = [];
  for (const kind of ['nvdec', 'vaapi', 'v4l2'] as const) {
    if (nodes[kind].length === 0) continue;
    const [h264, h265] = [await attempt(kind, 'h264', start), await attempt(kind, 'h265', start)];
    found.push({ kind, nodes: nodes[kind], codecs: { h264, h265 } });
  }
  return found;
};

type Outcome = HardwareFinding['codecs']['h264'];

const attempt = async (kind: HardwareKind, codec: NalCodec, start: StartHardware): Promise<Outcome> => {
  let settle: (outcome: Outcome) => void = () => {};
  const outcome = new Promise<Outcome>((resolve) => {
    settle = resolve;
  });
  const decode = start(
    { caps: probeCaps(codec), pictures: [{ width: PROBE_WIDTH, format: 'i420' }], maxFps: 0 },
    {
      onPicture: ({ data, width, height }) => {
        const right = isProbePicture(data, width, height);
        settle(right ? { works: true } : { works: false, why: 'its picture is not that of the stream' });
      },
      onEnd: (reason) => settle({ works: false, why: whyEnded(reason) }),
    },
    kind,
  );
  const timer = setTimeout(
    () => settle({ works: false, why: `no picture came out of it in ${LONGEST_MS / 1000} s` }),
    LONGEST_MS,
  );
  timer.unref();
  const payload = probeKeyframe(codec);
  for (let n = 0; n < KEYFRAMES; n++) decode.feed({ pts: n * APART, key: true, payload });
  try {
    return await outcome;
  } finally {
    clearTimeout(timer);
    await decode.stop();
  }
};

export const whyEnded = (reason: EndReason): string =>
  'message' in reason ? reason.message : reason.kind === 'eos' ? 'it ended the stream' : 'it was stopped';
