/** AVA's inference schema: what was found in pictures. */
import { Type } from 'typebox';
import { fields, list, maybe, number, share, text } from './definition.js';

const box = fields(
  {
    l: share('Left'),
    t: share('Top'),
    w: share('Width'),
    h: share('Height'),
  },
  { description: "A box, in shares of the picture's width and height" },
);

const tag = fields({ value: text('Label'), confidence: maybe(share('How sure')) }, { description: 'What it is' });

const attributes = list(
  fields({ name: text('Name'), value: text('Value'), confidence: maybe(share('How sure')) }),
  'More about it',
);

const common = {
  subtype: maybe(text('What kind of this type')),
  inferenceId: maybe(text('Names this inference')),
  sequenceId: maybe(text('Names the object that a tracker follows from picture to picture')),
  relatedInferences: maybe(list(Type.String(), '`inferenceId`s of what it is about')),
  extensions: maybe(Type.Record(Type.String(), Type.String(), { description: 'What the schema has no place for' })),
};

const MotionInference = fields({
  type: Type.Literal('motion', { description: 'Which of them' }),
  ...common,
  motion: fields({ box: maybe(box) }, { description: 'Something has moved' }),
});

const EntityInference = fields({
  type: Type.Literal('entity', { description: 'Which of them' }),
  ...common,
  entity: fields(
    { tag, box, id: maybe(text('Identifies the object')), attributes: maybe(attributes) },
    { description: 'An object' },
  ),
});

const ClassificationInference = fields({
  type: Type.Literal('classification', { description: 'Which of them' }),
  ...common,
  classification: fields({ tag, attributes: maybe(attributes) }, { description: 'What the whole picture shows' }),
});

const EventInference = fields({
  type: Type.Literal('event', { description: 'Which of them' }),
  ...common,
  event: fields(
    {
      name: text('What has happened'),
      properties: maybe(Type.Record(Type.String(), Type.String(), { description: 'More about it' })),
      box: maybe(box),
    },
    { description: 'Something that has happened: a line crossed, a zone entered, an ONVIF event' },
  ),
});

const TextInference = fields({
  type: Type.Literal('text', { description: 'Which of them' }),
  ...common,
  text: fields(
    {
      value: text('The text'),
      language: maybe(text('BCP 47 code')),
      startTimestamp: maybe(number('Begin, in media time')),
      endTimestamp: maybe(number('End, in media time')),
    },
    { description: 'Text that was read' },
  ),
});

const OtherInference = fields({
  type: Type.Literal('other', { description: 'Which of them' }),
  ...common,
  other: fields(
    { contentType: maybe(text('Media type')), contentBytes: maybe(text('Base64')) },
    { description: 'Bytes that only the reader of the event understands' },
  ),
});

export const Inference = Type.Union(
  [MotionInference, EntityInference, ClassificationInference, EventInference, TextInference, OtherInference],
  { title: 'Inference' },
);
