import { readFileSync, statSync } from 'node:fs';
import { messageOf } from '../core/errors.js';
import { JSON_LIMITS } from './json-limits.js';
import { parseJson } from './json-syntax.js';
import type { NodeTable } from './node-table.js';
import type { Problem } from './problem.js';
import type { Topology } from './schema/documents.js';
import { validateTopology } from './validate.js';

/** A topology from a file, or one line for each problem. */
export type TopologyFile = { topology: Topology; problems: [] } | { topology?: undefined; problems: string[] };

/** UTF-8 takes up to four bytes per character. The rest is for punctuation and white space. */
const MAX_BYTES = 8 * JSON_LIMITS.totalText;

/** `file#/json/pointer: message` */
export const problemLine = (file: string, { pointer, message }: Problem): string =>
  `${file}#${pointer}: ${message}`
    .split('\n')
    .map((line) => line.trim())
    .join(' ');

/** Reads and validates a topology. Never throws. */
export const readTopologyFile = (table: NodeTable, file: string): TopologyFile => {
  let text: string;
  try {
    if (statSync(file).size > MAX_BYTES) return { problems: [`${file}: is larger than ${MAX_BYTES} bytes`] };
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    return { problems: [`${file}: cannot be read: ${messageOf(error)}`] };
  }
  const parsed = parseJson(text);
  if ('problem' in parsed) {
    const { line, column, message } = parsed.problem;
    return { problems: [`${file}:${line}:${column}: is not JSON: ${message}`] };
  }
  const { topology, problems } = validateTopology(table, parsed.json);
  return topology ? { topology, problems: [] } : { problems: problems.map((problem) => problemLine(file, problem)) };
};
