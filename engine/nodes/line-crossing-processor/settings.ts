import type { Line } from '../../spatial/line-passage.js';
import { type Point, parsePoints } from '../../topology/polygon.js';
import type { LineCrossingDocument } from './schema.js';

export interface LineCrossingSettings {
  lines: Line[];
}

export const lineCrossingSettings = ({ lines }: LineCrossingDocument): LineCrossingSettings => ({
  lines: lines.map(({ name, line }) => {
    // The document has been checked, so it is a list of two points.
    const [from, to] = parsePoints(line, 2, 2) as [Point, Point];
    return { name, from, to };
  }),
});
