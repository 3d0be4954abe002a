import type { Rule } from '../core/arguments.js';
import { schema } from './schema.js';
import { type AnyNode, isSetting } from './setting.js';

/** A configuration that `loadConfig` has made, or a copy of one with other values. */
export const wholeConfig: Rule = (value) => {
  const missing = missingIn(schema as unknown as AnyNode, value, '');
  if (missing === undefined) return undefined;
  return {
    place: missing,
    what: 'is missing: it must be the config that loadConfig returns, or a copy with other values',
  };
};

/** Where something is missing; undefined if nothing is. */
const missingIn = (node: AnyNode, value: unknown, place: string): string | undefined => {
  if (isSetting(node)) return undefined;
  if (typeof value !== 'object' || value === null) return place;
  for (const [name, child] of Object.entries(node.children as Record<string, AnyNode>)) {
    if (!(name in value)) return `${place}.${name}`;
    const missing = missingIn(child, (value as Record<string, unknown>)[name], `${place}.${name}`);
    if (missing !== undefined) return missing;
  }
  return undefined;
};
