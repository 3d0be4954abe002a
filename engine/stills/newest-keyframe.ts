import type { CameraSession } from '../camera/session.js';
import type { AccessUnit } from '../camera/types.js';
import type { Keyframe } from './still-desk.js';

export type RingSession = Pick<CameraSession, 'ring' | 'capsOf' | 'toUtc' | 'address'>;

/** Units of one picture at most, where a camera refreshes its pictures bit by bit. */
const MOST_UNITS = 500;
const numbers = new WeakMap<object, number>();
let lastNumber = 0;

/** The newest picture of a camera that needs none before it. Undefined while there is none. */
export const newestKeyframe = (session: RingSession): Keyframe | undefined => {
  const { ring } = session;
  // One that becomes right bit by bit counts from when it is.
  const key = (ring.newest && ring.lastKeyframeAtOrBefore(ring.newest.pts)) ?? ring.lastKeyframe();
  const caps = key && session.capsOf(key.epoch);
  if (!key || !caps) return undefined;
  const number = numbers.get(session) ?? ++lastNumber;
  numbers.set(session, number);
  return {
    id: `camera ${number} ${key.index}`,
    utc: session.toUtc(key.pts),
    caps,
    owner: session.address.owner,
    units: () => unitsOf(session, key),
  };
};

/** Copies: what is in the ring may leave it. */
const unitsOf = ({ ring }: RingSession, key: AccessUnit): Uint8Array[] => {
  const units = [Uint8Array.from(key.payload)];
  const right = key.pts + (key.settling ?? 0);
  for (let at = key.index + 1; at < ring.nextIndex && units.length < MOST_UNITS; at++) {
    const unit = ring.at(at);
    if (unit?.track !== 'video') continue;
    if (unit.epoch !== key.epoch || unit.pts > right) break;
    units.push(Uint8Array.from(unit.payload));
  }
  return units;
};
