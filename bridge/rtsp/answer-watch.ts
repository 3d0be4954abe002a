import { parseHead, type Response } from './message.js';
import { isRedirect } from './redirect.js';

export type Seen =
  /** Nothing yet that the caller waits for. */
  | { kind: 'answers' }
  /** An answer that redirects. */
  | { kind: 'redirect'; response: Pick<Response, 'status' | 'headers'> }
  /** Media has begun, or something that cannot be read: from here on there is nothing to see. */
  | { kind: 'media' };

const MAX_HEAD = 16 * 1024;
const DOLLAR = 0x24;
const END_OF_HEAD = /\r?\n\r?\n/;

/**
 * Looks at what a camera sends until its media begins, and keeps nothing but the head that has not ended. The player
 * behind decides what the bytes mean; this only has to find an answer that redirects.
 */
export class AnswerWatch {
  #head = '';
  /** Bytes of a body that are still to come. */
  #body = 0;

  push(chunk: Buffer): Seen {
    let at = 0;
    while (at < chunk.length) {
      if (this.#body > 0) {
        const passed = Math.min(this.#body, chunk.length - at);
        this.#body -= passed;
        at += passed;
        continue;
      }
      if (this.#head === '' && isBlank(chunk[at])) {
        at += 1;
        continue;
      }
      if (this.#head === '' && chunk[at] === DOLLAR) return { kind: 'media' };
      const before = this.#head.length;
      this.#head += chunk.toString('latin1', at, at + MAX_HEAD);
      const end = END_OF_HEAD.exec(this.#head);
      if (end === null) return this.#head.length < MAX_HEAD ? { kind: 'answers' } : { kind: 'media' };
      const text = this.#head.slice(0, end.index);
      at += end.index + end[0].length - before;
      this.#head = '';
      const seen = this.#onHead(text);
      if (seen.kind !== 'answers') return seen;
    }
    return { kind: 'answers' };
  }

  #onHead(text: string): Seen {
    // A camera may have requests of its own.
    if (!/^(?:RTSP|HTTP)\//i.test(text)) return { kind: 'answers' };
    try {
      const head = parseHead(text);
      if (isRedirect(head)) return { kind: 'redirect', response: head };
      // What opens a tunnel has no length, whatever it says.
      const opensTunnel = head.protocol === 'HTTP' && head.status === 200;
      this.#body = opensTunnel ? 0 : Number(/^\d{1,10}$/.exec(head.headers.get('content-length')?.[0] ?? '')?.[0] ?? 0);
      return { kind: 'answers' };
    } catch {
      return { kind: 'media' };
    }
  }
}

const isBlank = (byte: number | undefined): boolean => byte === 10 || byte === 13;
