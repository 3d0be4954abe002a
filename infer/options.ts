import { SluiceError } from '../engine/core/errors.js';
import type { Wanted } from './detector/found.js';
import { OBJECTS, parseObjects } from './detector/objects.js';

/** What the server looks for, from `--objects` and `--minimum-confidence`. */
export const wantedObjects = (list: string | undefined, minimumConfidence: number): Wanted => {
  const { objects, unknown } = parseObjects(list ?? '');
  if (unknown.length > 0) {
    throw new SluiceError('UnknownObject', `the model knows no ${unknown.join(', ')}`, {
      kind: 'invalid',
      hint: `It knows ${OBJECTS.join(', ')}.`,
    });
  }
  return objects.size > 0 ? { minimumConfidence, objects } : { minimumConfidence };
};
