import type { Priority } from '../../core/priority.js';
import type { Micros, UtcMicros } from '../../core/time.js';

/** Who was too slow, so that work was lost: the decoders, the detectors, or the engine's main thread. */
export const OVERLOAD_CAUSES = ['decoderBehind', 'detectorBusy', 'mainThreadBusy'] as const;

export type OverloadCause = (typeof OVERLOAD_CAUSES)[number];

/** Units that were not decoded and pictures that were not judged, because somebody was too slow for them. */
export type LostCounts = Readonly<Record<Exclude<OverloadCause, 'mainThreadBusy'>, number>>;

/** A camera of which keyframes alone are decoded, whatever was asked for. */
export interface Reduction {
  readonly cause: OverloadCause;
  readonly since: UtcMicros;
}

/** What has become of one camera's decoding. Policies are texts. */
export type DecodingChange = {
  readonly priority: Priority;
  readonly cause: OverloadCause;
  /** What its pipelines ask for. */
  readonly asked: string;
  /** What is decoded from now on. */
  readonly decodes: string;
} & (
  | {
      readonly kind: 'reduced';
      /** The machine is at its limit. Otherwise it is this camera's own load that is too much for one decoder or detector. */
      readonly shared: boolean;
    }
  | { readonly kind: 'restored'; readonly lasted: Micros }
);
