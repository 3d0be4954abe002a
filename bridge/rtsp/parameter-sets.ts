import type { SdpFormat } from './types.js';

/** Names of the parameters that carry them, H.265's in the order in which they refer to each other. */
const NAMES = ['sprop-vps', 'sprop-sps', 'sprop-pps', 'sprop-parameter-sets'] as const;
const MOST = 64;

/** The parameter sets in a description (RFC 6184 8.1, RFC 7798 7.1): NAL units. What is no base64 gives what it gives. */
export const describedSets = ({ fmtp }: SdpFormat): Buffer[] =>
  NAMES.flatMap((name) => (fmtp[name] ?? '').split(',', MOST))
    .map((text) => Buffer.from(text.trim(), 'base64'))
    .filter((nal) => nal.length > 0);
