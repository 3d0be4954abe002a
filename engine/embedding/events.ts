import { abortSignal, callback, fields, listOf, optional, type Rule, text, wholeNumber } from '../core/arguments.js';
import type { EventTypes } from '../events/event-types.js';
import { type ReadOptions, readEvents } from '../events/read.js';
import type { Readers } from '../events/readers.js';
import {
  type EventHandler,
  type SubscribeOptions,
  type Subscription,
  type SubscriptionObserver,
  subscribe,
} from '../events/subscribe.js';
import type { EventJournal } from '../events/types.js';
import { face } from './face.js';
import type { Gate } from './gate.js';
import type { Events } from './types.js';

interface EventsDeps {
  journal: EventJournal;
  types: EventTypes;
  readers: Readers;
  observer: SubscriptionObserver;
}

const oneOrMore: Rule = (value) => (Array.isArray(value) ? listOf(text)(value) : text(value));
const filter = { pipeline: optional(oneOrMore), type: optional(oneOrMore) };
const since = optional(wholeNumber(0));

export const eventsFace = ({ journal, types, readers, observer }: EventsDeps, gate: Gate): Events =>
  face<Events>(
    'engine.events',
    {
      subscribe: (options: SubscribeOptions, handler: EventHandler): Subscription => {
        types.check(options);
        const subscription = subscribe(journal, options, handler, observer);
        const forget = readers.add(() => subscription.finish());
        void subscription.ended.then(forget);
        return subscription;
      },
      read: (options: ReadOptions = {}) => {
        types.check(options);
        return readEvents(journal, options, readers);
      },
    },
    {
      subscribe: {
        options: fields({ ...filter, since, onGap: optional(callback), onError: optional(callback) }),
        handler: callback,
      },
      read: {
        options: optional(fields({ ...filter, since, onGap: optional(callback), signal: optional(abortSignal) })),
      },
    },
    gate,
  );
