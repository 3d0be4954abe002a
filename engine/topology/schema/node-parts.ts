import { Type } from 'typebox';
import { parseDuration } from '../../core/duration.js';
import type { Micros } from '../../core/time.js';
import type { DocumentCheck } from '../node-definition.js';
import { value } from './value-rule.js';

export const OutputSelector = Type.Object(
  {
    property: value<'mediaType'>({ kind: 'enum', values: ['mediaType'], literal: true }, 'What is looked at.'),
    operator: value<'is' | 'isNot'>({ kind: 'enum', values: ['is', 'isNot'], literal: true }, 'How it is compared.'),
    value: value<'audio' | 'video' | 'application'>(
      { kind: 'enum', values: ['audio', 'video', 'application'], literal: true },
      'What it is compared with. `application` is data and metadata.',
    ),
  },
  { title: 'OutputSelector', description: 'Takes some of the streams of a node.', additionalProperties: false },
);

export const NodeInput = Type.Object(
  {
    nodeName: value({ kind: 'nodeName', literal: true }, 'The node whose output is taken.'),
    outputSelectors: Type.Optional(
      Type.Array(OutputSelector, {
        default: [],
        maxItems: 16,
        description: 'All of these must hold. Empty: every stream.',
      }),
    ),
  },
  { title: 'NodeInput', description: 'An edge of the graph.', additionalProperties: false },
);

export const nodeType = <const T extends string>(name: T) =>
  Type.Literal(name, { description: 'Discriminator of the node type. Case does not matter.' });

export const nodeName = value({ kind: 'nodeName', literal: true }, 'Unique in the topology.');

/** Goes last, so that what makes a node special is read first, as AVA writes it. */
export const nameAndInputs = {
  name: nodeName,
  inputs: Type.Array(NodeInput, { minItems: 1, maxItems: 32, description: 'Where the node takes its input from.' }),
};

/** A duration of a checked document in µs. */
export const micros = (text: string | undefined, fallback: Micros): Micros =>
  text === undefined ? fallback : (parseDuration(text) ?? fallback);

type Loose = Partial<Record<string, unknown>>;

/** Reports items of a list that share a name. While a parameter is open, names are the same if they are written the same. */
export const checkUniqueNames = (items: unknown, noun: string, { fill, places, report }: DocumentCheck): void => {
  const seen = new Set<string>();
  for (const item of Array.isArray(items) ? (items as Loose[]) : []) {
    const name = item?.['name'];
    if (typeof name !== 'string') continue;
    const known = fill(name) ?? name;
    if (seen.has(known)) report(places.of(item, 'name'), `is the name of another ${noun} already`);
    seen.add(known);
  }
};
