import { parseDuration } from '../../core/duration.js';
import { type Micros, seconds } from '../../core/time.js';
import type { Scope } from '../../topology/node-definition.js';
import { substitute } from '../../topology/references.js';
import type { VideoSinkDocument } from './schema.js';

export interface VideoSinkSettings {
  videoName: string;
  title: string;
  description: string;
  segmentLength: Micros;
  /** Undefined: media is kept for ever. */
  retentionPeriod: Micros | undefined;
  previews: boolean;
}

const DEFAULT_SEGMENT: Micros = seconds(30);

export const videoSinkSettings = (document: VideoSinkDocument, scope: Scope): VideoSinkSettings => {
  const variables = new Map([
    ['System.TopologyName', scope.topologyName],
    ['System.PipelineName', scope.pipelineName],
  ]);
  const { videoName, videoCreationProperties: created = {}, videoPublishingOptions: published = {} } = document;
  const isTrue = (value: unknown): boolean => String(value).toLowerCase() === 'true';
  return {
    videoName: substitute(videoName, (variable) => variables.get(variable)),
    title: created.title ?? '',
    description: created.description ?? '',
    segmentLength: parseDuration(created.segmentLength ?? '') ?? DEFAULT_SEGMENT,
    retentionPeriod: parseDuration(created.retentionPeriod ?? ''),
    previews:
      isTrue(published.enableVideoPreviewImage ?? false) && !isTrue(published.disableVideoPreviewImage ?? false),
  };
};
