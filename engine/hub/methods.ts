import type { IPublishPacket } from 'mqtt';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { type MethodResult, payloadJson, resultJson } from '../core/method-result.js';
import type { MethodInvoker } from '../core/ports.js';
import { decodeBody, userPropertiesOf } from './incoming.js';
import type { LinkMessage } from './link.js';
import type { ParsedMethodTopic, Topics } from './topics.js';
import type { HubStats } from './types.js';

const MAX_AT_ONCE = 16;

const failure = (status: number, code: string, message: string): MethodResult => ({
  status,
  payload: { error: { code, message } },
});

/** Direct methods over MQTT: one request, one response. */
export class HubMethods {
  readonly counts: HubStats['methods'] = { received: 0, answered: 0, refused: 0 };
  readonly #invoker: MethodInvoker;
  readonly #log: Logger;
  #running = 0;

  constructor(invoker: MethodInvoker, log: Logger) {
    this.#invoker = invoker;
    this.#log = log;
  }

  /** False if the topic is not that of a method. Otherwise `answer` is called once, unless the message was retained. */
  take(packet: IPublishPacket, topics: Topics, limit: number, answer: (message: LinkMessage) => void): boolean {
    const request = topics.parseMethod(packet.topic);
    if (!request) return false;
    this.counts.received++;
    const respond = (result: MethodResult): void => {
      answer(responseTo(packet, request, result, topics));
      this.counts.answered++;
    };
    const refuse = (result: MethodResult): true => {
      this.counts.refused++;
      respond(result);
      return true;
    };
    if (packet.retain) {
      // Whoever sent the request no longer waits for a response.
      this.counts.refused++;
      return true;
    }
    const body = decodeBody(packet.payload, limit);
    if (!body.ok) return refuse(failure(400, 'BadRequest', body.why));
    let payload: unknown = null;
    try {
      if (body.text !== '') payload = JSON.parse(body.text);
    } catch (thrown) {
      return refuse(failure(400, 'BadRequest', `payload is not JSON: ${messageOf(thrown)}`));
    }
    if (this.#running >= MAX_AT_ONCE) return refuse(failure(503, 'ServerBusy', `${MAX_AT_ONCE} methods are running`));
    void this.#run(request.method, payload, respond);
    return true;
  }

  async #run(method: string, payload: unknown, respond: (result: MethodResult) => void): Promise<void> {
    this.#running++;
    try {
      respond(await this.#invoker.invoke(method, payload));
    } catch (thrown) {
      this.#log.error({ method, why: messageOf(thrown) }, 'a direct method failed');
      respond(failure(500, 'InternalServerError', 'the method failed; the log of the engine says why'));
    } finally {
      this.#running--;
    }
  }
}

const responseTo = (
  packet: IPublishPacket,
  request: ParsedMethodTopic,
  result: MethodResult,
  topics: Topics,
): LinkMessage => {
  const asked = packet.properties?.responseTopic;
  // A response on a request topic would be taken as a request and answered, without end.
  const usable = asked && !/[+#\0]/.test(asked) && !topics.parseMethod(asked) && !topics.parseInput(asked);
  const bare = topics.responseCarriesStatus && !usable;
  return {
    topic: usable ? asked : topics.response(request, result.status),
    payload: String(bare ? (payloadJson(result) ?? null) : resultJson(result)),
    contentType: 'application/json',
    userProperties: { ...echoed(packet), status: String(result.status) },
    correlationData: packet.properties?.correlationData,
  };
};

/** For callers that match responses by a property instead of correlation data. */
const echoed = (packet: IPublishPacket): Record<string, string> => {
  const id = userPropertiesOf(packet)['id'];
  return id === undefined ? {} : { requestId: id };
};
