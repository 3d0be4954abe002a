import type { IPublishPacket } from 'mqtt';
import type { Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import type { InputResult, InputRouter } from '../core/ports.js';
import { decodeBody, RateLimitedLog, userPropertiesOf } from './incoming.js';
import type { Topics } from './topics.js';
import type { HubStats } from './types.js';

/** Hands messages from the broker to IotHubMessageSource nodes. */
export class HubInputs {
  readonly counts: HubStats['inputs'] = { received: 0, delivered: 0, undelivered: 0, refused: 0 };
  readonly #router: InputRouter;
  readonly #clock: Clock;
  readonly #refusals: RateLimitedLog;
  readonly #strays: RateLimitedLog;

  constructor(router: InputRouter, clock: Clock, log: Logger) {
    this.#router = router;
    this.#clock = clock;
    this.#refusals = new RateLimitedLog((details, message) => log.warn(details, message));
    this.#strays = new RateLimitedLog((details, message) => log.info(details, message));
  }

  /** False if the topic is not that of an input. */
  take(packet: IPublishPacket, topics: Topics, limit: number): boolean {
    const target = topics.parseInput(packet.topic);
    if (!target) return false;
    this.counts.received++;
    const nowMs = this.#clock.monotonic() / 1000;
    const refuse = (why: string): true => {
      this.counts.refused++;
      this.#refusals.add(nowMs, { input: target.input, why }, 'a message to a hub input was refused');
      return true;
    };
    // The broker has kept it from some earlier time; it says nothing about the present.
    if (packet.retain) return refuse('it was retained');
    const body = decodeBody(packet.payload, limit);
    if (!body.ok) return refuse(body.why);

    const pipeline = target.pipeline ?? userPropertiesOf(packet)['pipeline'] ?? target.properties['pipeline'];
    const count = ({ delivered }: InputResult): void => {
      this.counts[delivered > 0 ? 'delivered' : 'undelivered']++;
      if (delivered > 0) return;
      this.#strays.add(nowMs, { input: target.input, pipeline }, 'no active pipeline takes messages of this input');
    };
    try {
      const result = this.#router.deliver(
        target.input,
        parseBody(body.text),
        pipeline === undefined ? {} : { pipeline },
      );
      if (result instanceof Promise) void result.then(count, (thrown: unknown) => refuse(messageOf(thrown)));
      else count(result);
    } catch (thrown) {
      return refuse(messageOf(thrown));
    }
    return true;
  }
}

const parseBody = (text: string): unknown => {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
