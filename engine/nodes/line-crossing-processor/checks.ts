import type { DocumentCheck } from '../../topology/node-definition.js';
import { parsePoints } from '../../topology/polygon.js';
import { checkUniqueNames } from '../../topology/schema/node-parts.js';
import type { LineCrossingDocument } from './schema.js';

/** Each line needs a name of its own, and a length: nothing can cross a point. */
export const checkLines = ({ lines }: Partial<LineCrossingDocument>, check: DocumentCheck): void => {
  checkUniqueNames(lines, 'line', check);
  for (const item of lines ?? []) {
    const text = typeof item?.line === 'string' ? check.fill(item.line) : undefined;
    const points = text === undefined ? undefined : parsePoints(text, 2, 2);
    if (!Array.isArray(points)) continue;
    const [from, to] = points;
    if (from?.[0] === to?.[0] && from?.[1] === to?.[1]) {
      check.report(check.places.of(item, 'line'), 'begins and ends at the same point; a line needs two different ones');
    }
  }
};
