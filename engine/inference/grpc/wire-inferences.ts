import type { Inference } from '../types.js';
import type { WireInference } from './contract.js';

/** Numbers of the contract's InferenceType. */
const TYPES = { classification: 1, motion: 2, entity: 3, text: 4, event: 5, other: 15 } as const;

type Type = keyof typeof TYPES;

const isType = (value: unknown): value is Type => typeof value === 'string' && Object.hasOwn(TYPES, value);

/**
 * Inferences of AVA's JSON as a server gets them beside a picture. Those of no type of the contract are left out: it has no
 * place for them. Of what they say, the encoder takes what the contract has.
 */
export const wireInferences = (inferences: readonly Inference[]): WireInference[] =>
  inferences.flatMap((inference) => {
    const { type } = inference;
    if (!isType(type)) return [];
    const wire = { [type]: {}, ...inference, type: TYPES[type] } as WireInference;
    if (wire.other)
      wire.other = { ...wire.other, contentBytes: Buffer.from(String(wire.other.contentBytes ?? ''), 'base64') };
    return [wire];
  });
