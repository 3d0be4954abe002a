import { type ServerDuplexStream, status } from '@grpc/grpc-js';
import { messageOf } from '../../engine/core/errors.js';
import type { WireInference, WireMessage, WireSample } from '../../engine/inference/grpc/contract.js';
import { BadRequest } from '../bad-request.js';
import type { Found, Wanted } from '../detector/found.js';
import type { DetectorPool } from '../detector/pool.js';
import { inferenceOf } from '../inferences.js';
import { readDescriptor, type StreamSettings } from './settings.js';

/** Who answers, in the descriptor. */
const IDENTIFIER = 'sluice-infer';
const ENTITY = 3;

export type Call = ServerDuplexStream<WireMessage, WireMessage>;

const wireOf = (found: Found): WireInference => ({ ...inferenceOf(found), type: ENTITY });

/**
 * One client's stream: a descriptor, then pictures. Each message is answered, in the order in which they came. Who sends
 * faster than pictures are looked at is read no further, so that nothing is refused and little waits here.
 */
export class Stream {
  readonly #call: Call;
  readonly #pool: DetectorPool;
  readonly #wanted: Wanted;
  readonly #atOnce: number;
  #settings: StreamSettings | undefined;
  /** Resolves when everything that has come has been answered. */
  #answered: Promise<void> = Promise.resolve();
  #underWay = 0;
  #sent = 0;
  #ended = false;

  /** @param atOnce pictures of this stream that may be under way */
  constructor(call: Call, pool: DetectorPool, wanted: Wanted, atOnce: number) {
    this.#call = call;
    this.#pool = pool;
    this.#wanted = wanted;
    this.#atOnce = atOnce;
  }

  run(): void {
    this.#call.on('data', (message: WireMessage) => this.#take(message));
    this.#call.on('end', () => {
      this.#answered = this.#answered.then(() => this.#end(() => this.#call.end()));
    });
    // The client or the connection has gone: nothing can be told to it.
    for (const gone of ['cancelled', 'error', 'close']) this.#call.on(gone, () => this.#end(() => {}));
  }

  #take(message: WireMessage): void {
    this.#underWay += 1;
    if (this.#settings === undefined || this.#underWay >= this.#atOnce) this.#call.pause();
    const answer = this.#answer(message);
    // Whoever fails first is told in its turn.
    answer.catch(() => {});
    this.#answered = this.#answered.then(async () => {
      try {
        this.#send(message, await answer);
      } catch (error) {
        this.#refuse(error);
      }
      this.#underWay -= 1;
      if (!this.#ended) this.#call.resume();
    });
  }

  async #answer({ mediaStreamDescriptor, mediaSample }: WireMessage): Promise<WireMessage> {
    if (this.#settings === undefined) {
      if (!mediaStreamDescriptor) throw new BadRequest('the first message must be a descriptor of the stream');
      const settings = await readDescriptor(mediaStreamDescriptor, this.#wanted);
      this.#settings = settings;
      if (this.#ended) await settings.memory?.close();
      return { mediaStreamDescriptor: { extensionIdentifier: IDENTIFIER } };
    }
    if (!mediaSample) throw new BadRequest('after the descriptor, every message must be a sample');
    const { format, wanted } = this.#settings;
    const bytes = await bytesOf(mediaSample, this.#settings);
    const found = await this.#pool.detect({ ...wanted, format, bytes });
    return { mediaSample: { timestamp: mediaSample.timestamp ?? 0, inferences: found.map(wireOf) } };
  }

  #send({ sequenceNumber = 0 }: WireMessage, answer: WireMessage): void {
    if (this.#ended) return;
    this.#sent += 1;
    this.#call.write({ sequenceNumber: this.#sent, ackSequenceNumber: sequenceNumber, ...answer });
  }

  #refuse(error: unknown): void {
    const code = error instanceof BadRequest ? status.INVALID_ARGUMENT : status.INTERNAL;
    this.#end(() => this.#call.emit('error', { code, details: messageOf(error) }));
  }

  #end(tell: () => void): void {
    if (this.#ended) return;
    this.#ended = true;
    tell();
    void this.#answered.then(() => this.#settings?.memory?.close());
  }
}

async function bytesOf(
  { contentBytes, contentReference }: WireSample,
  { memory }: StreamSettings,
): Promise<Uint8Array> {
  if (contentBytes) return contentBytes.bytes ?? new Uint8Array();
  if (!contentReference) throw new BadRequest('the sample has no content');
  if (!memory) throw new BadRequest('the sample is in shared memory, which the descriptor does not name');
  return memory.read(contentReference.addressOffset ?? 0, contentReference.lengthBytes ?? 0);
}
