import { withoutCredentials } from '../../../bridge/credentials.js';
import type { ResolvedEndpoint } from '../../core/endpoint.js';
import { printable } from '../../onvif/device-text.js';
import type { HttpAddress } from './address.js';
import { headerOf, type Reply } from './reply.js';

/** Shorter ones would be found in every other word, and protect nothing. */
const SHORTEST_SECRET = 4;

/** Quotes what a server says, without the secrets that it may have been told: some repeat the request in their error pages. */
export class Words {
  readonly #secrets: readonly string[];

  constructor(address: HttpAddress, endpoint: ResolvedEndpoint) {
    const query = address.path.split('?').slice(1).join('?');
    const { credentials } = address;
    const header = endpoint.credentials?.type === 'httpHeader' ? endpoint.credentials.headerValue.trim() : '';
    this.#secrets = [
      ...(credentials === undefined
        ? []
        : [credentials.password, Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')]),
      header,
      // Without the word in front: Bearer, Basic, Key …
      header.replace(/^[A-Za-z]+ /, ''),
      query,
      ...[...new URLSearchParams(query).values()],
    ]
      .filter((secret) => secret.length >= SHORTEST_SECRET)
      .sort((a, b) => b.length - a.length);
  }

  /** The beginning of what stands in a reply; empty if nothing does. */
  of({ body, headers }: Reply): string {
    const text = body.subarray(0, 8 * 1024).toString('utf8');
    return this.quote(/html/i.test(headerOf(headers, 'content-type') ?? '') ? text.replace(/<[^<>]*>/g, ' ') : text);
  }

  quote(text: string): string {
    const clean = this.#secrets.reduce((rest, secret) => rest.replaceAll(secret, '…'), withoutCredentials(text));
    return printable(clean, 200);
  }
}
