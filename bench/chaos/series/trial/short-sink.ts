import { type Static, Type } from 'typebox';
import { seconds } from '../../../../engine/core/time.js';
import { defineNode } from '../../../../engine/nodes/node-type.js';
import { NODE_TYPES } from '../../../../engine/nodes/table.js';
import { AVA } from '../../../../engine/topology/node-definition.js';
import { micros, nameAndInputs, nodeType } from '../../../../engine/topology/schema/node-parts.js';
import { value } from '../../../../engine/topology/schema/value-rule.js';

export const SHORT_SINK = '#Trial.ShortSink';

const videoSink = NODE_TYPES.find(({ type }) => type === `${AVA}VideoSink`)!;

const ShortSink = Type.Object(
  {
    '@type': nodeType(SHORT_SINK),
    videoName: value({ kind: 'text', min: 1, max: 260 }, 'The video to write to.'),
    segmentLength: value(
      { kind: 'duration', min: seconds(1), max: seconds(300), assumed: 'PT2S' },
      'Length of its segments.',
    ),
    ...nameAndInputs,
  },
  { title: 'ShortSink', description: 'A VideoSink whose segments may be short.', additionalProperties: false },
);

/** The engine's own VideoSink, but with segments shorter than AVA's 30 seconds: a trial then sees many of them end. */
export const shortSink = defineNode<Static<typeof ShortSink>, object>({
  type: SHORT_SINK,
  family: 'sink',
  schema: ShortSink,
  provides: [],
  takes: videoSink.takes,
  settings: ({ videoName, segmentLength }, { pipelineName }) => ({
    videoName: videoName.replaceAll('${System.PipelineName}', pipelineName),
    title: '',
    description: '',
    segmentLength: micros(segmentLength, seconds(2)),
    retentionPeriod: undefined,
    previews: false,
  }),
  run: videoSink.run!,
});
