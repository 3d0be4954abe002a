/** Which pictures of a camera are decoded. */
export type DecodePolicy =
  /** Keyframes alone: the cheapest. */
  | { readonly kind: 'keyframes' }
  /**
   * One keyframe in `every` while nothing moves; `fps` pictures a second, or all if that is 0, once something may, and those since the
   * last keyframe.
   */
  | { readonly kind: 'adaptive'; readonly fps: number; readonly every: number }
  /** `fps` pictures a second, evenly spaced. Every access unit is decoded, because pictures depend on each other. */
  | { readonly kind: 'fps'; readonly fps: number }
  /** Every picture. */
  | { readonly kind: 'full' };

const MAX_FPS = 120;
/** Of the policy `adaptive`, while something may move. */
const ADAPTIVE_FPS = 5;

/** The allowed values, for messages. */
export const DECODE_POLICIES = `adaptive, adaptive:1/N with N from 2 to 5, keyframes, full, or fps:N with N from 1 to ${MAX_FPS}`;

/** `adaptive`, `adaptive:1/3`, `keyframes`, `fps:5` or `full`, in any case; undefined for anything else. */
export const parseDecodePolicy = (text: string): DecodePolicy | undefined => {
  const name = text.trim().toLowerCase();
  if (name === 'keyframes' || name === 'full') return { kind: name };
  if (name === 'adaptive') return { kind: name, fps: ADAPTIVE_FPS, every: 1 };
  const every = Number(/^adaptive:1\/([2-5])$/.exec(name)?.[1] ?? 0);
  if (every > 0) return { kind: 'adaptive', fps: ADAPTIVE_FPS, every };
  const fps = Number(/^fps:(\d{1,3})$/.exec(name)?.[1] ?? 0);
  return fps >= 1 && fps <= MAX_FPS ? { kind: 'fps', fps } : undefined;
};

/** The canonical string. */
export const decodePolicyText = (policy: DecodePolicy): string => {
  if (policy.kind === 'fps') return `fps:${policy.fps}`;
  return policy.kind === 'adaptive' && policy.every > 1 ? `adaptive:1/${policy.every}` : policy.kind;
};

/** Maximum number of pictures a second; 0: no limit. */
export const maxFpsOf = (policy: DecodePolicy): number =>
  policy.kind === 'fps' || policy.kind === 'adaptive' ? policy.fps : 0;

/** A policy that gives all consumers the pictures that theirs would. Undefined if there are none. */
export const combinedPolicy = (policies: readonly DecodePolicy[]): DecodePolicy | undefined => {
  const [first] = policies;
  if (!first || policies.some(({ kind }) => kind === 'full')) return first && { kind: 'full' };
  const thinned = policies.filter(({ kind }) => kind !== 'keyframes').map(maxFpsOf);
  const fps = thinned.includes(0) ? 0 : Math.max(0, ...thinned);
  if (policies.some(({ kind }) => kind === 'fps')) return fps > 0 ? { kind: 'fps', fps } : { kind: 'full' };
  const adaptive = policies.filter((policy) => policy.kind === 'adaptive');
  if (adaptive.length === 0) return { kind: 'keyframes' };
  // Whoever wants keyframes wants all of them.
  const every = adaptive.length < policies.length ? 1 : Math.min(...adaptive.map((policy) => policy.every));
  return { kind: 'adaptive', fps, every };
};
