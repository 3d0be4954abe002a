import type { Inference } from '../types.js';
import type { WireAttribute, WireInference, WireRectangle, WireTag } from './contract.js';

/** Numbers of the contract's InferenceType. */
const TYPES = { classification: 1, motion: 2, entity: 3, text: 4, event: 5, other: 15 } as const;

type Type = keyof typeof TYPES;

type Json = Readonly<Record<string, unknown>>;

interface Payload extends Json {
  readonly tag?: WireTag;
  readonly attributes?: WireAttribute[];
  readonly box?: WireRectangle;
}

const isType = (value: unknown): value is Type => typeof value === 'string' && Object.hasOwn(TYPES, value);

/** Members that have another form in JSON. The encoder takes of the others what the contract has, and leaves out what is foreign. */
const payloadOf = (type: Type, payload: Payload): Json =>
  type === 'other'
    ? { ...payload, contentBytes: Buffer.from(String(payload['contentBytes'] ?? ''), 'base64') }
    : payload;

/**
 * Inferences of AVA's JSON as a server gets them beside a picture. Those of no type of the contract are left out: it has no
 * place for them.
 */
export const wireInferences = (inferences: readonly Inference[]): WireInference[] =>
  inferences.flatMap((inference) => {
    const { type } = inference;
    if (!isType(type)) return [];
    const payload = (inference[type] ?? {}) as Payload;
    return [{ ...inference, type: TYPES[type], [type]: payloadOf(type, payload) } as WireInference];
  });
