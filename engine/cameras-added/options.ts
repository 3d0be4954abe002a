import {
  fields,
  flag,
  listOf,
  numberIn,
  object,
  oneOf,
  optional,
  type Rule,
  rule,
  secretText,
  text,
  wholeNumber,
} from '../core/arguments.js';
import { DECODE_POLICIES, parseDecodePolicy } from '../core/decode-policy.js';
import { PRIORITIES, type Priority } from '../core/priority.js';
import { WHEN_INSENSITIVE, type WhenInsensitive } from '../core/when-insensitive.js';
import type { ProcessorNode } from '../nodes/documents.js';

type Detector = Extract<ProcessorNode, { '@type': '#Microsoft.VideoAnalyzer.MotionDetectionProcessor' }>;

/** How motion is detected: see MotionDetectionProcessor in docs/ref/nodes.md. */
export interface DetectionOptions {
  /** How little motion is enough. Default `medium`. */
  sensitivity?: 'low' | 'medium' | 'high' | undefined;
  /** Parts of the picture. Default: all of it. */
  zones?: Exclude<Detector['zones'], string | undefined> | undefined;
  /** `adaptive`, `adaptive:1/N`, `keyframes`, `fps:N` or `full`. Default: the engine's setting. */
  decodePolicy?: string | undefined;
  /** What happens while objects could not be found in much of the picture. Default: the engine's setting. */
  whenInsensitive?: WhenInsensitive | undefined;
}

/** How a camera with an rtsps URL proves who it is. */
export interface CameraTlsOptions {
  /** Certificates in PEM that are trusted instead of the system's. */
  trustedCertificates?: readonly string[] | undefined;
  /** Accepts a certificate for another host name. */
  ignoreHostname?: boolean | undefined;
  /** Accepts a certificate that nobody vouches for. */
  ignoreSignature?: boolean | undefined;
}

/** What is done with a camera. */
export interface CameraOptions {
  /**
   * - `motion` (default): a clip for each time that something moves
   * - `continuous`: everything, into a video with the name of the camera
   * - `both`
   */
  record?: 'motion' | 'continuous' | 'both' | undefined;
  /** How much a clip has from before the motion, at least: 0 to 60. Default 5. */
  preRollSeconds?: number | undefined;
  /** A clip ends when nothing has moved for so long: 10 to 3600. Default 10. */
  untilQuietSeconds?: number | undefined;
  /** A clip is no longer than this after its first motion: `untilQuietSeconds` to 3600, which is the default. */
  longestClipSeconds?: number | undefined;
  /** Whether sound is recorded, where the camera sends any. Default true. */
  sound?: boolean | undefined;
  /** In place of those in the URL. The password is never read back, whichever way it is given. */
  credentials?: { username: string; password: string } | undefined;
  /** `http`: in a tunnel. Default `tcp`. */
  transport?: 'tcp' | 'http' | undefined;
  tls?: CameraTlsOptions | undefined;
  detection?: DetectionOptions | undefined;
  /** How much it matters while the machine is overloaded: those with the lowest are decoded less first. Default `normal`. */
  priority?: Priority | undefined;
  /** Most that the clips of the camera take, in MiB; the oldest go first. Default 10240. */
  maximumClipsMiB?: number | undefined;
  /** Clips and video are removed after so many days. Default: as long as there is room. */
  keepDays?: number | undefined;
  /** For people. */
  description?: string | undefined;
}

/** Limits of the signal gate. */
const LONGEST = 3600;
const LEAST_QUIET = 10;
const MOST_PRE_ROLL = 60;

const options: Readonly<Record<keyof CameraOptions, Rule>> = {
  record: optional(oneOf('motion', 'continuous', 'both')),
  preRollSeconds: optional(numberIn(0, MOST_PRE_ROLL)),
  untilQuietSeconds: optional(numberIn(LEAST_QUIET, LONGEST)),
  longestClipSeconds: optional(numberIn(LEAST_QUIET, LONGEST)),
  sound: optional(flag),
  credentials: optional(fields({ username: text, password: secretText })),
  transport: optional(oneOf('tcp', 'http')),
  tls: optional(
    fields({
      trustedCertificates: optional(listOf(text)),
      ignoreHostname: optional(flag),
      ignoreSignature: optional(flag),
    }),
  ),
  detection: optional(
    fields({
      sensitivity: optional(oneOf('low', 'medium', 'high')),
      // What is in them is checked with the topology.
      zones: optional(listOf(object)),
      decodePolicy: optional(
        rule(DECODE_POLICIES, (value) => typeof value === 'string' && parseDecodePolicy(value) !== undefined),
      ),
      whenInsensitive: optional(oneOf(...WHEN_INSENSITIVE)),
    }),
  ),
  priority: optional(oneOf(...PRIORITIES)),
  maximumClipsMiB: optional(wholeNumber(1, 2 ** 31 - 1)),
  keepDays: optional(wholeNumber(1, 3650)),
  description: optional(text),
};

/** What `CameraOptions` may be. */
export const cameraOptions: Rule = (value) => {
  const wrong = fields(options)(value);
  if (wrong) return wrong;
  const { untilQuietSeconds = LEAST_QUIET, longestClipSeconds = LONGEST } = value as CameraOptions;
  if (untilQuietSeconds <= longestClipSeconds) return undefined;
  return {
    place: '.longestClipSeconds',
    what: `must not be less than untilQuietSeconds, which is ${untilQuietSeconds}`,
  };
};
