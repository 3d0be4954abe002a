import { type Static, Type } from 'typebox';
import { seconds } from '../../core/time.js';
import { AVA } from '../../topology/node-definition.js';
import { nameAndInputs, nodeType } from '../../topology/schema/node-parts.js';
import { value } from '../../topology/schema/value-rule.js';

const DAY = seconds(86_400);

export const FileSink = Type.Object(
  {
    '@type': nodeType(`${AVA}FileSink`),
    baseDirectoryPath: value(
      { kind: 'path', min: 1, max: 4096 },
      "Absolute path of the folder for the clips. It is interpreted inside the engine's `media/` folder.",
    ),
    fileNamePattern: value(
      { kind: 'fileNamePattern', min: 1, max: 260, runtimeVariables: true },
      'Name of a clip, with at least one system variable in it. `.mp4` is appended.',
    ),
    maximumSizeMiB: value(
      { kind: 'int', min: 1, max: 2 ** 31 - 1 },
      'Disk space of this sink in MiB. If its clips take more, the oldest are deleted.',
    ),
    retentionPeriod: Type.Optional(
      value(
        { kind: 'duration', min: DAY, max: 3650 * DAY, step: DAY },
        "Sluice's extension: how long clips are kept, in whole days: `P30D`. Absent: as long as there is room.",
      ),
    ),
    ...nameAndInputs,
  },
  { title: 'FileSink', description: 'Writes one MP4 file each time the gate opens.', additionalProperties: false },
);

export type FileSinkDocument = Static<typeof FileSink>;
