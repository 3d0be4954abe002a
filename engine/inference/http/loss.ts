import type { LossCause, Trouble } from '../types.js';

/**
 * How long the server is left alone, by what has happened:
 *
 * - `network`: it is away, or what stands in front of it says so
 * - `credentials`: it will not think better of them soon, and may lock an account
 * - `address`: nothing is there that takes pictures
 * - `failing`: it stumbled over a picture, and the next may be another matter; or it stumbles over all of them
 */
export type WaitClass = 'network' | 'credentials' | 'address' | 'failing';

export interface Loss {
  readonly kind: 'loss';
  readonly cause: LossCause;
  readonly trouble: { readonly kind: Trouble['kind']; readonly code: string; readonly message: string };
  /** Or for how many milliseconds; absent: the next picture may be sent at once. */
  readonly wait?: WaitClass | number;
}

export const loss = (
  cause: LossCause,
  kind: Trouble['kind'],
  code: string,
  message: string,
  wait?: WaitClass | number,
): Loss => ({ kind: 'loss', cause, trouble: { kind, code, message }, ...(wait === undefined ? {} : { wait }) });
