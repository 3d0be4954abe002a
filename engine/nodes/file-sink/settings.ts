import { parseDuration } from '../../core/duration.js';
import type { Micros } from '../../core/time.js';
import type { Scope } from '../../topology/node-definition.js';
import { substitute } from '../../topology/references.js';
import type { FileSinkDocument } from './schema.js';

export interface FileSinkSettings {
  baseDirectoryPath: string;
  /** Parameters and static system variables are substituted; `${System.Runtime.…}` is not. */
  fileNamePattern: string;
  maximumSizeMiB: number;
  /** Undefined: clips are kept as long as there is room. */
  retentionPeriod: Micros | undefined;
}

export const fileSinkSettings = (document: FileSinkDocument, scope: Scope): FileSinkSettings => {
  const variables = new Map([
    ['System.TopologyName', scope.topologyName],
    ['System.PipelineName', scope.pipelineName],
  ]);
  return {
    baseDirectoryPath: document.baseDirectoryPath,
    fileNamePattern: substitute(document.fileNamePattern, (variable) => variables.get(variable)),
    maximumSizeMiB: Number(document.maximumSizeMiB),
    retentionPeriod: parseDuration(document.retentionPeriod ?? ''),
  };
};
