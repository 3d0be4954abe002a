import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALWAYS_TO_VIDEO, MOTION_TO_CLIPS } from '../../../engine/cli/record/topologies.js';
import { validateTopology } from '../../kit/topology.js';

const FOLDER = resolve(import.meta.dirname, '../../../examples/topologies');
const files = readdirSync(FOLDER);
const read = (file: string) => readFileSync(resolve(FOLDER, file), 'utf8');

describe('examples/topologies', () => {
  it.each(files)('%s is valid, says what it does, and is named like its file', (file) => {
    const { topology, problems } = validateTopology(JSON.parse(read(file)));
    expect(problems).toEqual([]);
    expect(`${topology?.name}.json`).toBe(file);
    expect(topology?.properties.description).toMatch(/\w/);
  });

  it('lets sound through the gate of sluice record', () => {
    const gate = MOTION_TO_CLIPS.properties.processors.find(({ name }) => name === 'gate');
    expect(gate?.inputs).toContainEqual({ nodeName: 'camera' });
  });

  it.each([MOTION_TO_CLIPS, ALWAYS_TO_VIDEO])('has $name as sluice record runs it', (topology) => {
    const file = `${topology.name}.json`;
    if (process.env['SLUICE_UPDATE_DOCS'])
      writeFileSync(resolve(FOLDER, file), `${JSON.stringify(topology, null, 2)}\n`);
    expect(JSON.parse(read(file))).toEqual(topology);
  });
});
