import { inSixDecimals, sixDecimals } from '../../core/six-decimals.js';
import type { Inference } from '../types.js';
import type { WireAttribute, WireInference, WireRectangle, WireTag } from './contract.js';

const text = <Name extends string>(name: Name, value: string | undefined) => (value ? { [name]: value } : {});

// A confidence of 0 and none are the same on the wire; "none" is what servers mean.
const confidence = (value: number | undefined) =>
  value !== undefined && Number.isFinite(value) ? { confidence: sixDecimals(value) } : {};

const tag = (wire: WireTag | undefined) =>
  wire ? { tag: { value: wire.value ?? '', ...confidence(wire.confidence) } } : {};

const attributes = (wire: readonly WireAttribute[] | undefined) =>
  wire?.length
    ? {
        attributes: wire.map(({ name = '', value = '', confidence: sure }) => ({ name, value, ...confidence(sure) })),
      }
    : {};

const box = (wire: WireRectangle | undefined) => {
  if (!wire) return {};
  const { l = 0, t = 0, w = 0, h = 0 } = wire;
  if (![l, t, w, h].every(Number.isFinite)) throw new RangeError('a box is not made of numbers');
  return { box: inSixDecimals({ l, t, w, h }) };
};

const moment = (name: string, value: number | undefined) => (value === undefined ? {} : { [name]: value });

/** The part that is named like the type. Strings that AVA's schema asks for stay, even if they are empty. */
const PAYLOADS = {
  classification: ({ classification: it = {} }: WireInference) => ({ ...tag(it.tag), ...attributes(it.attributes) }),
  motion: ({ motion: it = {} }: WireInference) => box(it.box),
  entity: ({ entity: it = {} }: WireInference) => ({
    ...text('id', it.id),
    ...tag(it.tag),
    ...attributes(it.attributes),
    ...box(it.box),
  }),
  text: ({ text: it = {} }: WireInference) => ({
    value: it.value ?? '',
    ...text('language', it.language),
    ...moment('startTimestamp', it.startTimestamp),
    ...moment('endTimestamp', it.endTimestamp),
  }),
  event: ({ event: it = {} }: WireInference) => ({ name: it.name ?? '', properties: { ...it.properties } }),
  other: ({ other: it = {} }: WireInference) => ({
    ...text('contentType', it.contentType),
    contentBytes: Buffer.from(it.contentBytes ?? []).toString('base64'),
  }),
};

/**
 * Says it in AVA's JSON, with boxes as the server gave them. The type is that of the value: servers leave the field at
 * AUTO or set one that does not fit.
 *
 * @returns undefined if it says nothing: no value, one of a newer contract, or a box that is not made of numbers
 */
const inferenceOf = (wire: WireInference): Inference | undefined => {
  const type = wire.value;
  if (type === undefined) return undefined;
  try {
    return {
      type,
      ...text('subtype', wire.subtype),
      ...text('inferenceId', wire.inferenceId),
      ...(wire.relatedInferences?.length ? { relatedInferences: wire.relatedInferences } : {}),
      ...text('sequenceId', wire.sequenceId),
      [type]: PAYLOADS[type](wire),
      ...(wire.extensions && Object.keys(wire.extensions).length > 0 ? { extensions: { ...wire.extensions } } : {}),
    };
  } catch {
    return undefined;
  }
};

/** @returns the inferences of an answer, and how many of them could not be understood */
export const inferencesOf = (wire: readonly WireInference[]): { inferences: Inference[]; bad: number } => {
  const inferences = wire.map(inferenceOf).filter((inference) => inference !== undefined);
  return { inferences, bad: wire.length - inferences.length };
};
