/**
 * What is decoded. One object, one interface, chosen per camera: the scheduler asks it for every access unit, in decode
 * order, and obeys. A later policy that changes its mind (on suspicion, on load) fits the same interface.
 */
import { SluiceError } from '../core/errors.js';
import type { AccessUnit } from './types.js';

export interface DecodePolicy {
  /** As written in a topology or configuration: `keyframes`, `fps:5`, `full`. */
  readonly name: string;
  /** Pictures per second that leave the decoder at most; 0: all. */
  readonly maxFps: number;
  /** Whether the unit is decoded. A unit that is not a keyframe may be wanted only if those since the keyframe were. */
  wants(unit: AccessUnit): boolean;
}

const MAX_FPS = 120;

export const keyframesPolicy: DecodePolicy = { name: 'keyframes', maxFps: 0, wants: (unit) => unit.key };

export const fullPolicy: DecodePolicy = { name: 'full', maxFps: 0, wants: () => true };

/** Every unit is decoded, because pictures depend on each other; the surplus is dropped before it is scaled. */
export const fpsPolicy = (fps: number): DecodePolicy => ({ name: `fps:${fps}`, maxFps: fps, wants: () => true });

/** @throws SluiceError `DecodePolicyInvalid` naming what is allowed. */
export function parseDecodePolicy(text: string): DecodePolicy {
  const name = text.trim().toLowerCase();
  if (name === 'keyframes') return keyframesPolicy;
  if (name === 'full') return fullPolicy;
  const fps = /^fps:(\d{1,3})$/.exec(name);
  if (fps) {
    const count = Number(fps[1]);
    if (count >= 1 && count <= MAX_FPS) return fpsPolicy(count);
  }
  throw new SluiceError('DecodePolicyInvalid', `decode policy '${text}' is not known`, {
    kind: 'invalid',
    hint: `Use 'keyframes', 'fps:N' with N from 1 to ${MAX_FPS}, or 'full'.`,
  });
}

/** The policy that satisfies every user of a camera: the one that shows the most pictures. */
export function strongestPolicy(policies: Iterable<DecodePolicy>): DecodePolicy | undefined {
  let best: DecodePolicy | undefined;
  for (const policy of policies) if (!best || rank(policy) > rank(best)) best = policy;
  return best;
}

function rank(policy: DecodePolicy): number {
  if (policy.name === 'keyframes') return 0;
  return policy.maxFps === 0 ? Number.POSITIVE_INFINITY : policy.maxFps;
}
