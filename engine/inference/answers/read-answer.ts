import type { Answer, Inference } from '../types.js';
import { isObject } from './fields.js';
import { readInference } from './inference.js';
import { opaque } from './opaque.js';

export const NOTHING_FOUND: Answer = { inferences: [] };

/**
 * Reads the JSON of a server. Inferences in AVA's schema are taken. Everything else is passed on as it came, as AVA does:
 * as `foreign`, or, since that is an object, inside an `other` if it is none. Nothing is lost, and nothing is in both.
 *
 * What is nested so deeply that it could not be written again must have been refused before: see `isNestedDeeply`.
 */
export const readAnswer = (json: unknown): Answer => {
  if (json === null || (Array.isArray(json) && json.length === 0)) return NOTHING_FOUND;
  if (!isObject(json)) return { inferences: [opaque(Buffer.from(JSON.stringify(json)), 'application/json')] };
  const list = json['inferences'] ?? undefined;
  if (list === undefined)
    return Object.keys(json).some((name) => name !== 'inferences') ? foreign(json) : NOTHING_FOUND;
  if (!Array.isArray(list)) return foreign(json);
  const inferences: Inference[] = [];
  const strange: unknown[] = [];
  for (const item of list) {
    const inference = readInference(item);
    if (inference === undefined) strange.push(item);
    else inferences.push(inference);
  }
  if (strange.length === 0) return { inferences };
  return inferences.length === 0 ? foreign(json) : { inferences, foreign: { ...json, inferences: strange } };
};

const foreign = (json: Readonly<Record<string, unknown>>): Answer => ({ inferences: [], foreign: json });

/** AVA's schema needs six levels. What comes from a server is written again, and that takes stack for each level. */
const DEEPEST = 64;

export const isNestedDeeply = (json: unknown, levels = DEEPEST): boolean => {
  if (typeof json !== 'object' || json === null) return false;
  if (levels === 0) return true;
  for (const each of Array.isArray(json) ? json : Object.values(json)) {
    if (typeof each === 'object' && each !== null && isNestedDeeply(each, levels - 1)) return true;
  }
  return false;
};
