import { readFileSync } from 'node:fs';
import { Client } from 'undici';
import type { Clock } from '../core/clock.js';
import { messageOf, SluiceError } from '../core/errors.js';
import { signingKeyOf } from '../core/signing-key.js';
import { MICROS_PER_MS } from '../core/time.js';
import { type Letter, webhookHeaders } from './parcel.js';
import type { WebhookSettings } from './types.js';
import { type Verdict, verdictOn, verdictOnError } from './verdict.js';

/** As much of an answer is read, so that its connection can be used again. What it says is not looked at. */
const MOST_ANSWER_BYTES = 64 * 1024;

/** The connection to one server. */
export class PostBox {
  /** Scheme, host and port: the rest of such addresses often holds a key. */
  readonly target: string;
  readonly #settings: WebhookSettings;
  readonly #clock: Clock;
  readonly #path: string;
  readonly #key: Buffer | undefined;
  readonly #client: Client;
  readonly #stop = new AbortController();

  /** @throws SluiceError `WebhookInvalid` if a file of certificates cannot be read. */
  constructor(settings: WebhookSettings, clock: Clock) {
    const url = new URL(settings.url ?? '');
    this.target = url.origin;
    this.#settings = settings;
    this.#clock = clock;
    this.#path = `${url.pathname}${url.search}`;
    this.#key = settings.secret === undefined ? undefined : signingKeyOf(settings.secret);
    this.#client = new Client(url.origin, {
      // The engine's clock decides how long a request may take.
      headersTimeout: 0,
      bodyTimeout: 0,
      // An attempt to connect that nobody waits for any more must end, too: the next request would wait for it.
      connect: {
        timeout: settings.timeout / MICROS_PER_MS,
        rejectUnauthorized: settings.verifyServer,
        ...filesOf(settings),
      },
    });
  }

  /** Never rejects. */
  async post(letter: Letter): Promise<Verdict> {
    const { timeout, authorization } = this.#settings;
    const late = new AbortController();
    const cancel = this.#clock.after(timeout / MICROS_PER_MS, () => late.abort());
    try {
      const { statusCode, headers, body } = await this.#client.request({
        method: 'POST',
        path: this.#path,
        headers: {
          'content-type': letter.contentType,
          'user-agent': 'Sluice',
          ...webhookHeaders(letter, this.#key, this.#clock.utc()),
          ...(authorization === undefined ? {} : { authorization }),
        },
        body: letter.body,
        signal: AbortSignal.any([late.signal, this.#stop.signal]),
      });
      const verdict = verdictOn(statusCode, headers, this.#clock.utc());
      // The status says it all, even if the rest does not come.
      await body.dump({ limit: MOST_ANSWER_BYTES }).catch(() => undefined);
      return verdict;
    } catch (error) {
      if (!late.signal.aborted) return verdictOnError(error, this.target);
      return { kind: 'failed', why: `${this.target} has not answered within ${timeout / MICROS_PER_MS} ms` };
    } finally {
      cancel();
    }
  }

  /** Gives up what is being posted. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#client.destroy();
  }
}

const filesOf = ({ name, caFile, certFile, keyFile }: WebhookSettings) => {
  const read = (setting: string, file: string): Buffer => {
    try {
      return readFileSync(file);
    } catch (error) {
      throw new SluiceError('WebhookInvalid', `webhooks.${name}.${setting} cannot be read: ${messageOf(error)}`, {
        kind: 'invalid',
        where: { file },
        hint: 'It must be a PEM file that the engine may read.',
        cause: error,
      });
    }
  };
  return {
    ...(caFile ? { ca: read('caFile', caFile) } : {}),
    ...(certFile ? { cert: read('certFile', certFile) } : {}),
    ...(keyFile ? { key: read('keyFile', keyFile) } : {}),
  };
};
