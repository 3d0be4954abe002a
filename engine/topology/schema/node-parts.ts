import { Type } from 'typebox';
import { parseDuration } from '../../core/duration.js';
import type { Micros } from '../../core/time.js';
import type { DocumentCheck } from '../node-definition.js';
import { value } from './value-rule.js';

const OutputSelector = Type.Object(
  {
    property: value<'mediaType'>(
      { kind: 'enum', values: ['mediaType'], literal: true },
      'The property that is compared.',
    ),
    operator: value<'is' | 'isNot'>({ kind: 'enum', values: ['is', 'isNot'], literal: true }, 'How it is compared.'),
    value: value<'audio' | 'video' | 'application'>(
      { kind: 'enum', values: ['audio', 'video', 'application'], literal: true },
      'The value that it is compared with. `application` is data and metadata.',
    ),
  },
  { title: 'OutputSelector', description: 'Selects some of the streams of a node.', additionalProperties: false },
);

const NodeInput = Type.Object(
  {
    nodeName: value({ kind: 'nodeName', literal: true }, 'The node that the input comes from.'),
    outputSelectors: Type.Optional(
      Type.Array(OutputSelector, {
        default: [],
        maxItems: 16,
        description: 'A stream must match all of them. Empty: every stream.',
      }),
    ),
  },
  { title: 'NodeInput', description: 'An edge of the graph.', additionalProperties: false },
);

export const nodeType = <const T extends string>(name: T) =>
  Type.Literal(name, { description: 'Discriminator of the node type. Case does not matter.' });

export const nodeName = value({ kind: 'nodeName', literal: true }, 'Unique in the topology.');

/** Added after a type's own properties, in the order that AVA writes them. */
export const nameAndInputs = {
  name: nodeName,
  inputs: Type.Array(NodeInput, { minItems: 1, maxItems: 32, description: 'Where the node takes its input from.' }),
};

/** A duration of a valid document in µs. */
export const micros = (text: string | undefined, fallback: Micros): Micros =>
  text === undefined ? fallback : (parseDuration(text) ?? fallback);

type Loose = Partial<Record<string, unknown>>;

/**
 * Reports items of a list that have the same name. Names whose parameters are not known yet are compared as they are
 * written.
 */
export const checkUniqueNames = (items: unknown, noun: string, { fill, places, report }: DocumentCheck): void => {
  const seen = new Set<string>();
  for (const item of Array.isArray(items) ? (items as Loose[]) : []) {
    const name = item?.['name'];
    if (typeof name !== 'string') continue;
    const known = fill(name) ?? name;
    if (seen.has(known)) report(places.of(item, 'name'), `is already the name of another ${noun}`);
    seen.add(known);
  }
};
