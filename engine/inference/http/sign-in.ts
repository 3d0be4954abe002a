import { Login, type Verdict } from '../../../bridge/rtsp/login.js';
import type { ResolvedEndpoint } from '../../core/endpoint.js';
import type { HttpAddress } from './address.js';
import { headerValues, type Reply } from './reply.js';

/** Headers that say what follows or where it goes: with others in them the server would not understand the request. */
const RESERVED = /^(?:connection|content-length|expect|keep-alive|te|trailer|transfer-encoding|upgrade)$/i;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * The credentials for one server. A header is sent with every picture. A user name and a password are sent when the server
 * asks for them, as digest if it can, and from then on with every picture, so that each is sent once.
 */
export class SignIn {
  readonly #address: HttpAddress;
  readonly #endpoint: ResolvedEndpoint;
  #login: Login;
  /** Rises with each challenge that was taken up. */
  #challenges = 0;

  constructor(address: HttpAddress, endpoint: ResolvedEndpoint) {
    this.#address = address;
    this.#endpoint = endpoint;
    this.#login = new Login(address.credentials);
  }

  /** Why the header cannot be sent. */
  get problem(): string | undefined {
    const { credentials } = this.#endpoint;
    if (credentials?.type !== 'httpHeader') return undefined;
    if (!TOKEN.test(credentials.headerName)) return 'the headerName of the credentials is no name of an HTTP header.';
    if (RESERVED.test(credentials.headerName)) return `the header ${credentials.headerName} cannot hold credentials.`;
    return /[\r\n\0]/.test(credentials.headerValue.trim())
      ? 'the headerValue of the credentials has a line break in it.'
      : undefined;
  }

  /** What identifies the challenge that requests answer now. */
  get challenge(): number {
    return this.#challenges;
  }

  /** Names and values in turn, for a request that is sent now. */
  headers(): string[] {
    const { credentials } = this.#endpoint;
    const signed = this.#login.header('POST', this.#address.path);
    return [
      ...(credentials?.type === 'httpHeader' ? [credentials.headerName, asBytes(credentials.headerValue)] : []),
      ...(signed === undefined ? [] : ['Authorization', asBytes(signed)]),
    ];
  }

  /** Takes note of an answer that is no 401. */
  answered(reply: Reply): void {
    if (this.#login.tried) this.#login.answered({ headers: headersOf(reply, 'authentication-info') });
  }

  /** What to do about a 401 for a request that answered `challenge`. */
  challenged(reply: Reply, challenge: number): Verdict {
    // Another request has got a newer one in the meantime.
    if (challenge !== this.#challenges) return 'again';
    const verdict = this.#login.challenged({ headers: headersOf(reply, 'www-authenticate') });
    if (verdict === 'again') this.#challenges += 1;
    return verdict;
  }

  /** After a refusal: the next request is as the first. */
  restart(): void {
    this.#login = new Login(this.#address.credentials);
    this.#challenges += 1;
  }
}

const headersOf = ({ headers }: Reply, name: string): ReadonlyMap<string, readonly string[]> => {
  return new Map([[name, headerValues(headers, name)]]);
};

/** One character is sent for each byte of UTF-8. */
const asBytes = (text: string): string => Buffer.from(text.trim(), 'utf8').toString('latin1');
