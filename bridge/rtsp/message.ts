/** An RTSP answer, or the HTTP answer that opens a tunnel. */
export interface Response {
  protocol: 'RTSP' | 'HTTP';
  status: number;
  reason: string;
  /** Names in lower case; a header that came twice has two values. */
  headers: ReadonlyMap<string, readonly string[]>;
  body: string;
}

/** The other side does not speak RTSP, or speaks too much of it. The message quotes only printable characters. */
export class MalformedResponse extends Error {
  override readonly name = 'MalformedResponse';
}

const MAX_HEAD = 64 * 1024;
const MAX_BODY = 64 * 1024;
/** Interleaved media that is passed over while an answer is awaited. */
const MAX_SKIPPED = 4 * 1024 * 1024;
const MAX_BLANK = 64;

const LF = 10;
const CR = 13;
const DOLLAR = 0x24;

/** Text of the other side, made safe to quote: printable ASCII, 80 characters. */
export const quotable = (text: string): string => {
  const plain = text.replace(/[^\x20-\x7e]+/g, ' ').trim();
  return plain.length > 80 ? `${plain.slice(0, 80)}…` : plain;
};

/**
 * Cuts answers out of a byte stream. Takes what real cameras send: bare line feeds, any case, blank lines in front,
 * folded headers, interleaved packets between, a body without a length that ends with the connection.
 */
export class ResponseReader {
  readonly #tunnel: boolean;
  #buffer = Buffer.alloc(1024);
  #length = 0;
  /** Where the search for the end of the head goes on. */
  #scanned = 0;
  #lineStart = 0;
  #skipped = 0;
  #blank = 0;
  #head: Omit<Response, 'body'> | undefined;
  #bodyLength: number | undefined;

  /** `tunnel`: an HTTP answer is expected, whose body is the stream that follows. */
  constructor(options: { tunnel?: boolean } = {}) {
    this.#tunnel = options.tunnel ?? false;
  }

  /** Bytes that have come and belong to no finished answer. */
  get pending(): number {
    return this.#length;
  }

  /** The head has come without a Content-Length: only the end of the connection, or silence, can end the body. */
  get openEnded(): boolean {
    return this.#head !== undefined && this.#bodyLength === undefined;
  }

  push(chunk: Uint8Array): void {
    const needed = this.#length + chunk.length;
    if (needed > this.#buffer.length) {
      const larger = Buffer.alloc(Math.max(needed, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.#length);
    this.#length = needed;
  }

  /** The next whole answer, if it has come. `ended`: nothing more will. @throws MalformedResponse */
  next(ended = false): Response | undefined {
    if (!this.#head) this.#readHead();
    const head = this.#head;
    if (!head) return undefined;
    if (this.#tunnel && head.protocol === 'HTTP' && head.status === 200) return this.#finish(head, 0);
    if (this.#bodyLength === undefined) {
      if (this.#length > MAX_BODY) throw new MalformedResponse(`the body is longer than ${MAX_BODY} bytes`);
      return ended ? this.#finish(head, this.#length) : undefined;
    }
    return this.#length >= this.#bodyLength ? this.#finish(head, this.#bodyLength) : undefined;
  }

  #finish(head: Omit<Response, 'body'>, length: number): Response {
    const body = this.#buffer.toString('utf8', 0, length);
    this.#drop(length);
    this.#head = undefined;
    this.#bodyLength = undefined;
    return { ...head, body };
  }

  #drop(count: number): void {
    this.#buffer.copyWithin(0, count, this.#length);
    this.#length -= count;
    this.#scanned = 0;
    this.#lineStart = 0;
  }

  #readHead(): void {
    this.#skipNoise();
    // The rest of an interleaved packet is still to come; a line feed in it ends nothing.
    if (this.#lineStart === 0 && this.#length > 0 && this.#buffer[0] === DOLLAR) return;
    while (this.#scanned < this.#length) {
      const at = this.#scanned++;
      if (this.#buffer[at] !== LF) continue;
      const lineEnd = at > this.#lineStart && this.#buffer[at - 1] === CR ? at - 1 : at;
      if (lineEnd === this.#lineStart) {
        const text = this.#buffer.toString('latin1', 0, this.#lineStart);
        this.#drop(at + 1);
        this.#head = parseHead(text);
        this.#bodyLength = bodyLength(this.#head);
        return;
      }
      // Whoever does not begin like an answer is told apart at the first line, not at the limit.
      if (this.#lineStart === 0) parseStatusLine(this.#buffer.toString('latin1', 0, lineEnd));
      this.#lineStart = at + 1;
    }
    if (this.#length > MAX_HEAD) throw new MalformedResponse(`the headers are longer than ${MAX_HEAD} bytes`);
  }

  /** Passes over blank lines and interleaved packets in front of an answer. */
  #skipNoise(): void {
    for (;;) {
      const first = this.#length > 0 && this.#lineStart === 0 ? this.#buffer[0] : undefined;
      if (first === CR || first === LF) {
        if (++this.#blank > MAX_BLANK) throw new MalformedResponse('it sends nothing but blank lines');
        this.#drop(1);
      } else if (first === DOLLAR && this.#length >= 4) {
        const packet = 4 + this.#buffer.readUInt16BE(2);
        if (this.#length < packet) return;
        this.#skipped += packet;
        if (this.#skipped > MAX_SKIPPED) throw new MalformedResponse('it sends media packets and no answer');
        this.#drop(packet);
      } else return;
    }
  }
}

const parseStatusLine = (line: string): Omit<Response, 'body' | 'headers'> => {
  const match = /^(RTSP|HTTP)\/\d{1,3}\.\d{1,3}[ \t]+(\d{3})(?:[ \t](.*))?$/i.exec(line.trimEnd());
  if (!match) throw new MalformedResponse(`the answer begins with "${quotable(line)}"`);
  return {
    protocol: match[1]!.toUpperCase() as 'RTSP' | 'HTTP',
    status: Number(match[2]),
    reason: quotable(match[3] ?? ''),
  };
};

/** What stands in front of a body. @throws MalformedResponse */
export const parseHead = (text: string): Omit<Response, 'body'> => {
  const lines = text.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const headers = new Map<string, string[]>();
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':');
    // A line without a colon says nothing; cameras send some.
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const values = headers.get(name) ?? [];
    values.push(line.slice(colon + 1).trim());
    headers.set(name, values);
  }
  return { ...parseStatusLine(lines[0]!), headers };
};

/** Without a Content-Length only a successful answer may have a body; others end with their head. */
const bodyLength = ({ headers, status }: Omit<Response, 'body'>): number | undefined => {
  const text = headers.get('content-length')?.[0];
  if (text === undefined) return status === 200 ? undefined : 0;
  if (!/^\d{1,10}$/.test(text)) throw new MalformedResponse(`the Content-Length is "${quotable(text)}"`);
  const length = Number(text);
  if (length > MAX_BODY) throw new MalformedResponse(`the body would be ${length} bytes long, more than ${MAX_BODY}`);
  return length;
};
