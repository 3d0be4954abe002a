import { readFileSync } from 'node:fs';

interface Topology {
  name: string;
  properties: object;
}

/** From dist/examples/demo, where this runs. */
const FOLDER = new URL('../../../examples/topologies/', import.meta.url);

/** An inference server looks at two pictures a second, and what it finds opens the gate. */
export const objectsToClips = (): Topology =>
  JSON.parse(readFileSync(new URL('objects-to-clips.json', FOLDER), 'utf8')) as Topology;
