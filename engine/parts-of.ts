import { SluiceError } from './core/errors.js';
import type { Gate } from './embedding/gate.js';
import type { Parts } from './engine-parts.js';

/** What an engine consists of, and the way in for what acts for the program. */
export interface EngineParts extends Parts {
  gate: Gate;
}

const kept = new WeakMap<object, EngineParts>();

export const keepParts = (engine: object, parts: EngineParts): void => void kept.set(engine, parts);

/**
 * What an engine consists of, for the parts of this project that are built on it. Programs that embed the engine cannot
 * import this.
 * @throws SluiceError `ArgumentInvalid` if it is none
 */
export const partsOf = (engine: object): EngineParts => {
  const found = kept.get(engine ?? {});
  if (found) return found;
  throw new SluiceError('ArgumentInvalid', 'engine must be what Engine.open resolves with', { kind: 'invalid' });
};
