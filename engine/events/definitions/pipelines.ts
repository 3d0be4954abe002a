import { Type } from 'typebox';
import { AvaEvent, SluiceEvent } from '../catalogue.js';
import { count, defineEvent, fields, maybe, oneOf, share, text, yes } from './definition.js';

const PIPELINE_STATES = ['inactive', 'activating', 'active', 'deactivating'] as const;

export const PIPELINE_EVENTS = {
  [AvaEvent.PipelineStateChanged]: defineEvent({
    when: 'A live pipeline was activated or deactivated, or tries to be',
    from: 'live pipeline',
    data: fields({
      previousState: oneOf(PIPELINE_STATES, 'Before'),
      state: oneOf(PIPELINE_STATES, 'Now'),
      error: maybe(
        fields(
          { code: text('What it is called'), message: text('What happened') },
          { description: 'Why it failed, if it did' },
        ),
      ),
    }),
    example: { previousState: 'activating', state: 'active' },
  }),
  [AvaEvent.StorageError]: defineEvent({
    when: 'Something could not be written; once for each activation and reason',
    from: 'FileSink, VideoSink, live pipeline',
    data: fields({
      code: text(
        'What the error is called. `fileGone`: the file of a clip was removed or replaced while it was written',
      ),
      message: text('What could not be written and why'),
      hint: maybe(text('What to do')),
      outputLocation: maybe(text('File or video')),
    }),
    example: {
      code: 'ENOSPC',
      message: 'no space left on device',
      outputLocation: '/data/media/door/20261128T101500123Z.mp4',
    },
  }),
  [AvaEvent.RuntimeError]: defineEvent({
    when: 'A node cannot do its work, or has failed in the middle of it; the pipeline goes on',
    from: 'any node',
    data: fields({
      code: text(
        '`nodeFault`: a fault of the node type; report it to its author, with the log. `objectsNotTracked`: line crossing needs a ' +
          'tracker in front. Others are of spatial operations',
      ),
      message: text('What happened'),
      count: maybe(count('How often since the last such event, which comes at most once a minute')),
    }),
    example: { code: 'nodeFault', message: 'cannot read properties of undefined', count: 3 },
  }),
  [SluiceEvent.InputReceived]: defineEvent({
    when: 'A message on a hub input has reached a live pipeline; a recording that it starts correlates with this event',
    from: 'IotHubMessageSource',
    data: fields({
      hubInputName: text('The input'),
      message: maybe(Type.Unknown({ description: 'The message, or the beginning of its JSON if it is long' })),
      truncated: maybe(yes('It was long')),
    }),
    example: { hubInputName: 'doorSensor', message: { door: 'open' } },
  }),
  [SluiceEvent.InferenceRestored]: defineEvent({
    when: 'An inference server answers again, after an error of it was told',
    from: 'extensions',
    data: fields({
      state: Type.Literal('restored'),
      target: text('Address, without credentials'),
      unanswered: count('Pictures since then that have no answer'),
    }),
    example: { state: 'restored', target: 'http://127.0.0.1:44080/score', unanswered: 42 },
  }),
  [SluiceEvent.DetectionDegraded]: defineEvent({
    when: 'A node does not detect as it should',
    from: 'MotionDetectionProcessor, extensions, trackers',
    data: fields({
      state: Type.Literal('degraded'),
      cause: text('Why. `insensitive`: pictures are judged, and objects in much of them could not be found'),
      share: maybe(share('Of the picture in which an object could not be found; with `insensitive`')),
      action: oneOf(['recording everything', 'none'], 'What happens meanwhile'),
    }),
    example: { state: 'degraded', cause: 'insensitive', share: 0.72, action: 'none' },
  }),
  [SluiceEvent.DetectionRestored]: defineEvent({
    when: 'The node detects again',
    from: 'MotionDetectionProcessor, extensions, trackers',
    data: fields({ state: Type.Literal('restored'), cause: text('That of the event before') }),
    example: { state: 'restored', cause: 'insensitive' },
  }),
};
