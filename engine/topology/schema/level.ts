import type { ValueRule } from './value-rule.js';

export type Level = 'low' | 'medium' | 'high';

/** A choice of three. */
export const level: ValueRule = { kind: 'enum', values: ['low', 'medium', 'high'] };
