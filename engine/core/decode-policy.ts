/** Which pictures of a camera are decoded. */
export type DecodePolicy =
  /** Keyframes alone: the cheapest. */
  | { readonly kind: 'keyframes' }
  /** `fps` pictures a second, evenly spaced. Every access unit is decoded, because pictures depend on each other. */
  | { readonly kind: 'fps'; readonly fps: number }
  /** Every picture. */
  | { readonly kind: 'full' };

const MAX_FPS = 120;

/** The allowed values, for messages. */
export const DECODE_POLICIES = `keyframes, full, or fps:N with N from 1 to ${MAX_FPS}`;

/** `keyframes`, `fps:5` or `full`, in any case; undefined for anything else. */
export const parseDecodePolicy = (text: string): DecodePolicy | undefined => {
  const name = text.trim().toLowerCase();
  if (name === 'keyframes' || name === 'full') return { kind: name };
  const fps = Number(/^fps:(\d{1,3})$/.exec(name)?.[1] ?? 0);
  return fps >= 1 && fps <= MAX_FPS ? { kind: 'fps', fps } : undefined;
};

/** The canonical string. */
export const decodePolicyText = (policy: DecodePolicy): string =>
  policy.kind === 'fps' ? `fps:${policy.fps}` : policy.kind;

/** Maximum number of pictures a second; 0: no limit. */
export const maxFpsOf = (policy: DecodePolicy): number => (policy.kind === 'fps' ? policy.fps : 0);

/** The policy that satisfies all consumers: the one with the most pictures. Undefined if there are none. */
export const strongestPolicy = (policies: Iterable<DecodePolicy>): DecodePolicy | undefined => {
  let best: DecodePolicy | undefined;
  for (const policy of policies) if (!best || rank(policy) > rank(best)) best = policy;
  return best;
};

const rank = (policy: DecodePolicy): number => {
  if (policy.kind === 'keyframes') return 0;
  return policy.kind === 'fps' ? policy.fps : Number.POSITIVE_INFINITY;
};
