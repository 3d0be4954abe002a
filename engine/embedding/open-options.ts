import { wholeConfig } from '../config/index.js';
import {
  callback,
  fields,
  flag,
  listOf,
  object,
  optional,
  type Rule,
  rule,
  text,
  wholeNumber,
} from '../core/arguments.js';

const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);

/** Names and values are checked with the settings. Values are not shown: some are secrets. */
const settings: Rule = (value) => {
  const wrong = object(value);
  if (wrong) return wrong;
  for (const [name, given] of Object.entries(value as object)) {
    if (given === undefined || isScalar(given) || (Array.isArray(given) && given.every(isScalar))) continue;
    return { place: `['${name}']`, what: 'must be a string, a number, a boolean, or a list of them' };
  }
  return undefined;
};

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'];
const logger = rule(
  `a logger with the methods ${LEVELS.join(', ')}, such as pino's`,
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    LEVELS.every((level) => typeof (value as Record<string, unknown>)[level] === 'function'),
);

const options = fields({
  dataDir: text,
  settings: optional(settings),
  config: optional(wholeConfig),
  log: optional(logger),
  mediaPipelineLog: optional(logger),
  onError: optional(callback),
  resume: optional(flag),
  clipIdsAfter: optional(wholeNumber(0)),
  clock: optional(object),
  nodeTypes: optional(listOf(object)),
});

/** What `EngineOptions` may be. */
export const openOptions: Rule = (value) => {
  const wrong = options(value);
  if (wrong) return wrong;
  const { settings, config } = value as { settings?: unknown; config?: unknown };
  if (settings === undefined || config === undefined) return undefined;
  return { place: '.settings', what: 'cannot be given together with config: give them to loadConfig as overrides' };
};
