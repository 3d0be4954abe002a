import { DECODE_POLICIES, decodePolicyText, parseDecodePolicy } from '../core/decode-policy.js';
import { formatDuration, parseDuration } from '../core/duration.js';
import { parsePoints } from './polygon.js';
import type { ValueKind, ValueRule } from './schema/value-rule.js';

/** The canonical string of a value, or a message that says what is wrong and what is allowed. */
export type Checked = { text: string } | { problem: string };

const problem = (text: string): Checked => ({ problem: text });
const ok = (text: string): Checked => ({ text });

const CONTROL = /\p{Cc}/u;
const RESOURCE_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Known when a pipeline is resolved. */
export const STATIC_VARIABLES = ['System.TopologyName', 'System.PipelineName'] as const;
/** Known when a clip begins. */
export const RUNTIME_VARIABLES = ['System.Runtime.DateTime', 'System.Runtime.PreciseDateTime'] as const;

const lengthOf = (text: string, rule: ValueRule): Checked | undefined => {
  if (rule.min !== undefined && text.length < rule.min) {
    return problem(rule.min === 1 ? 'must not be empty' : `must have at least ${rule.min} characters`);
  }
  if (rule.max !== undefined && text.length > rule.max) {
    return problem(`has ${text.length} characters; at most ${rule.max} are allowed`);
  }
  return undefined;
};

const range = (rule: ValueRule, show: (n: number) => string): string => {
  if (rule.min !== undefined && rule.max !== undefined) return `from ${show(rule.min)} to ${show(rule.max)}`;
  if (rule.min !== undefined) return `of at least ${show(rule.min)}`;
  return rule.max === undefined ? '' : `of at most ${show(rule.max)}`;
};

const outside = (n: number, rule: ValueRule): boolean =>
  n < (rule.min ?? Number.NEGATIVE_INFINITY) || n > (rule.max ?? Number.POSITIVE_INFINITY);

const number = (text: string, rule: ValueRule, noun: string): Checked => {
  const trimmed = text.trim();
  const parsed = NUMBER.test(trimmed) ? Number(trimmed) : Number.NaN;
  const wanted = `must be ${noun} ${range(rule, String)}`.trim();
  if (!Number.isFinite(parsed) || outside(parsed, rule)) return problem(wanted);
  if (noun !== 'a number' && !Number.isSafeInteger(parsed)) return problem(wanted);
  return ok(trimmed);
};

const CHECKS: Record<ValueKind, (text: string, rule: ValueRule) => Checked> = {
  text: (text, rule) => lengthOf(text, rule) ?? ok(text),
  scalar: (text) => ok(text),
  enum: (text, rule) => {
    const found = rule.values!.find((candidate) => candidate.toLowerCase() === text.trim().toLowerCase());
    return found === undefined ? problem(`must be one of ${rule.values!.join(', ')}`) : ok(found);
  },
  bool: (text) => {
    const lower = text.trim().toLowerCase();
    return lower === 'true' || lower === 'false' ? ok(lower) : problem('must be true or false');
  },
  int: (text, rule) => number(text, rule, 'a whole number'),
  number: (text, rule) => number(text, rule, 'a number'),
  duration: (text, rule) => {
    const micros = parseDuration(text);
    const wanted = `must be an ISO-8601 duration ${range(rule, formatDuration)}`.trim();
    if (micros === undefined || outside(micros, rule)) return problem(wanted);
    if (rule.step !== undefined && micros % rule.step !== 0) {
      return problem(`must be a multiple of ${formatDuration(rule.step)}`);
    }
    return ok(text.trim());
  },
  url: (text, rule) => {
    const schemes = rule.schemes ?? [];
    const wanted = `must be a URL beginning with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`;
    const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#\s][^\s]*)$/i.exec(text.trim());
    if (!match || CONTROL.test(text) || !schemes.includes(match[1]!.toLowerCase())) return problem(wanted);
    return ok(text.trim());
  },
  path: (text, rule) => {
    if (!text.startsWith('/')) return problem('must be an absolute path, beginning with /');
    if (CONTROL.test(text)) return problem('must not contain control characters');
    return lengthOf(text, rule) ?? ok(text);
  },
  fileNamePattern: (text, rule) => {
    if (CONTROL.test(text)) return problem('must not contain control characters');
    const variables = [...STATIC_VARIABLES, ...RUNTIME_VARIABLES].map((name) => `\${${name}}`);
    if (!variables.some((variable) => text.includes(variable))) {
      return problem(`must contain at least one system variable: ${variables.join(', ')}`);
    }
    return lengthOf(text, rule) ?? ok(text);
  },
  line: (text) => {
    const points = parsePoints(text, 2, 2);
    return typeof points === 'string' ? problem(points) : ok(text);
  },
  polygon: (text) => {
    const points = parsePoints(text, 3, 1024);
    return typeof points === 'string' ? problem(points) : ok(text);
  },
  decodePolicy: (text) => {
    const policy = parseDecodePolicy(text);
    return policy === undefined ? problem(`must be ${DECODE_POLICIES}`) : ok(decodePolicyText(policy));
  },
  nodeName: (text) => {
    if (text.length < 1 || text.length > 64) return problem('must have 1 to 64 characters');
    return CONTROL.test(text) || /[/\\${}]/.test(text)
      ? problem('must not contain control characters or any of / \\ $ { }')
      : ok(text);
  },
  resourceName: (text, rule) =>
    text.length <= rule.max! && RESOURCE_NAME.test(text)
      ? ok(text)
      : problem(`must have 1 to ${rule.max} letters, digits or dashes, and no dash at either end`),
  parameterName: (text, rule) => {
    if (text.length < 1 || text.length > rule.max!) return problem(`must have 1 to ${rule.max} characters`);
    if (CONTROL.test(text) || /[${}]/.test(text)) return problem('must not contain control characters or any of $ { }');
    return /^system\./i.test(text) ? problem('must not begin with System., which is reserved') : ok(text);
  },
};

/** Checks a string whose parameters are all substituted. */
export const checkValue = (rule: ValueRule, text: string): Checked => CHECKS[rule.kind](text, rule);

const INT32 = 2 ** 31;

/** Checks the value of a parameter against its declared type. */
export const checkParameter = (type: string, text: string): Checked => {
  switch (type) {
    case 'int':
      return checkValue({ kind: 'int', min: -INT32, max: INT32 - 1 }, text);
    case 'double':
      return checkValue({ kind: 'number' }, text);
    case 'bool':
      return checkValue({ kind: 'bool' }, text);
    default:
      return ok(text);
  }
};
