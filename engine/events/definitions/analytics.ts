import { Type } from 'typebox';
import { AvaEvent, SluiceEvent } from '../catalogue.js';
import { defineEvent, fields, list, maybe, mediaTime, number, oneOf } from './definition.js';
import { Inference } from './inferences.js';

const delaySeconds = number('From the picture to the event, in s. Of extensions only');

/** A change of the picture as a whole. */
const sceneChange = <const Kind extends string, const Causes extends readonly string[]>(
  kind: Kind,
  when: string,
  causes: Causes,
) =>
  defineEvent({
    when,
    from: 'MotionDetectionProcessor',
    data: fields({
      timestamp: mediaTime,
      change: Type.Literal(kind, { description: 'What has changed' }),
      cause: oneOf(causes, 'What it looks like'),
      state: oneOf(['began', 'ended'], 'Whether it begins or is over'),
    }),
    example: { timestamp: 146_453_345_437_500, change: kind, cause: causes[0]!, state: 'began' } as never,
  });

export const ANALYTICS_EVENTS = {
  [AvaEvent.Inference]: defineEvent({
    when: 'Something was found in the picture, or the camera itself has found something',
    from: 'MotionDetectionProcessor, extensions, trackers, line crossing, spatial analysis, OnvifEventSource',
    data: Type.Union([
      fields(
        { timestamp: mediaTime, inferences: list(Inference, 'What was found'), delaySeconds: maybe(delaySeconds) },
        { title: 'Inferences' },
      ),
      fields(
        { timestamp: mediaTime, delaySeconds },
        {
          title: 'JSON of a server off the schema',
          description: 'As the server has sent it, with these two added',
          additionalProperties: true,
        },
      ),
    ]),
    example: {
      timestamp: 146_453_345_437_500,
      inferences: [
        {
          type: 'motion',
          motion: { box: { l: 0.4125, t: 0.308, w: 0.15, h: 0.3 } },
          extensions: { score: '0.900' },
        },
      ],
    },
  }),
  [SluiceEvent.SceneLightingChanged]: sceneChange(
    'lightingChanged',
    'Light or exposure has changed the picture as a whole; this is no motion',
    ['exposure', 'infrared', 'colour', 'unknown'],
  ),
  [SluiceEvent.SceneTampered]: sceneChange('tampered', 'The camera is covered or out of focus', [
    'covered',
    'defocus',
    'unknown',
  ]),
  [SluiceEvent.SceneFrozen]: sceneChange('frozen', 'The camera sends the same picture again and again', [
    'identicalPictures',
    'unknown',
  ]),
  [SluiceEvent.SceneMoved]: sceneChange('moved', 'The camera was turned, or shakes', ['pan', 'shake', 'unknown']),
};
