/** What the bridge is told of decoders that are not the processor's, and what it tells of them. */

/** `nvdec`: NVIDIA's; `vaapi`: Intel's and AMD's; `v4l2`: those of small boards, which keep nothing between pictures. */
export type HardwareKind = 'nvdec' | 'vaapi' | 'v4l2';

/** What decodes a stream. */
export type DecoderKind = HardwareKind | 'software';

export interface HardwareOptions {
  /** `auto`: what works best here. `off`, the default: nothing is looked for. */
  use?: 'auto' | 'off' | HardwareKind;
  /** Streams that are decoded by hardware at one time; 0 for what its kind usually bears. */
  sessions?: number;
}

/**
 * `noSession`: as many streams as may be are decoded by hardware. `failed`: it could not be started for this stream, or ended.
 * `noPicture`: it was fed and gave nothing. `lost`: its process died.
 */
export type FallbackCode = 'noSession' | 'failed' | 'noPicture' | 'lost';

/** A camera is decoded by software, although there is hardware. */
export interface DecoderFallback {
  owner: string;
  kind: HardwareKind;
  code: FallbackCode;
  /** One line. */
  cause: string;
  /** Hardware is not tried for this camera before. */
  retryInMs: number;
}

/** What was found of one kind of hardware. */
export interface HardwareFinding {
  kind: HardwareKind;
  /** Its device nodes. */
  nodes: readonly string[];
  /** By codec: that it has decoded a picture, or why it is not used. */
  codecs: Readonly<Record<'h264' | 'h265', { works: true } | { works: false; why: string }>>;
}
