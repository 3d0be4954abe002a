import type { Inference } from '../types.js';
import { confidence, isObject, listOf, number, objectOf, type Reader, text, textMap, trimmedText } from './fields.js';

const tag = objectOf({ value: text }, { confidence });
const attributes = listOf(objectOf({ name: text, value: text }, { confidence }));
/** Of any size: some servers count in pixels, and only `placeBoxes` knows how many there are. */
const box = objectOf({ l: number, t: number, w: number, h: number }, {});

/** What the types of inferences carry, each in a member of the type's name. */
const PAYLOADS: Readonly<Record<string, Reader>> = {
  classification: objectOf({ tag }, { attributes }),
  motion: objectOf({}, { box }),
  entity: objectOf({ tag, box }, { id: text, attributes }),
  event: objectOf({ name: text, properties: textMap }, { box }),
  text: objectOf({ value: text }, { language: text, startTimestamp: number, endTimestamp: number }),
  other: objectOf({}, { contentType: text, contentBytes: text }),
};
const TYPES = Object.keys(PAYLOADS);

/** `ENTITY` is how AVA's own players write it, and some servers with them. */
const type: Reader = (value) => (typeof value === 'string' ? value.trim().toLowerCase() : undefined);

const READERS: Readonly<Record<string, Reader>> = Object.fromEntries(
  TYPES.map((name) => [
    name,
    objectOf(
      { type, [name]: PAYLOADS[name]! },
      {
        subtype: trimmedText,
        inferenceId: text,
        sequenceId: text,
        relatedInferences: listOf(text),
        extensions: textMap,
      },
    ),
  ]),
);

/** An inference in AVA's schema, mended where only one thing can be meant; undefined for what is not in the schema. */
export const readInference = (value: unknown): Inference | undefined => {
  if (!isObject(value)) return undefined;
  const given = value['type'] ?? null;
  if (given === null) {
    // The payload says what it is, if there is just one.
    const [only, ...others] = TYPES.filter((name) => isObject(value[name]));
    return only === undefined || others.length > 0
      ? undefined
      : (READERS[only]!({ ...value, type: only }) as Inference);
  }
  const name = type(given);
  if (typeof name !== 'string' || !Object.hasOwn(READERS, name)) return undefined;
  return READERS[name]!(value) as Inference | undefined;
};
