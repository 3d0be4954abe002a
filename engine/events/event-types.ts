import { SluiceError } from '../core/errors.js';
import { nearest } from '../core/nearest.js';
import { listed, typeMatches } from './filter.js';
import { EVENT_TYPES } from './schemas.js';
import type { EventFilter } from './types.js';

/** All types in these are the engine's. */
const OWN_NAMESPACES = ['Microsoft.VideoAnalyzer.', 'Sluice.'];
const HINT = 'docs/guide/events.md has the filters.';
const MOST_LISTED = 100;
const LONGEST = 256;

/** Knows which types of events can come, so that a misspelt filter is refused rather than silent for ever. */
export class EventTypes {
  readonly #open: boolean;

  /** @param open whether a program has added node types, whose events have types that nobody has listed */
  constructor(open = false) {
    this.#open = open;
  }

  /**
   * @param whose what messages begin with, if there may be several filters
   * @throws SluiceError `EventFilterInvalid`, `EventTypeUnknown`
   */
  check(filter: EventFilter, whose = ''): void {
    const invalid = (message: string): SluiceError =>
      new SluiceError('EventFilterInvalid', `${whose}${message}`, { kind: 'invalid', hint: HINT });
    for (const [name, part] of [
      ['type', listed(filter.type)],
      ['pipeline', listed(filter.pipeline)],
    ] as const) {
      if (part.length > MOST_LISTED) throw invalid(`a filter lists at most ${MOST_LISTED} of ${name}`);
      if (part.includes('')) throw invalid(`${name} is empty: leave it out to get all`);
      if (part.some((each) => each.length > LONGEST)) throw invalid(`${name} is longer than ${LONGEST} characters`);
    }
    for (const wanted of listed(filter.type)) {
      if (/\*/.test(wanted.replace(/(?:^|(?<=[^.*]\.))\*$/, ''))) {
        throw invalid(`type ${wanted}: * stands at the end only, behind a dot, as in Sluice.Diagnostics.*`);
      }
      if (!this.#canCome(wanted)) throw unknown(wanted, whose);
    }
  }

  #canCome(wanted: string): boolean {
    if (EVENT_TYPES.some((type) => typeMatches(type, wanted))) return true;
    return this.#open && !OWN_NAMESPACES.some((namespace) => wanted.startsWith(namespace));
  }
}

const unknown = (wanted: string, whose: string): SluiceError => {
  const close = nearest(wanted, spellings(wanted.endsWith('*')));
  const hint = close === undefined ? 'docs/ref/events.md lists them' : `did you mean ${close}?`;
  const message = `${whose}no event has the type ${wanted}; ${hint}`;
  return new SluiceError('EventTypeUnknown', message, { kind: 'invalid', hint });
};

/** Everything that can be written for one of the known types: its dotted suffixes, or with `.*` what may stand in front. */
function* spellings(open: boolean): Generator<string> {
  for (const type of EVENT_TYPES) {
    const parts = type.split('.');
    for (let from = 0; from < parts.length; from++) {
      if (!open) yield parts.slice(from).join('.');
      else for (let to = from + 1; to < parts.length; to++) yield `${parts.slice(from, to).join('.')}.*`;
    }
  }
}
