import { SluiceError } from '../core/errors.js';
import type { EventTypes } from '../events/event-types.js';
import type { EventFilter } from '../events/types.js';

export interface EventQuery {
  /** Absent: from now on, or in pages the newest. */
  since: number | undefined;
  filter: EventFilter;
}

const KEYS = new Set(['since', 'pipeline', 'type', 'token']);
/** These may be given more than once, and hold several values with commas: names and types have none. */
const LISTS = new Set(['pipeline', 'type']);

/**
 * The query of a request for events.
 *
 * @param others parameters that the caller reads itself
 * @throws SluiceError `BadRequest`, `EventFilterInvalid`, `EventTypeUnknown`
 */
export const parseEventQuery = (url: string, types: EventTypes, others: readonly string[] = []): EventQuery => {
  const mark = url.indexOf('?');
  const params = new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
  for (const key of params.keys()) {
    if (!KEYS.has(key) && !others.includes(key)) {
      throw refused(`unknown parameter ${key}: ${['since', 'pipeline', 'type', ...others].join(', ')} are known`);
    }
    if (!LISTS.has(key) && params.getAll(key).length > 1) throw refused(`${key} is given more than once`);
  }
  const filter: EventFilter = {};
  if (params.has('pipeline')) filter.pipeline = listOf(params, 'pipeline');
  if (params.has('type')) filter.type = listOf(params, 'type');
  types.check(filter);
  return { since: sequenceNumber('since', params.get('since') ?? undefined), filter };
};

const listOf = (params: URLSearchParams, key: string): string[] =>
  params.getAll(key).flatMap((each) => each.split(',').map((value) => value.trim()));

/** @throws SluiceError `BadRequest` */
export const sequenceNumber = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw refused(`${name} must be a sequence number, 0 or greater`);
};

const refused = (message: string): SluiceError => new SluiceError('BadRequest', message, { kind: 'invalid' });
