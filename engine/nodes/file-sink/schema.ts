import { type Static, Type } from 'typebox';
import { AVA } from '../../topology/node-definition.js';
import { nameAndInputs, nodeType } from '../../topology/schema/node-parts.js';
import { value } from '../../topology/schema/value-rule.js';

export const FileSink = Type.Object(
  {
    '@type': nodeType(`${AVA}FileSink`),
    baseDirectoryPath: value(
      { kind: 'path', min: 1, max: 4096 },
      "Absolute path of the folder for the clips. It is taken inside the engine's `media/` folder.",
    ),
    fileNamePattern: value(
      { kind: 'fileNamePattern', min: 1, max: 260, runtimeVariables: true },
      'Name of a clip. Holds at least one system variable. `.mp4` is appended.',
    ),
    maximumSizeMiB: value(
      { kind: 'int', min: 1, max: 2 ** 31 - 1 },
      'Disk space of this sink in MiB. Beyond it the oldest clips of this sink are deleted.',
    ),
    ...nameAndInputs,
  },
  { title: 'FileSink', description: 'One MP4 file for each opening of the gate.', additionalProperties: false },
);

export type FileSinkDocument = Static<typeof FileSink>;
